"""A history that was signed is verified; each way to touch it is reported with its first
revision."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.audit.verification import Verification
from events.tlog.errors import Tampered, TwoHistories
from tests.audits import kursk, lines_of, redact, signed
from tests.rows import each_row
from tests.unit.events.audit.verifying import Lines, verify, with_line


def test_what_was_signed_is_verified_at_every_size() -> None:
    """Of twenty events each number is verified by its root, with each earlier root beside it."""
    lines = lines_of(kursk())
    for size in range(1, len(lines) + 1):
        for earlier in range(1, size + 1):
            assert verify(lines, lines[:size], lines[:earlier]).count == size


@given(seed=st.integers(0, 2**32 - 1))
def test_a_flipped_bit_is_seen(seed: int) -> None:
    """One bit anywhere in any line of a timeline with a redaction: tampered, always."""
    chance = random.Random(seed)
    history = kursk(12)
    redact(history, "s5")
    lines = lines_of(history)
    place = chance.randrange(len(lines))
    line = bytearray(lines[place])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    touched = [*lines[:place], bytes(line), *lines[place + 1 :]]
    with pytest.raises(Tampered):
        verify(touched, lines)


def _swapped(lines: Lines) -> Lines:
    return [*lines[:6], lines[7], lines[6], *lines[8:]]


def _forged(lines: Lines) -> Lines:
    """Another event with a digest that fits: what the service never wrote, but for its seal."""
    history = kursk(6)
    history.record("forged")
    return with_line(lines, 7, lines_of(history)[6])


def _new(old: bytes, new: bytes) -> Callable[[Lines], Lines]:
    """Other bytes in the line of revision 7."""
    return lambda lines: with_line(lines, 7, lines[6].replace(old, new, 1))


def _gone(end: bytes) -> Callable[[Lines], Lines]:
    """Another end in place of the salt and data of revision 7."""
    return lambda lines: with_line(lines, 7, lines[6].partition(b',"salt"')[0] + end)


TOUCHED: dict[str, tuple[Callable[[Lines], Lines], int | None]] = {
    "text": (_new(b"s7 by", b"s7 bY"), 7),
    "salt": (_new(b'"salt":"00', b'"salt":"01'), 7),
    "author": (_new(b'"desk"', b'"disk"'), None),
    "forged": (_forged, None),
    "removed": (lambda lines: [*lines[:6], *lines[7:]], 7),
    "cut off": (lambda lines: lines[:6], 7),
    "all gone": (lambda _: [], 1),
    "swapped": (_swapped, 7),
    "copied": (lambda lines: [*lines[:6], lines[4], *lines[7:]], 7),
    "copied and numbered": (
        lambda lines: with_line(lines, 8, lines[6].replace(b'"revision":7', b'"revision":8')),
        8,
    ),
    "back-dated": (_new(b'"recorded_at":"2026', b'"recorded_at":"2025'), 7),
    "no time": (_new(b'"recorded_at":"2026', b'"recorded_at":"206'), 7),
    "lost": (_gone(b',"missing":true}'), 7),
    "redacted by another": (_gone(b',"redacted":9}'), 7),
    "redacted by an earlier one": (_gone(b',"redacted":3}'), 7),
    "redacted by itself": (_gone(b',"redacted":7}'), 7),
    "redacted beyond the checkpoint": (_gone(b',"redacted":99}'), 7),
    "a member twice": (_new(b'"revision":7', b'"revision":6,"revision":7'), 7),
    "a member more": (_new(b',"salt"', b',"more":1,"salt"'), 7),
    "not UTF-8": (_new(b'"desk"', b'"\xff"'), 7),
    "nested": (lambda lines: with_line(lines, 7, b"[" * 100_000 + b',"missing":true}'), 7),
    "another timeline": (_new(b"kursk", b"kurzk"), 7),
}


@each_row("how", TOUCHED)
def test_whatever_is_touched_is_reported_with_its_first_revision(how: str) -> None:
    """Each tampering is reported; the revision is named where more than the root shows it."""
    lines = lines_of(kursk())
    touch, revision = TOUCHED[how]
    touched = touch(lines)
    assert touched != lines
    with pytest.raises(Tampered) as caught:
        verify(touched, lines)
    assert caught.value.revision == revision


def test_a_header_that_was_touched_lies_behind_the_saved_checkpoint() -> None:
    """A root that still fits says up to where all is good."""
    lines = lines_of(kursk())
    touched = with_line(lines, 15, lines[14].replace(b'"desk"', b'"disk"'))
    with pytest.raises(Tampered) as caught:
        verify(touched, lines, lines[:10])
    assert (caught.value.revision, caught.value.good) == (None, 10)


def forked() -> tuple[Lines, Lines]:
    """Two histories of twenty events that part behind the tenth."""
    one, other = kursk(10), kursk(10)
    for number in range(11, 21):
        one.record(f"a{number}")
        other.record(f"b{number}")
    return lines_of(one), lines_of(other)


def test_two_histories_are_distinguished_from_tampering() -> None:
    """Where the lines lead to one signed root and not to another, whichever of them is longer, or
    both of one size, the key has signed two histories, and the sizes are reported; the lines are
    not to blame. Up to where they part, both are one history."""
    one, other = forked()
    for size in range(11, 21):
        for end in range(11, 21):
            with pytest.raises(TwoHistories) as caught:
                verify(one, one[: max(size, end)], other[: min(size, end)])
            assert caught.value.sizes == (min(size, end), max(size, end))
            assert (caught.value.revision, caught.value.good) == (None, 0)
    for size in range(1, 11):
        assert verify(one, one, other[:size]).count == 20


def test_a_longer_history_that_does_not_fit_is_not_excused_by_a_shorter_one() -> None:
    """Lines that fit what was signed first and not what was signed later are not what was signed,
    behind the first. A false line or a missing end there is named."""
    one, other = forked()
    with pytest.raises(Tampered) as caught:
        verify(one, one[:12], other)
    assert not isinstance(caught.value, TwoHistories)
    assert (caught.value.revision, caught.value.good) == (None, 12)
    assert "revisions 13 to 20 is" in str(caught.value)
    for lines in (one[:18], with_line(one, 19, one[18][:-1])):
        with pytest.raises(Tampered) as caught:
            verify(lines, one[:12], other)
        assert caught.value.revision == 19


def test_what_lies_behind_a_root_that_does_not_fit_is_not_the_first_fault() -> None:
    """An end that is missing, or a line that is false, behind a signed root that the lines before
    it do not have: the first bad revision is one of those."""
    one, other = forked()
    for lines in (one[:18], with_line(one, 19, one[18][:-1])):
        with pytest.raises(Tampered) as caught:
            verify(lines, other[:14], other)
        assert not isinstance(caught.value, TwoHistories)
        assert (caught.value.revision, caught.value.good) == (None, 0)
        assert "revisions 1 to 14 is" in str(caught.value)


def test_nothing_is_taken_that_no_checkpoint_covers() -> None:
    """A line too many is the caller's mistake, not a finding."""
    lines = lines_of(kursk(3))
    verification = Verification("kursk", [signed(lines[:2])])
    verification.add(lines[0])
    verification.add(lines[1])
    with pytest.raises(ValueError, match="no checkpoint covers revision 3"):
        verification.add(lines[2])

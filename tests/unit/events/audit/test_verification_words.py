"""What an auditor reads of a line that is not as it was signed, and where each rule ends."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from events.audit.line import MOST_LINE
from events.audit.verification import Verification
from events.event.envelope import digest_of, statement_subject
from events.event.types import StatementRedacted
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import Tampered
from tests.audits import kursk, lines_of, redact, signed
from tests.histories import History
from tests.rows import each_row

COUNT = 12
Touch = Callable[[bytes], bytes]


def verify(lines: list[bytes], root: list[bytes]) -> Verification:
    """The lines held against the root over those."""
    verification = Verification("kursk", [signed(root)])
    for line in lines:
        verification.add(line)
    verification.finish()
    return verification


def found(lines: list[bytes], root: list[bytes]) -> Tampered:
    """What is wrong with the lines."""
    with pytest.raises(Tampered) as caught:
        verify(lines, root)
    return caught.value


def new(old: bytes, now: bytes) -> Touch:
    return lambda line: line.replace(old, now, 1)


def gone(end: bytes) -> Touch:
    return lambda line: line.partition(b',"salt"')[0] + end


LONG = b"a" * 64
TOUCHED: dict[str, Touch] = {
    "is of the timeline '" + "a" * 63 + "'": new(b'"kursk"', b'"' + LONG + b'"'),
    "is not there: 8 is in its place": new(b'"revision":7', b'"revision":8'),
    "was recorded before the one in front of it": new(b"2026", b"2025"),
    "has the id of an event before it": new(b'"id":"e7"', b'"id":"e4"'),
    "has data that does not match its digest": new(b"s7 by", b"s7 bY"),
    "has lost its data without a redaction": gone(b',"missing":true}'),
    "names a redaction that is not a later event": gone(b',"redacted":7}'),
    "names a redaction that no signed checkpoint covers": gone(b',"redacted":13}'),
    f"has more than {MOST_LINE} bytes": lambda line: line.ljust(MOST_LINE + 1),
    "has a header that is not written as headers are": new(b'"author":', b'"author": '),
    "has an invalid recorded time": new(b"T", b"t"),
}


@each_row("reason", TOUCHED)
def test_each_fault_of_a_line_has_its_sentence(reason: str) -> None:
    """The sentence names the revision and what is wrong with it."""
    lines = lines_of(kursk(COUNT))
    lines[6] = TOUCHED[reason](lines[6])
    fault = found(lines, lines_of(kursk(COUNT)))
    assert str(fault) == f"Revision 7 {reason}."
    assert fault.revision == 7


def test_an_end_that_is_missing_is_reported_with_what_is_signed() -> None:
    """The first revision that is not there, and how many there should be."""
    lines = lines_of(kursk(COUNT))
    assert str(found(lines[:6], lines)) == "Revision 7 is not there, though 12 are signed."


def test_a_header_that_cannot_be_read_is_reported_with_the_reason() -> None:
    """The decoder's own words say what it met."""
    lines = lines_of(kursk(COUNT))
    lines[6] = b'{"timeline":1' + lines[6][lines[6].index(b',"revision"') :]
    assert "Revision 7 has no readable header (Expected `str`, got `int`" in str(
        found(lines, lines_of(kursk(COUNT)))
    )


@pytest.mark.parametrize(("id_", "revision"), [("s5", 7), ("s7", 5)])
def test_a_redaction_that_does_not_name_what_is_gone_is_told_of_it(id_: str, revision: int) -> None:
    """The event whose text is gone is the bad one, and the sentence names the redaction too: it is
    about another statement, or about another event of this one."""
    history = kursk(COUNT)
    named = StatementRedacted(revisions=(revision,), reason="a court")
    redaction = history.add(statement_subject(id_), named)
    lines = lines_of(history)
    lines[6] = gone(b',"redacted":%d}' % redaction)(lines[6])
    fault = found(lines, lines_of(history))
    assert str(fault) == f"Revision 7 has lost its data: {redaction} does not say so."


def test_events_of_one_append_have_one_time() -> None:
    """The same time as the one in front is no time that goes back."""
    lines = lines_of(kursk(2))
    time = lines[0].partition(b'"recorded_at":')[2][:29]
    lines[1] = lines[1].replace(lines[1].partition(b'"recorded_at":')[2][:29], time)
    assert verify(lines, lines).count == 2


def test_the_longest_line_is_taken() -> None:
    """A line of just as many bytes as a line may have is cut like any other."""
    lines = lines_of(kursk(2))
    head, _, data = lines[1].partition(b',"data":')
    longer = msgspec.json.decode(data[:-1]) | {"text": ""}
    spare = MOST_LINE - len(head) - len(b',"data":') - len(msgspec.json.encode(longer)) - 1
    longer["text"] = "a" * spare
    encoded = msgspec.json.encode(longer)
    old = head.partition(b'"digest":"')[2][:71]
    line = head.replace(old, digest_of(bytes(16), encoded).encode()) + b',"data":' + encoded + b"}"
    assert len(line) == MOST_LINE
    lines[1] = line
    assert verify(lines, lines).count == 2


def test_without_a_signed_checkpoint_nothing_is_due_and_nothing_is_taken() -> None:
    """An auditor who has no checkpoint has nothing to hold a line against."""
    none: list[SignedCheckpoint] = []
    verification = Verification("kursk", none)
    verification.finish()
    assert (verification.size, verification.count) == (0, 0)
    with pytest.raises(ValueError, match="no checkpoint covers revision 1"):
        verification.add(lines_of(kursk(1))[0])


def test_a_redaction_whose_data_is_gone_too_explains_nothing() -> None:
    """Its own text went by a later redaction: what it named cannot be read any more."""
    history = History()
    history.open()
    history.record("s2")
    first = redact(history, "s2")
    second = redact(history, "s2")
    entries = history.entries
    entries[1] = entries[1]._replace(redacted=first)
    entries[2] = entries[2]._replace(salt=None, data=None, redacted=second)
    lines = lines_of(history)
    assert found(lines, lines).revision == 2

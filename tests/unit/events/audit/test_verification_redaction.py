"""What a redaction explains of a history, and what it does not."""

from __future__ import annotations

import msgspec
import pytest

from events.event.types import StatementRedacted
from events.tlog.errors import Tampered
from tests.audits import kursk, lines_of, redact
from tests.histories import History
from tests.unit.events.audit.verifying import verify, with_line


def test_a_redaction_explains_what_it_names_and_nothing_else() -> None:
    """Text that a later redaction of the same statement names may be gone; text that it does not
    name, or of another statement, may not."""
    history = kursk(10)
    history.correct("s5", text="Another text.")
    redaction = redact(history, "s5")
    history.record("last")
    lines = lines_of(history)
    found = verify(lines, lines)
    assert (found.redacted, found.count) == (2, len(lines))
    gone = lines[5][: lines[5].index(b',"salt"')] + b',"redacted":%d}' % redaction
    with pytest.raises(Tampered) as caught:
        verify(with_line(lines, 6, gone), lines)
    assert caught.value.revision == 6


def test_a_redaction_explains_no_other_statement() -> None:
    """Whatever revisions it names: what is gone must be about the statement that it redacts."""
    history = kursk(6)
    named = StatementRedacted(revisions=(3, 5), reason="a court")
    history.add("statements/s5", named)
    for revision in (3, 5):
        stored = history.entries[revision - 1]
        history.entries[revision - 1] = stored._replace(salt=None, data=None, redacted=7)
    lines = lines_of(history)
    with pytest.raises(Tampered) as caught:
        verify(lines, lines)
    assert caught.value.revision == 3


def test_only_a_redaction_explains_what_is_gone() -> None:
    """An event of another type explains nothing, whatever revisions its data names."""
    history = kursk(6)
    redact(history, "s5")
    kinds = b'"type":"statement.redacted"', b'"type":"statement.retracted"'
    lines = [line.replace(*kinds) for line in lines_of(history)]
    with pytest.raises(Tampered) as caught:
        verify(lines, lines)
    assert "does not say so" in str(caught.value)


def test_a_redaction_that_is_not_signed_yet_asks_for_a_newer_checkpoint() -> None:
    """The size that would explain it is reported."""
    history = kursk(10)
    redaction = redact(history, "s5")
    lines = lines_of(history)
    with pytest.raises(Tampered) as caught:
        verify(lines, lines[:10])
    assert caught.value.wants == redaction
    assert verify(lines, lines).redacted == 1


def test_a_redaction_with_unreadable_data_explains_nothing() -> None:
    """Its digest may be true: what it does not name is not explained."""
    history = History()
    history.open()
    history.record("s2")
    redact(history, "s2")
    lines = lines_of(history)
    data = msgspec.json.decode(lines[2])["data"]
    assert data["revisions"] == [2]
    other = kursk(2)
    other.entries[1] = other.entries[1]._replace(salt=None, data=None, redacted=3)
    other.retract("s2")
    with pytest.raises(Tampered) as caught:
        verify(lines_of(other), lines_of(other))
    assert caught.value.revision == 2

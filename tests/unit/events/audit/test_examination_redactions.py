"""The examination of redactions: which of them explain that the data of an event is gone."""

from __future__ import annotations

from events.event.envelope import (
    Subject,
    statement_subject,
)
from events.event.types import StatementRedacted
from tests.unit.events.audit.test_examination import (
    COUNT,
    examined,
    history,
)


def test_a_redaction_explains_what_it_names_alone() -> None:
    """Data that is gone is explained by a later redaction of the same statement that names the
    revision; not by one of another statement, nor by one that names others."""

    def redacted(subject: Subject, revisions: tuple[int, ...]) -> dict[str, int]:
        made = history()
        number = made.add(subject, StatementRedacted(revisions=revisions, reason="a court"))
        made.record("later")
        entries = list(made.entries)
        entries[4] = entries[4]._replace(salt=None, data=None, redacted=number)
        return {name: f.revision for name, f in examined(entries).findings.items()}

    own, other = statement_subject("s3"), statement_subject("s4")
    assert redacted(own, (5,)) == {}
    assert redacted(own, (4, 6)) == {"kursk": 5}
    assert redacted(other, (5,)) == {"kursk": 5}


def test_only_the_redaction_that_an_event_names_explains_it() -> None:
    """A second redaction of the same statement does not stand in for the one that the event says
    took its text."""
    made = history()
    other = made.add(statement_subject("s3"), StatementRedacted(revisions=(), reason="a court"))
    named = made.add(statement_subject("s3"), StatementRedacted(revisions=(5,), reason="a court"))
    for redaction, findings in ((named, {}), (other, {"kursk": 5})):
        entries = list(made.entries)
        entries[4] = entries[4]._replace(salt=None, data=None, redacted=redaction)
        found = examined(entries).findings
        assert {name: finding.revision for name, finding in found.items()} == findings


def test_what_comes_live_was_never_redacted() -> None:
    """Behind the log's end an event without its data is a finding at once."""
    made = history()
    looked = examined(made.entries)
    made.record("late")
    looked.examine([made.entries[-1]._replace(salt=None, data=None, redacted=99)])
    assert looked.findings["kursk"].revision == COUNT + 1

"""The rule of a source."""

from __future__ import annotations

import pytest

from events.errors import Unknown
from events.event.envelope import source_subject
from events.event.types import SourceGraded
from service.writing.rules.decision import Record
from service.writing.rules.source import decide

SUBJECT = source_subject("article")


def test_a_source_is_graded_once_a_statement_names_it() -> None:
    """A named source is graded under its own subject; one that nobody names is not found."""
    grade = SourceGraded(reliability="B")
    assert decide(grade, "article", named=True) == Record("article", SUBJECT, grade)
    with pytest.raises(Unknown) as refusal:
        decide(grade, "article", named=False)
    assert (refusal.value.kind, refusal.value.id) == ("source", "article")

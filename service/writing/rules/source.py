"""The rule of a source: it can be graded once a statement names it."""

from __future__ import annotations

from events.errors import Unknown
from events.event.envelope import source_subject
from events.event.types import SourceGraded
from service.writing.rules.decision import Record

__all__ = ["decide"]


def decide(wanted: SourceGraded, id: str, *, named: bool) -> Record:  # noqa: A002 - the API's own word for it
    """Grade the source. `named` says whether a statement names it. Raises Unknown."""
    if not named:
        raise Unknown("source", id, f"No statement here names a source {id!r}.")
    return Record(id, source_subject(id), wanted)

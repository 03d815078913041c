"""The rule of a source: it can be graded once a statement names it."""

from __future__ import annotations

from events.envelope import source_subject
from events.errors import Unknown
from events.types import SourceGraded
from service.decide.decision import Record

__all__ = ["decide"]


def decide(wanted: SourceGraded, id: str, *, named: bool) -> Record:  # noqa: A002 - the API's own word for it
    """Grade the source. `named` tells whether some statement names it. Raises Unknown."""
    if not named:
        raise Unknown("source", id, f"No statement here names a source {id!r}.")
    return Record(id, source_subject(id), wanted)

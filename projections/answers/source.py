"""A source as it is shown, and how it was graded."""

from __future__ import annotations

from msgspec import Struct

from events.event.types import Reliability

__all__ = ["ShownSourceGrade", "SourceItem"]


class ShownSourceGrade(Struct, frozen=True, kw_only=True):
    """One grade of a source."""

    reliability: Reliability
    note: str | None
    author: str
    revision: int
    recorded_at: str


class SourceItem(Struct, frozen=True, kw_only=True):
    """A source as it is shown: as described by the latest recording or correction among the
    statements that name it. `reliability` is the latest grade's."""

    id: str
    title: str
    publisher: str | None
    url: str | None
    reliability: Reliability | None
    grades: list[ShownSourceGrade]
    statements: int

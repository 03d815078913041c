"""What a write call returns."""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType

from projections.answers.timeline import Timeline

__all__ = ["CommandOutcomes", "DescribedTimeline", "Recorded", "RecordedStatements"]


class Recorded(Struct, frozen=True):
    """What was recorded, by this call or before (`duplicate`). With `dry_run` nothing was: it is
    what would have been recorded."""

    id: str
    event_id: str
    revision: int
    duplicate: bool
    dry_run: bool | UnsetType = UNSET


class RecordedStatements(Struct, frozen=True):
    """The statements of one call, in order, and the timeline's revision after it."""

    timeline: str
    revision: int
    items: tuple[Recorded, ...]
    dry_run: bool | UnsetType = UNSET


class CommandOutcomes(Struct, frozen=True):
    """The result of each command of one call, in order: `Recorded`, or as JSON the problem for
    which it was refused. `revision` is the timeline's after them."""

    timeline: str
    revision: int
    items: tuple[Raw, ...]
    dry_run: bool | UnsetType = UNSET


class DescribedTimeline(Timeline, frozen=True, kw_only=True):
    """A timeline as it is described now; with `dry_run`, as it would be described."""

    dry_run: bool | UnsetType = UNSET

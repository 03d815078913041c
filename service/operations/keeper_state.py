"""The state of the keeper's work, as the workers know it."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from service.signing.audit_status import AuditorState
from service.signing.redacting.redactor import RedactionHealth

__all__ = ["AsksKeeper", "KeeperState", "StalledTimeline"]


class StalledTimeline(Struct, frozen=True):
    """A timeline whose event at `revision` could not be folded; its last good state is shown."""

    timeline: str
    revision: int
    reason: str


class KeeperState(Struct, frozen=True):
    """`connected`, `caught_up`, `rebuilding` and `stalled` as in `ProjectionHealth`; `mending`: a
    damaged read model is being folded again. `checkpoints`: the last folded position of each
    partition. `audit`: the state of the signer or the witness."""

    connected: bool
    caught_up: bool
    rebuilding: bool
    mending: bool
    stalled: list[StalledTimeline]
    checkpoints: list[int]
    audit: AuditorState
    redactions: RedactionHealth


class AsksKeeper(Protocol):
    """Asks the keeper."""

    async def state(self) -> KeeperState:
        """The keeper's current state; the last known one if it does not answer."""

    @property
    def away(self) -> float:
        """Seconds since the keeper was lost, or left a question open; 0 while it answers."""

"""Where an import records: what it needs of a timeline, however that is reached."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple, Protocol

from events.errors import Fault

__all__ = ["CommandOutcome", "ImportTarget", "OriginRow"]


class OriginRow(NamedTuple):
    """A statement that came from a dataset: its id, and the reason of its retraction; None where it
    is not retracted."""

    id: str
    retracted: str | None


class CommandOutcome(NamedTuple):
    """What came of a command: a repetition, something new, or a refusal with its `faults`, whose
    paths are pointers into the command."""

    duplicate: bool = False
    faults: tuple[Fault, ...] = ()


class ImportTarget(Protocol):
    """A timeline that statements are imported into. Its methods raise the errors of whatever is
    behind it; commands may be given again after any of them."""

    async def is_open(self) -> bool:
        """Whether the timeline is there."""

    def origin_rows(self, dataset: str) -> AsyncIterator[OriginRow]:
        """Every statement of the timeline that came from the dataset."""

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        """Carry out up to 500 commands in their order. With a `key` the same commands are carried
        out once, for ever."""

    async def settle(self, behind: int = 0) -> int:
        """Wait until the timeline is at most so many events behind what was recorded. Returns how
        many it is."""

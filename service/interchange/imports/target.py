"""The target of an import: what an import needs of a timeline, however it is reached."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, NamedTuple, Protocol

from events.errors import Fault
from events.statement.statement import Statement
from projections.answers.statement import ShownStatement

__all__ = ["CommandOutcome", "ImportTarget", "OriginRow", "shown_content"]

_ADVICE: Final = {
    "statement-redacted": "What it said was removed on purpose, and stays so: leave the row out, "
    "or give it another key if it is another statement.",
    "already-retracted": "It was retracted by somebody, not for a missing row: reinstate it first, "
    "or leave the row as it was.",
    "statement-exists": "Give the row another key, or the mapping another name.",
}
"""What to do, by the kind of problem, about a statement that cannot become what its row says."""


class OriginRow(NamedTuple):
    """A statement that came from a dataset: its id, the reason of its retraction (None if it is not
    retracted), and when it was recorded and last corrected (RFC 3339)."""

    id: str
    retracted: str | None
    recorded_at: str
    corrected_at: str | None


class CommandOutcome(NamedTuple):
    """The outcome of a command: a repetition, something new, or a refusal with its `faults`, whose
    paths are pointers into the command. `problem` is the kind of a refusal that is not about the
    command's content, as the API names it. `revision` is the event's; None if none was recorded."""

    duplicate: bool = False
    faults: tuple[Fault, ...] = ()
    problem: str | None = None
    revision: int | None = None

    @property
    def advice(self) -> str | None:
        """What to do about the problem; None if the fault is in the command itself."""
        return None if self.problem is None else _ADVICE.get(self.problem)


class ImportTarget(Protocol):
    """A timeline that statements are imported into. Its methods raise the errors of its
    implementation; commands may be given again after any of them."""

    proposals: list[str]
    """The ids of the proposals that commands became, each once."""
    revision: int
    """The timeline's revision after what was recorded; 0 before it is known."""

    async def is_open(self) -> bool:
        """Whether the timeline exists."""

    def origin_rows(self, dataset: str) -> AsyncIterator[OriginRow]:
        """Every statement of the timeline that came from the dataset."""

    def event_lines(self, subjects: Sequence[str] = ()) -> AsyncIterator[Sequence[bytes]]:
        """The lines of the events that the log has now about these subjects, or of all events if
        none are given."""

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        """Carry out up to 500 commands in order. With a `key` the same commands are carried out
        only once, for ever."""

    async def content(
        self,
        id: str,  # noqa: A002 - the field's own name
        before: int | None = None,
    ) -> Statement | None:
        """What a statement says, or said before a revision; None if there is no such statement."""

    async def wait_for_fold(self, behind: int = 0) -> int:
        """Wait until the timeline's fold lags by at most this many events. Returns the lag."""


def shown_content(shown: ShownStatement) -> Statement:
    """What a statement says, without what follows from it and from others."""
    return Statement(**{name: getattr(shown, name) for name in Statement.__struct_fields__})

"""A timeline of a server as the target of an import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, Final, TypeVar

from events.errors import Fault
from events.statement.statement import Statement
from projections.answers.statement import ShownStatement
from service.client import (
    Busy,
    Client,
    Invalid,
    NotFound,
    Recorded,
    ServerRefused,
    StatementQuery,
    WriteProposed,
)
from service.interchange.imports.target import CommandOutcome, OriginRow, shown_content

__all__ = ["ClientTarget"]

_ATTEMPTS: Final = 60
_PAUSE: Final = 1.0
_MOST_PAUSE: Final = 10.0
_BATCH: Final = 1_000

T = TypeVar("T")


class ClientTarget:
    """If the server is busy, a call is repeated after a pause. With `title`, the first commands
    open a timeline that does not exist. If the caller may only propose, each array of commands
    becomes one of `proposals`."""

    def __init__(self, client: Client, timeline: str, title: str) -> None:
        self._client = client
        self._timeline = timeline
        self._title = title
        self.revision = 0
        self.proposals: list[str] = []

    async def is_open(self) -> bool:
        """Whether the timeline exists."""
        try:
            answer = await self._patiently(lambda: self._client.timeline(self._timeline))
        except NotFound:
            return False
        self.revision = answer.value.revision
        return True

    async def open(self) -> None:
        """Open the timeline."""
        await self._client.open_timeline(self._timeline, self._title)

    async def origin_rows(self, dataset: str) -> AsyncIterator[OriginRow]:
        """Every statement of the timeline that came from the dataset."""
        await self._wait_for_newest()
        wanted = StatementQuery(dataset=(dataset,), order="recorded")
        async for shown in self._client.every_statement(self._timeline, wanted):
            yield OriginRow(shown.id, _retracted(shown), shown.recorded_at, shown.corrected_at)

    async def event_lines(self, subjects: Sequence[str] = ()) -> AsyncIterator[Sequence[bytes]]:
        """The lines of events; see `ImportTarget`."""
        await self._wait_for_newest()
        async with (
            self._client.event_lines(self._timeline, subject=subjects) as events,
            aclosing(events.lines) as lines,
        ):
            batch: list[bytes] = []
            async for line in lines:
                batch.append(line)
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
            yield batch

    async def _wait_for_newest(self) -> None:
        """Wait until everything that is in the log now is folded."""
        head = await self._patiently(self._head)
        await self._patiently(lambda: self._client.timeline(self._timeline, min_revision=head))

    async def _head(self) -> int:
        """The last revision in the log, which the answer to a write without changes contains."""
        shown = (await self._client.timeline(self._timeline)).value
        members = {"title": shown.title, "language": shown.language}
        same = (
            members if shown.description is None else members | {"description": shown.description}
        )
        try:
            tried = await self._client.dry_run().carry_out(self._timeline, [{"timeline": same}])
        except WriteProposed:
            return shown.revision  # the write became a proposal, so nothing was recorded
        return tried.value.revision

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        """Carry out commands; see `ImportTarget`."""
        if not commands:
            return []
        client = self._client.dry_run() if dry_run else self._client
        try:
            answer = await self._patiently(
                lambda: client.carry_out(self._timeline, commands, key=key)
            )
        except WriteProposed as made:
            if not made.dry_run and made.proposal not in self.proposals:
                self.proposals.append(made.proposal)
            return _outcomes(made.items, is_recorded=False)
        except Invalid as error:
            if error.slug != "too-large" or len(commands) == 1:
                raise
            return await self._by_halves(commands, dry_run=dry_run, key=key)
        if not dry_run:
            self.revision = max(self.revision, answer.value.revision)
        return _outcomes(answer.value.items, is_recorded=not dry_run)

    async def _by_halves(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None
    ) -> list[CommandOutcome]:
        """Carry out commands that are more than the server takes at once by its operator's
        settings."""
        middle = len(commands) // 2
        first, second = (None, None) if key is None else (f"{key}.1", f"{key}.2")
        done = await self.carry_out(commands[:middle], dry_run=dry_run, key=first)
        return done + await self.carry_out(commands[middle:], dry_run=dry_run, key=second)

    async def content(
        self,
        id: str,  # noqa: A002 - the field's own name
        before: int | None = None,
    ) -> Statement | None:
        """What a statement says or said; see `ImportTarget`."""
        least = None if before is None else before - 1
        try:
            answer = await self._patiently(
                lambda: self._client.statement(self._timeline, id, as_of=least, min_revision=least)
            )
        except NotFound:
            return None
        return shown_content(answer.value)

    async def wait_for_fold(self, behind: int = 0) -> int:
        """Wait until the timeline's fold lags by at most this many events."""
        wanted = max(0, self.revision - behind)
        if not wanted:
            return 0
        answer = await self._patiently(
            lambda: self._client.timeline(self._timeline, min_revision=wanted)
        )
        return max(0, self.revision - answer.value.revision)

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        for _ in range(_ATTEMPTS):
            try:
                return await ask()
            except Busy as error:
                pause = min(error.retry_after or _PAUSE, _MOST_PAUSE)
                await asyncio.sleep(pause)  # noqa: TID251 - the server said when to ask again
        return await ask()


def _retracted(shown: ShownStatement) -> str | None:
    return None if shown.retraction is None else shown.retraction.reason


def _outcomes(
    items: Sequence[Recorded | ServerRefused | str], *, is_recorded: bool
) -> list[CommandOutcome]:
    return [_outcome(number, item, is_recorded=is_recorded) for number, item in enumerate(items)]


def _outcome(
    number: int, item: Recorded | ServerRefused | str, *, is_recorded: bool
) -> CommandOutcome:
    """The outcome of a command; `item` is an id if the command became part of a proposal. Unless
    something `is_recorded`, its revision is that of an event that does not exist."""
    if isinstance(item, Recorded):
        return CommandOutcome(item.duplicate, revision=item.revision if is_recorded else None)
    if isinstance(item, str):
        return CommandOutcome()
    faults = [
        fault._replace(path=fault.path.removeprefix(f"/{number}")) for fault in item.faults
    ] or [Fault("", item.detail or item.title)]
    return CommandOutcome(faults=tuple(faults), problem=item.slug)

"""Whether the service is alive, and whether it can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from events.errors import LogError
from events.log.contract import Log
from events.log.refusals import AWAY
from projections.lag import lag_of
from projections.queries.timelines import shown_time
from service.clock import Clock
from service.operations.disk import FULL
from service.operations.keeper_state import AsksKeeper, KeeperState, StalledTimeline
from service.operations.log_health import LIMIT, LogHealth, log_condition
from service.signing.audit_status import Alarm
from service.signing.redacting.redactor import RedactionHealth
from service.signing.watch import SigningHealth
from service.tally import PID, PROCESS, PROCESSES, RESTARTS, SINCE, Tally

__all__ = [
    "BareHealth",
    "Health",
    "Live",
    "PartitionHealth",
    "ProcessHealth",
    "ProjectionHealth",
    "StalledTimeline",
    "Vitals",
]

_BEHIND: Final = 30.0
"""The age in seconds of the oldest unfolded event above which answers count as out of date."""


_AWAY: Final = 5.0
"""Seconds after which an absent or silent keeper is a problem."""

_MENDING: Final = (
    "The read model was damaged and is being folded from the log again. Until then, what cannot be "
    "read of it is answered with 503."
)


class Live(Struct, frozen=True):
    """The process runs and answers."""

    alive: bool = True


class PartitionHealth(Struct, frozen=True):
    """How far the fold of one partition is. `events` counts unfolded events; the oldest of them was
    recorded `seconds` ago (0 if there is none). Both are null if the log does not answer."""

    partition: int
    checkpoint: int
    events: int | None
    seconds: float | None


class ProjectionHealth(Struct, frozen=True):
    """The fold of the log into the read model.

    `running`: it has not failed. `connected`: it is reading every partition. `caught_up`: it has
    reached the head since the start. `rebuilding`: the log has another history than before and the
    old one is still shown, or the read model was damaged and is being folded again. `problem`: why
    answers may be out of date.
    """

    running: bool
    connected: bool
    caught_up: bool
    rebuilding: bool
    partitions: list[PartitionHealth]
    stalled: list[StalledTimeline]
    problem: str | None = None


class ProcessHealth(Struct, frozen=True):
    """A process of the service: when it started, and how often its kind was started again since the
    service did."""

    role: str
    pid: int
    since: str
    restarts: int


class Health(Struct, frozen=True):
    """`ready`: statements can be written, and answers are up to date. `signing`: whether new events
    are signed; `audit`: the alarms; `redactions`: texts that are not removed yet. `processes` and
    the last three do not affect `ready`."""

    ready: bool
    log: LogHealth
    projection: ProjectionHealth
    processes: list[ProcessHealth]
    signing: SigningHealth
    audit: list[Alarm]
    redactions: RedactionHealth


class BareHealth(Struct, frozen=True):
    """What a caller without the right to operate the service sees."""

    ready: bool


class Vitals:
    """Examines the parts of a running service, in all its processes. `full` returns what is wrong
    with the disk of the log, if the service knows it."""

    def __init__(
        self,
        log: Log,
        keeper: AsksKeeper,
        alarms: Callable[[], list[Alarm]],
        tally: Tally,
        clock: Clock,
        full: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._full = full
        self._keeper = keeper
        self._alarms = alarms
        self._tally = tally
        self._log = log
        self.reason: str | None = None
        """The reason of the log's problem at the last check."""

    async def check(self) -> Health:
        """The current health. It takes at most four seconds, even if nothing answers."""
        (log, self.reason), state = await asyncio.gather(
            log_condition(self._log), self._keeper.state()
        )
        if self.reason in (None, AWAY) and (full := self._full()) is not None:
            # Valkey ends when it cannot write, and a start needs room, too.
            problem = full if log.problem is None else f"{full} {log.problem}"
            log, self.reason = replace(log, writable=False, problem=problem), FULL
        away = self._keeper.away
        partitions = await self._lag(state.checkpoints)
        projection = ProjectionHealth(
            running=away < _AWAY,
            connected=state.connected,
            caught_up=state.caught_up,
            rebuilding=state.rebuilding,
            partitions=partitions,
            stalled=state.stalled,
            problem=_problem(state, away, partitions),
        )
        able = projection.running and projection.caught_up and projection.problem is None
        return Health(
            log.writable and able,
            log,
            projection,
            self._processes(),
            state.audit.signing,
            self._alarms(),
            state.redactions,
        )

    def _processes(self) -> list[ProcessHealth]:
        rows = sorted(self._tally.rows_of(PROCESS, SINCE, PID, RESTARTS))
        return [
            ProcessHealth(PROCESSES[int(role)], int(pid), shown_time(int(since)), int(restarts))
            for role, since, pid, restarts in rows
            if role
        ]

    async def _lag(self, checkpoints: Sequence[int]) -> list[PartitionHealth]:
        try:
            async with asyncio.timeout(LIMIT):
                lags = await asyncio.gather(
                    *(lag_of(self._log, *each) for each in enumerate(checkpoints))
                )
        except (TimeoutError, LogError):
            return [PartitionHealth(p, at, None, None) for p, at in enumerate(checkpoints)]
        now = self._clock()
        return [
            PartitionHealth(p, checkpoints[p], events, _seconds(now, oldest))
            for p, events, oldest in lags
        ]


def _problem(state: KeeperState, away: float, partitions: Sequence[PartitionHealth]) -> str | None:
    """Why answers may be out of date."""
    if away >= _AWAY:
        return (
            f"The process that folds has been away for {away:.0f} seconds: it cannot start, ends "
            "again and again, or hangs. The service's log says why, unless it hangs: kill it then, "
            "and another one takes its place."
        )
    return _MENDING if state.mending else _behind(partitions) or _catching_up(state, partitions)


def _catching_up(state: KeeperState, partitions: Sequence[PartitionHealth]) -> str | None:
    """What is left to be done after a start."""
    if state.caught_up:
        return None
    left = sum(part.events or 0 for part in partitions)
    return (
        "The read model has not caught up with the log since the process that folds has started: "
        f"{left} events are left. It is ready once it has, by itself."
    )


def _behind(partitions: Sequence[PartitionHealth]) -> str | None:
    """The problem of a fold that lags: its disk is full, or the machine is too slow."""
    for part in partitions:
        if part.events and part.seconds is not None and part.seconds > _BEHIND:
            return (
                f"Partition {part.partition} is {part.events} events behind the log; the oldest of "
                f"them was recorded {part.seconds:.0f} seconds ago. If that does not become less, "
                "look at the service's log, and at the disk of the data folder."
            )
    return None


def _seconds(now: int, oldest: int | None) -> float:
    """The age of the oldest event; never negative, although the log's clock may be ahead."""
    return 0.0 if oldest is None else max(0.0, round((now - oldest) / 1_000_000, 3))

"""Whether the service is alive, whether it can serve, and what it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from events.errors import LogError
from events.log import Durability, Log
from projections.projector import Projector
from service.alarms import Alarm
from service.answers import JSON
from service.query_string import no_parameters
from service.redactor import RedactionHealth

__all__ = [
    "Health",
    "Live",
    "LogHealth",
    "PartitionHealth",
    "ProjectionHealth",
    "StalledTimeline",
    "Vitals",
    "live",
    "ready",
]

_LIMIT: Final = 2.0
"""Seconds that the log has to answer."""

_BEHIND: Final = 30.0
"""Seconds after which a fold that is behind stands still, as far as anybody who waits can tell."""


class Live(Struct, frozen=True):
    """The process runs and answers."""

    alive: bool = True


class LogHealth(Struct, frozen=True):
    """The log: whether it answers, what an acknowledged write survives, what is wrong."""

    reachable: bool
    durability: Durability
    problem: str | None


class PartitionHealth(Struct, frozen=True):
    """How far the fold of one partition is: `events` behind the head since `seconds`, both null
    where the log does not tell its head."""

    partition: int
    checkpoint: int
    events: int | None
    seconds: float | None


class StalledTimeline(Struct, frozen=True):
    """A timeline whose event at `revision` could not be folded; it is shown as before that."""

    timeline: str
    revision: int
    reason: str


class ProjectionHealth(Struct, frozen=True):
    """The fold of the log into the read model.

    `running`: it has not failed. `connected`: it reads every partition. `caught_up`: it was at
    the head once. `rebuilding`: the log is another history than before, which is still shown.
    `problem`: why the answers cannot be called present.
    """

    running: bool
    connected: bool
    caught_up: bool
    rebuilding: bool
    partitions: list[PartitionHealth]
    stalled: list[StalledTimeline]
    problem: str | None = None


class Health(Struct, frozen=True):
    """`ready`: statements can be written, and read as they are. `audit`: its alarms;
    `redactions`: what is not removed yet. Both keep nobody from that."""

    ready: bool
    log: LogHealth
    projection: ProjectionHealth
    audit: list[Alarm]
    redactions: RedactionHealth


class Vitals:
    """Looks at the parts of a running service. `fold` is the projector's task."""

    def __init__(
        self,
        log: Log,
        projector: Projector,
        fold: asyncio.Task[None],
        alarms: Callable[[], list[Alarm]],
        redactions: Callable[[], RedactionHealth],
    ) -> None:
        self._alarms = alarms
        self._redactions = redactions
        self._log = log
        self._projector = projector
        self._fold = fold

    async def look(self) -> Health:
        """How things are now. Takes two seconds at most, however the log is."""
        log, partitions = await asyncio.gather(self._ask(), self._lag())
        stalled = [
            StalledTimeline(s.timeline, s.revision, s.reason) for s in self._projector.stalls()
        ]
        projection = ProjectionHealth(
            running=not self._fold.done(),
            connected=self._projector.connected,
            caught_up=self._projector.caught_up.is_set(),
            rebuilding=self._projector.rebuilding,
            partitions=partitions,
            stalled=stalled,
            problem=_problem(partitions),
        )
        able = projection.running and projection.caught_up and projection.problem is None
        return Health(log.reachable and able, log, projection, self._alarms(), self._redactions())

    async def _ask(self) -> LogHealth:
        problem: str | None = None
        try:
            async with asyncio.timeout(_LIMIT):
                await self._log.check()
        except TimeoutError:
            problem = f"The log did not answer within {_LIMIT:g} seconds."
        except LogError as error:
            problem = str(error)
        return LogHealth(problem is None, self._log.durability, problem)

    async def _lag(self) -> list[PartitionHealth]:
        checkpoint = self._projector.checkpoint
        try:
            async with asyncio.timeout(_LIMIT):
                return [
                    PartitionHealth(p, checkpoint(p), events, round(seconds, 3))
                    for p, events, seconds in await self._projector.lag()
                ]
        except (TimeoutError, LogError):
            partitions = range(self._log.identity.partitions)
            return [PartitionHealth(p, checkpoint(p), None, None) for p in partitions]


def _problem(partitions: Sequence[PartitionHealth]) -> str | None:
    """A fold that does not follow: its disk is full, or the machine is too slow for the log."""
    for part in partitions:
        if part.events and part.seconds is not None and part.seconds > _BEHIND:
            return (
                f"Partition {part.partition} is {part.events} events behind the log, for "
                f"{part.seconds:.0f} seconds. Look at the service's log, and at the disk of the "
                "data folder."
            )
    return None


@get("/health/live", name="live")
async def live(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The process runs; it says nothing about what it depends on."""
    no_parameters(request.scope["query_string"])
    return Response(msgspec.json.encode(Live()), media_type=JSON)


@get("/health/ready", name="ready")
async def ready(
    request: Request[Any, Any, Any], vitals: NamedDependency[Vitals]
) -> Response[bytes]:
    """Each thing the service depends on; 503 while it cannot serve."""
    no_parameters(request.scope["query_string"])
    health = await vitals.look()
    status = 200 if health.ready else 503
    return Response(msgspec.json.encode(health), status_code=status, media_type=JSON)

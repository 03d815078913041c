"""Watches whether recorded events get a signed checkpoint, and what prevents it.

A service without the key signs nothing, but notices missing checkpoints as well as the signer does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from time import monotonic
from typing import Final, NamedTuple

import structlog
from msgspec import Struct

from events.audit.examination import Examination
from projections.fold.timelines import microseconds
from service.clock import Clock
from service.signing.trouble import Trouble

__all__ = ["LATE", "SigningHealth", "SigningWatch"]

LATE: Final = 60.0
"""Seconds after which an operator must look at events that no checkpoint covers."""
_PAUSE: Final = 5.0
"""Seconds between two checks of what changes by itself: time passes, and files disappear."""
_SECOND: Final = 1_000_000

_log = structlog.get_logger("onrecord.signing")


class SigningHealth(Struct, frozen=True):
    """`signs`: this service has the key that signed before, and signs with it.

    `unsigned_events`: recorded events that no signed checkpoint covers, as far as this service
    knows. `checkpoint_age_seconds`: since a checkpoint was last signed or, by a service without the
    key, found correct; null before the first. `problem`: what prevents events from being signed, or
    soon will.
    """

    signs: bool
    unsigned_events: int
    checkpoint_age_seconds: float | None
    problem: str | None


class _Mark(NamedTuple):
    """The time, by the monotonic clock, since which a timeline has more events than the signed head
    of this size covers."""

    size: int
    since: float


class SigningWatch:
    """Counts unsigned events in the examinations that it is given, and reports what prevents
    signing. One task runs `run`, which logs the changes.

    `alarms` are the timelines that are not signed because of an alarm; alarms are reported
    separately. `excuse` returns the message for events that have waited for a number of seconds, if
    no trouble is known. `change` returns what is wrong with the key file, which the running service
    does not need. `signs` says whether this service signs at all.
    """

    def __init__(
        self,
        clock: Clock,
        alarms: Callable[[], Container[str]],
        excuse: Callable[[float], str],
        change: Callable[[], str | None] = lambda: None,
        *,
        signs: bool,
    ) -> None:
        self._clock = clock
        self._signs = signs
        self._alarms = alarms
        self._excuse = excuse
        self._change = change
        self._marks: dict[int, dict[str, _Mark]] = {}
        self._unsigned: dict[int, int] = {}
        self._latest: int | None = None
        self._trouble: Trouble | None = None
        self._since = 0.0
        self._logged: str | None = None

    async def run(self) -> None:
        """Log when a problem begins and when it ends, until cancelled."""
        while True:
            self._say()
            await asyncio.sleep(_PAUSE)  # noqa: TID251 - nothing tells that a minute or a file has gone

    def count_unsigned(self, examination: Examination) -> None:
        """Count the partition's unsigned events. The cost depends on their number, not on the
        partition's size."""
        now = monotonic()
        before = self._marks.get(examination.partition, {})
        marks: dict[str, _Mark] = {}
        for timeline in examination.uncovered:
            size = examination.signed_size(timeline)
            mark = before.get(timeline)
            marks[timeline] = mark if mark and mark.size == size else _Mark(size, now)
        self._marks[examination.partition] = marks
        self._unsigned[examination.partition] = sum(
            map(examination.unsigned, examination.uncovered)
        )
        if examination.covered_at:
            self._reach(microseconds(examination.covered_at))

    def signed(self) -> None:
        """Note that a checkpoint was just signed, or found correct."""
        self._reach(self._clock())

    def tell(self, trouble: Trouble | None) -> None:
        """Set what prevents signing now; None if nothing does."""
        if trouble and (self._trouble is None or self._trouble.kind != trouble.kind):
            self._since = monotonic()
        self._trouble = trouble
        self._say()

    @property
    def is_late(self) -> bool:
        """Whether events have waited for more than a minute, except those of timelines with an
        alarm."""
        return self._late() > LATE

    def health(self) -> SigningHealth:
        """The state that `/health/audit` and `/health/ready` show."""
        age = None
        if self._latest is not None:
            age = max(0.0, round((self._clock() - self._latest) / _SECOND, 3))
        problem = self._problem()
        words = problem.words if problem else None
        return SigningHealth(self._signs, sum(self._unsigned.values()), age, words)

    def _problem(self) -> Trouble | None:
        trouble = self._trouble
        if trouble is not None and monotonic() - self._since >= trouble.patience:
            return trouble
        changed = self._change()
        if changed is not None:
            return Trouble("file", changed)
        late = self._late()
        return Trouble("late", self._excuse(late)) if late > LATE else None

    def _late(self) -> float:
        alarms = self._alarms()
        waiting = [
            mark.since
            for marks in self._marks.values()
            for timeline, mark in marks.items()
            if timeline not in alarms
        ]
        return monotonic() - min(waiting) if waiting else 0.0

    def _say(self) -> None:
        """Log one line when a kind of problem begins, and one when all problems have ended."""
        problem = self._problem()
        kind = problem.kind if problem else None
        if kind == self._logged:
            return
        self._logged = kind
        if problem is not None:
            _log.error("signing has a problem", reason=problem.words)
        else:
            _log.info("events are signed again")

    def _reach(self, moment: int) -> None:
        self._latest = moment if self._latest is None else max(self._latest, moment)

"""Retrying what needs a server, a disk or a file that may be unavailable for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

__all__ = ["Attempts", "Outage"]

_FIRST_DELAY: Final = 0.1
_MOST_DELAY: Final = 5.0
"""Seconds between two attempts: the first delay is doubled up to the longest."""


class Outage:
    """A failure that several tasks notice together, such as a server that is down: `report` is
    called with the first failure, and not again until all of them have succeeded."""

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self._noticed: set[object] = set()

    def begin(self, task: object, error: Exception) -> None:
        if not self._noticed:
            self._report(error)
        self._noticed.add(task)

    def end(self, task: object) -> None:
        self._noticed.discard(task)


class Attempts:
    """The attempts of one task. A failure is an error of the `expected` types; any other error ends
    the attempts. `report` is called with the first failure of a series, so that an outage makes one
    log line; a series ends when an attempt returns or calls `succeeded`. With a shared `Outage` in
    place of `report`, several tasks make one line together."""

    def __init__(
        self, expected: tuple[type[Exception], ...], report: Callable[[Exception], None] | Outage
    ) -> None:
        self._expected = expected
        self._outage = report if isinstance(report, Outage) else Outage(report)
        self._delay = _FIRST_DELAY

    def succeeded(self) -> None:
        """End the series of failures. A long attempt calls this when the outage is over, so that
        the next failure is reported and followed by a short delay."""
        self._delay = _FIRST_DELAY
        self._outage.end(self)

    async def until_done(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Await `attempt()` until it returns; after a failure wait and try again."""
        while True:
            try:
                await attempt()
            except self._expected as error:
                if self._delay == _FIRST_DELAY:
                    self._outage.begin(self, error)
                await asyncio.sleep(self._delay)  # noqa: TID251 - nothing says that a server or a disk is back
                self._delay = min(2 * self._delay, _MOST_DELAY)
            else:
                self.succeeded()
                return

    async def forever(self, attempt: Callable[[], Awaitable[None]]) -> NoReturn:
        """Await `attempt()` again and again until cancelled; after one that returns, at once."""
        while True:
            await self.until_done(attempt)

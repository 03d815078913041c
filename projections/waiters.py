"""Those who wait until a timeline is folded up to a revision: thousands cost little."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Waiters"]


class _Gate:
    """One revision that is waited for, by however many."""

    def __init__(self) -> None:
        self.passed = asyncio.Event()
        self.waiting = 0


class Waiters:
    """Gates by timeline and revision. All on one event loop."""

    def __init__(self) -> None:
        self._gates: dict[str, dict[int, _Gate]] = {}
        self._asked = asyncio.Event()

    async def asked(self, limit: float) -> None:
        """Return as soon as anybody waits, after `limit` seconds at the latest."""
        if self._gates:
            return
        self._asked.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._asked.wait()

    async def wait(self, timeline: str, revision: int, limit: float) -> bool:
        """Wait until `pass_` covers the revision, at most `limit` seconds; whether it did."""
        gates = self._gates.setdefault(timeline, {})
        gate = gates.setdefault(revision, _Gate())
        gate.waiting += 1
        self._asked.set()
        try:
            async with asyncio.timeout(limit):
                await gate.passed.wait()
        except TimeoutError:
            return False
        finally:
            gate.waiting -= 1
            if not gate.waiting and gates.get(revision) is gate:
                self._remove(timeline, gates, revision)
        return True

    def pass_(self, timeline: str, revision: int) -> None:
        """Wake all who wait for a revision up to this one."""
        gates = self._gates.get(timeline)
        if gates is not None:
            for wanted in [wanted for wanted in gates if wanted <= revision]:
                gates[wanted].passed.set()
                self._remove(timeline, gates, wanted)

    def look_again(self, revision_of: Callable[[str], int]) -> None:
        """Wake all whose revision has come, by asking for each timeline."""
        for timeline in list(self._gates):
            self.pass_(timeline, revision_of(timeline))

    def _remove(self, timeline: str, gates: dict[int, _Gate], revision: int) -> None:
        del gates[revision]
        if not gates and self._gates.get(timeline) is gates:
            del self._gates[timeline]

"""Waiting until a timeline is folded up to a revision, cheap enough for thousands of waiters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Waiters"]


class _Gate:
    """One revision, and the number of tasks that wait for it."""

    def __init__(self) -> None:
        self.passed = asyncio.Event()
        self.waiting = 0


class Waiters:
    """The waiters, by timeline and revision. All of them are on one event loop."""

    def __init__(self) -> None:
        self._gates: dict[str, dict[int, _Gate]] = {}

    async def wait(self, timeline: str, revision: int, limit: float) -> bool:
        """Wait at most `limit` seconds until `pass_` covers the revision. Returns whether it
        did."""
        gates = self._gates.setdefault(timeline, {})
        gate = gates.setdefault(revision, _Gate())
        gate.waiting += 1
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
        """Wake all who wait for this revision or an earlier one."""
        gates = self._gates.get(timeline)
        if gates is not None:
            for wanted in [wanted for wanted in gates if wanted <= revision]:
                gates[wanted].passed.set()
                self._remove(timeline, gates, wanted)

    def wake_reached(self, revision_of: Callable[[str], int]) -> None:
        """Wake all whose revision is reached, by `revision_of` of each timeline."""
        for timeline in list(self._gates):
            self.pass_(timeline, revision_of(timeline))

    def _remove(self, timeline: str, gates: dict[int, _Gate], revision: int) -> None:
        del gates[revision]
        if not gates and self._gates.get(timeline) is gates:
            del self._gates[timeline]

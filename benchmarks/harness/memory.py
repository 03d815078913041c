"""The memory of processes while something lasts: the most of it, not only the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import Final, Self

from benchmarks.harness.family import resident

__all__ = ["MemoryWatch"]

_PAUSE: Final = 0.05
"""Seconds between two looks."""


class MemoryWatch:
    """Looks at the processes of each role in a thread of its own, within the block."""

    def __init__(self, roles: Mapping[str, Sequence[int]]) -> None:
        self._roles = roles
        self._most: dict[str, int] = {}
        self._ended = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def now(self) -> dict[str, int]:
        """Bytes of each role; shared memory counts once."""
        return {role: resident(*pids) for role, pids in self._roles.items()}

    def most(self) -> dict[str, int]:
        """Bytes of each role when all together had the most, since this was asked last."""
        most, self._most = self._most or self.now(), {}
        return most

    def _look(self) -> None:
        while not self._ended.wait(_PAUSE):
            now = self.now()
            if sum(now.values()) > sum(self._most.values()):
                self._most = now

"""A bar on stderr for what takes more than a second, and only where somebody can see it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

__all__ = ["Bar", "bar"]

_PATIENCE: Final = 1.0


class Bar:
    """How much is done of how much; it draws nothing before a second has passed."""

    def __init__(self, progress: Progress, title: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total)
        self._began = time.monotonic()

    def advance(self, count: int) -> None:
        """`count` more are done."""
        self._progress.advance(self._task, count)
        self._draw()

    def reach(self, done: int, total: int) -> None:
        """`done` are done, of what is now `total`."""
        self._progress.update(self._task, completed=done, total=total)
        self._draw()

    def _draw(self) -> None:
        if not self._progress.live.is_started and time.monotonic() - self._began > _PATIENCE:
            self._progress.start()


@contextmanager
def bar(console: Console, title: str, total: int) -> Iterator[Bar]:
    """A bar on `console` that is gone when the work is done."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    try:
        yield Bar(progress, title, total)
    finally:
        progress.stop()

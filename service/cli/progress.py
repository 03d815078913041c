"""The progress of work that takes more than a second, on stderr. On a terminal it is a bar;
elsewhere it is nothing, or plain lines for work that may take minutes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from service.cli.streams import is_terminal

__all__ = ["Bar", "bar", "bytes_bar"]

_PATIENCE: Final = 1.0
"""Seconds until a bar is drawn."""
_PAUSE: Final = 5.0
"""Seconds between two lines."""


class Bar:
    """A progress bar that is drawn only after the first second. With `lines`, a line is written
    instead from time to time."""

    def __init__(self, progress: Progress, title: str, total: int | None, *, lines: bool) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total)
        self._lines = lines
        self._next = time.monotonic() + (_PAUSE if lines else _PATIENCE)

    def advance(self, count: int) -> None:
        """Report that `count` more are done."""
        self._progress.advance(self._task, count)
        self._draw()

    def reach(self, done: int, total: int) -> None:
        """Report that `done` of `total` are done."""
        self._progress.update(self._task, completed=done, total=total)
        self._draw()

    def _draw(self) -> None:
        if time.monotonic() < self._next:
            return
        if not self._lines:
            if not self._progress.live.is_started:
                self._progress.start()
            return
        self._next = time.monotonic() + _PAUSE
        [task] = self._progress.tasks
        line = f"{task.description}: {task.completed:,.0f} of {task.total or 0:,.0f}"
        self._progress.console.print(line)


@contextmanager
def bar(console: Console, title: str, total: int, *, lines: bool = False) -> Iterator[Bar]:
    """A progress bar on `console`, which is removed at the end of the block. With `lines`, lines
    are written if it is not a terminal."""
    is_drawn = is_terminal(console.file)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not is_drawn,
    )
    try:
        yield Bar(progress, title, total, lines=lines and not is_drawn)
    finally:
        progress.stop()


@contextmanager
def bytes_bar(console: Console, title: str) -> Iterator[Bar]:
    """How many bytes have come, and how fast, for downloads of unknown size. Nothing is drawn if
    `console` is not a terminal; the drawing is removed at the end of the block."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not is_terminal(console.file),
    )
    try:
        yield Bar(progress, title, None, lines=False)
    finally:
        progress.stop()

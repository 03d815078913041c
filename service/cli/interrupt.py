"""Makes one Ctrl-C end a command at any moment, and lets it clean up.

A KeyboardInterrupt between any two steps would break code that does not expect it: a half-done
await in a library, an import, a finalizer. So SIGINT cancels the command's task, which notices at
its next await. It raises KeyboardInterrupt only in blocks that allow it
(`raising_interrupts`). While no command runs, nothing needs cleaning up, and SIGINT ends the
process (`service.cli.main`).
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import stat
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from io import BufferedReader, FileIO
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

__all__ = ["interruptible", "open_to_read", "raising_interrupts"]

T = TypeVar("T")


class _Interruption:
    """SIGINT for one task: whether it is pending, and whether it raises KeyboardInterrupt."""

    def __init__(self, task: asyncio.Task[object]) -> None:
        self._task = task
        self._loop = task.get_loop()
        self._is_pending = False
        self._is_raised = False

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """The handler of the signal. Python calls it between two steps of the main thread."""
        self._is_pending = True
        if self._is_raised:
            self._is_raised = False
            raise KeyboardInterrupt
        self._loop.call_soon_threadsafe(self._cancel)

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Raise KeyboardInterrupt in the block, also if SIGINT came just before it."""
        before, self._is_raised = self._is_raised, True
        try:
            self._raise_pending()
            yield
            self._raise_pending()  # a finalizer has swallowed it
        except KeyboardInterrupt:
            self._is_pending = False
            raise
        finally:
            self._is_raised = before

    def _raise_pending(self) -> None:
        if self._is_pending:
            raise KeyboardInterrupt

    def _cancel(self) -> None:
        if self._is_pending:
            self._is_pending = False
            self._task.cancel()


_current: _Interruption | None = None


async def interruptible(command: Coroutine[object, object, T]) -> T:
    """Run `command` as this task. SIGINT cancels it, and a second one cancels its cleaning up.
    Raises CancelledError if it was ended that way."""
    global _current  # noqa: PLW0603 - a process has one SIGINT
    task = asyncio.current_task()
    before = signal.getsignal(signal.SIGINT)
    is_ours = threading.current_thread() is threading.main_thread()
    if task is None or before is signal.SIG_IGN or not is_ours:
        return await command
    _current = _Interruption(task)
    signal.signal(signal.SIGINT, _current.on_signal)
    try:
        return await command
    except KeyboardInterrupt as error:
        raise asyncio.CancelledError from error
    finally:
        signal.signal(signal.SIGINT, before)
        _current = None


@contextmanager
def raising_interrupts() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt in the block, or in the function that this decorates. Use
    it for calls that may block for long: reading a keyboard, writing to a full pipe. The block must
    not await."""
    if _current is None:
        yield
        return
    with _current.raised():
        yield


def open_to_read(file: Path | int) -> BufferedReader:
    """Open a file, or a descriptor that stays open, for code that must not be interrupted while it
    does anything but open and read it. Read it by sizes. Raises OSError."""
    return BufferedReader(_InterruptibleFile(file))


class _InterruptibleFile(FileIO):
    @raising_interrupts()
    def __init__(self, file: Path | int) -> None:
        super().__init__(file, closefd=isinstance(file, Path))
        is_regular = stat.S_ISREG(os.fstat(self.fileno()).st_mode)
        is_main = threading.current_thread() is threading.main_thread()
        # Others write to pipes and terminals when they like. The main thread receives signals.
        self._is_waited_for = is_main and not is_regular

    @raising_interrupts()
    def readinto(self, buffer: Any) -> int | None:
        if self._is_waited_for:
            _wait_for(self.fileno())
        return super().readinto(buffer)


def _wait_for(file: int) -> None:
    """Wait until a read of the file would not, or for a signal, whose handler may raise. A signal
    that comes right before a read begins would not end it."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    try:
        while file not in select.select([file, woken], [], [])[0]:
            os.read(woken, 4096)  # the handler has run by now
    finally:
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(wake)

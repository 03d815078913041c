"""The command line: `onrecord` and its commands, each in a module of its name.

Calls to a server belong to `service.client`; work without a server belongs to the rooms of the
service.

Tested elsewhere:
- `tests/acceptance/test_cli.py`: `command`, `failure`
- `tests/acceptance/test_cli_streams.py`: `output`, `streams`
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Final

__all__ = ["main"]

_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, by default the one of this process, and return its exit code."""
    if arguments is None and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Before and after a command nothing needs cleaning up. A KeyboardInterrupt there would show
        # a traceback if an import or the end of Python swallowed it.
        signal.signal(signal.SIGINT, _exit)
    from service.cli import program  # noqa: PLC0415 - this takes long, and SIGINT may come

    return program.main(arguments)


def _exit(_number: int, _frame: FrameType | None) -> None:
    os._exit(_INTERRUPTED)

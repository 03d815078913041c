"""The service in the foreground: from its settings to its exit code."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress

import structlog

from events.errors import LogRefused, LogUnavailable, OnrecordError
from events.log.refusals import advice
from service.datafolder.files import PRIVATE
from service.http.listener import bind, bind_failure, url_of
from service.operations.heap import tune_heap
from service.operations.logs import configure_logs
from service.processes.child import NotStarted
from service.processes.control import FAILED, UNREACHABLE
from service.processes.server import allow_many_files
from service.processes.supervisor import Supervisor
from service.processes.worker import CreateApp
from service.settings.settings import Settings

__all__ = ["run_in_foreground"]

_log = structlog.get_logger("onrecord.server")


def run_in_foreground(settings: Settings, create_app: CreateApp) -> int:
    """Run the service until SIGINT or SIGTERM, and return the exit code.

    0: it was told to stop. 1: it could not start; 3: Redis was not reached. Once it answers, it
    prints one line on stdout; the reason why it cannot goes to stderr.
    """
    os.umask(PRIVATE)
    tune_heap()
    allow_many_files()
    configure_logs(settings.log_level, settings.log_format)
    try:
        listener = bind(settings.host, settings.port)
    except OSError as error:
        return _refuse(
            f"cannot listen on {settings.host} port {settings.port}: {bind_failure(error)}"
        )
    url = url_of(settings.host, listener)

    def say(durability: str) -> None:
        _print(
            f"onrecord is at {url} (writes are {durability}; documentation at {url}/docs; "
            "Ctrl-C ends it)"
        )

    with listener:
        try:
            # Not uvloop's loop: this process forks, which that loop does not support.
            return asyncio.run(Supervisor(settings, create_app, listener, say).run())
        except NotStarted as error:
            return _refuse(str(error), error.code)
        except LogRefused as error:
            return _refuse(f"cannot use its log: {advice(error)}", UNREACHABLE)
        except LogUnavailable as error:
            return _refuse(f"does not reach its log: {error}", UNREACHABLE)
        except OnrecordError as error:
            return _refuse(f"cannot start: {error}")
        except asyncio.CancelledError:
            return 0


def _print(line: str) -> None:
    """Print it on stdout. If the start-up line cannot be written, the service runs nevertheless. It
    passes by the buffer, which would keep the line and fail again when a process ends."""
    try:
        os.write(sys.stdout.fileno(), f"{line}\n".encode())
    except OSError as error:
        _log.warning("the start-up line cannot be written to stdout", reason=str(error))


def _refuse(reason: str, code: int = FAILED) -> int:
    with suppress(OSError):
        sys.stderr.write(f"onrecord {reason}\n")
    return code

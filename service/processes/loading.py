"""Waiting for a log's server that does not answer yet, as while it loads its file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from events.errors import LogRefused, LogUnavailable
from events.log.contract import Durability
from events.log.refusals import advice

__all__ = ["report_log_change", "when_loaded"]

LIMIT: Final = 300.0
"""The most seconds to wait for it."""
_PAUSE: Final = 0.5
"""Seconds between two attempts."""
_TOLD: Final = 10.0
"""Seconds between two log lines about it."""
_READS: Final = "waits for the log's server to read its file"
_AWAY: Final = "waits for the log's server"

_log = structlog.get_logger("onrecord.server")

T = TypeVar("T")


async def when_loaded(open_log: Callable[[], Awaitable[T]], *, is_patient: bool = False) -> T:
    """The result of `open_log`, which is tried again while the server loads its file. Once the
    server has said that it is loading, an attempt without an answer does not end the wait. Raises
    what `open_log` raises, and `LogUnavailable` if the server is not done after `LIMIT` seconds.

    Who is patient waits for a server that is away or refuses, too, for as long as that lasts."""
    loop = asyncio.get_running_loop()
    deadline, next_line = loop.time() + LIMIT, loop.time()
    loads = False
    while True:
        try:
            return await open_log()
        except LogUnavailable as error:
            if isinstance(error, LogRefused):
                loads = error.code == "LOADING"
            if not (loads or is_patient):
                raise
            if loop.time() >= deadline and not is_patient:
                raise LogUnavailable(
                    f"Its server still reads its file after {LIMIT:g} seconds ({error}) "
                    "Start again when that is done."
                ) from error
            if loop.time() >= next_line:
                _log.warning(_READS if loads else _AWAY, reason=advice(error))
                next_line = loop.time() + _TOLD
        await asyncio.sleep(_PAUSE)  # noqa: TID251 - a server tells nobody that it is done


def report_log_change(durability: Durability, problem: str | None) -> None:
    """Log that an operator, or a failover, has changed what acknowledged writes survive."""
    write = _log.warning if problem is None else _log.error
    write("the log's server has changed", durability=durability, problem=problem)

"""Accepts connections from the socket that all workers listen on, so that each gets its share.

The system wakes all of them for a connection. If each then accepted everything that waits, one
worker would take a whole burst, while the others stay idle.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Final

import structlog

from service.tally import CONNECTIONS, TallyRow

__all__ = ["Acceptor"]

_TURN: Final = 0.001
"""Seconds for which a worker leaves a connection to one with fewer connections, for each one that
the other has fewer."""
_MOST_TURNS: Final = 5
_PAUSE: Final = 1.0
"""Seconds to wait if the system has no room for another connection."""
_FULL: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

_log = structlog.get_logger("onrecord.server")


class Acceptor:
    """Accepts one connection at a time. If another worker has fewer, it gets a moment to accept it
    first; a busy worker delays nobody for longer.

    The rows of a tally have the number of each worker's connections, plus one while it accepts
    more. uvicorn closes this object like an `asyncio.Server`.
    """

    def __init__(
        self,
        listener: socket.socket,
        create_protocol: Callable[[], asyncio.Protocol],
        row: TallyRow,
    ) -> None:
        """Accept from `listener`, which is bound, until `close`. Must be made in a running loop."""
        self._listener = listener
        self._create_protocol = create_protocol
        self._row = row
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[None]] = set()
        self._open = 0
        self._turn: asyncio.TimerHandle | None = None
        self._is_closed = False
        listener.settimeout(0)
        self._count()
        self._watch()

    def set_open(self, number: int) -> None:
        """Set how many connections are open now."""
        self._open = number
        self._count()

    def close(self) -> None:
        """Accept no more. Closing twice is harmless."""
        if self._is_closed:
            return
        self._is_closed = True
        self._pause(None)
        self._count()

    async def wait_closed(self) -> None:
        """Wait until each connection that was accepted has its protocol."""
        if self._opening:
            await asyncio.wait(self._opening)

    def _watch(self) -> None:
        self._turn = None
        self._loop.add_reader(self._listener, self._accept)

    def _pause(self, seconds: float | None) -> None:
        """Watch again after this many seconds, or never."""
        self._loop.remove_reader(self._listener)
        if self._turn is not None:
            self._turn.cancel()
        self._turn = None if seconds is None else self._loop.call_later(seconds, self._take_turn)

    def _take_turn(self) -> None:
        """Accept a connection now, because workers with fewer connections had their chance."""
        self._watch()
        self._accept_next()

    def _accept(self) -> None:
        """Called when a connection waits."""
        more = self._row.get(CONNECTIONS) - self._least()
        if more > 0:
            self._pause(_TURN * min(more, _MOST_TURNS))
        else:
            self._accept_next()

    def _least(self) -> float:
        """The number of connections of the worker that has the fewest."""
        return min(number for (number,) in self._row.tally.rows_of(CONNECTIONS) if number)

    def _accept_next(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker has it, or its client has left
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _log.error("no further connection can be accepted", reason=str(error))
            self._pause(_PAUSE)
            return
        opening = self._loop.create_task(self._serve(connection), name="opening")
        self._opening.add(opening)
        self._count()
        opening.add_done_callback(self._opened)

    async def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(self._create_protocol, connection)
        except OSError:
            connection.close()  # the client has left

    def _opened(self, opening: asyncio.Task[None]) -> None:
        self._opening.discard(opening)
        self._count()

    def _count(self) -> None:
        number = self._open + len(self._opening) + 1
        self._row.set(CONNECTIONS, 0 if self._is_closed else number)

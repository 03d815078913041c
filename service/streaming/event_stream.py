"""An answer that does not end by itself: what a subscriber takes, sent as it comes."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar.types import Receive, Scope, Send

from events.errors import LogError
from service.streaming.live import Live
from service.streaming.outlet import OUTLET, Outlet
from service.streaming.subscriber import Cause, Subscriber

__all__ = ["ENDLESS", "EventStream", "announce"]

ENDLESS: Final = "onrecord.endless"
"""Stands in the scope of a request whose answer lasts as long as its client likes."""
_HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
"""A stream is neither kept nor held back on its way."""

_PATIENCE: Final = 30.0
"""Seconds that a client may take to read what it is sent."""
_HELD: Final = 128 << 10
"""Bytes that the system holds for a client that does not read; Linux takes twice as many."""
_PARTING: Final = 1.0
"""The same, once the stream has ended."""


class EventStream:
    """An ASGI application for one stream. It gives the subscriber back, whatever happens."""

    def __init__(
        self, live: Live, subscriber: Subscriber, first: bytes, patience: float = _PATIENCE
    ) -> None:
        """`first` was taken already, before the answer began."""
        self._live = live
        self._subscriber = subscriber
        self._first = first
        self._patience = patience
        self._limit: asyncio.Timeout | None = None
        subscriber.on_end = self._hurry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: Any = scope
        asked[ENDLESS] = True
        outlet: Outlet | None = asked.get("extensions", {}).get(OUTLET)
        watch = asyncio.create_task(self._watch(receive), name="live-client")
        cause: Cause = "left"
        if outlet is not None:
            outlet.narrow(_HELD)
        try:
            await send(_start(self._live.source.log_id))
            cause = await self._stream(send, outlet)
        except TimeoutError:
            cause = "stalled"
        except LogError:
            cause = "broken"
        finally:
            watch.cancel()
            self._live.leave(self._subscriber, cause)
            if cause in ("stalled", "broken") and outlet is not None:
                outlet.abort()

    async def _stream(self, send: Send, outlet: Outlet | None) -> Cause:
        subscriber = self._subscriber
        taken = self._first
        while subscriber.ended is None:
            if taken:
                await self._send(send, taken)
                self._live.sent(subscriber)
            else:
                await subscriber.wait(outlet)
            taken = await subscriber.take()
        if subscriber.ended not in ("left", "broken"):
            await self._send(send, taken + subscriber.rest(), more=False)
        return subscriber.ended

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        """Raises TimeoutError where the client does not read in time."""
        limit = self._patience if self._subscriber.ended is None else _PARTING
        try:
            async with asyncio.timeout(limit) as self._limit:
                await send({"type": "http.response.body", "body": body, "more_body": more})
        finally:
            self._limit = None

    def _hurry(self) -> None:
        """The end has come: a client that does not read holds it up for a moment only."""
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + _PARTING)

    async def _watch(self, receive: Receive) -> None:
        """Notices that the client has left."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._subscriber.end("left")


async def announce(log_id: str, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI application
    """The answer to HEAD: how a stream would begin."""
    await send(_start(log_id))
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _start(log_id: str) -> Any:
    headers = [*_HEADERS, (b"onrecord-log", log_id.encode())]
    return {"type": "http.response.start", "status": 200, "headers": headers}

"""An answer without a fixed end: it sends frames as its subscriber takes them."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar.types import Receive, Scope, Send

from events.errors import LogError, ReadModelError
from service.http.outlet import ENDLESS, OUTLET, REACHED, Outlet
from service.streaming.live import LiveStreams, Subscription
from service.streaming.subscriber import Subscriber

__all__ = ["EventStream", "announce"]

_HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
"""A stream must be neither cached nor buffered by a proxy."""

_PATIENCE: Final = 30.0
"""Seconds that a client may take to read what was sent."""
_HELD: Final = 128 << 10
"""Bytes that the operating system buffers for a client that does not read; Linux takes twice as
many."""
_PARTING: Final = 1.0
"""Seconds that a client may take to read once the stream has ended."""


class EventStream:
    """An ASGI application for one stream. It subscribes when it is called, and always ends the
    subscription."""

    def __init__(
        self, live: LiveStreams, subscription: Subscription, patience: float = _PATIENCE
    ) -> None:
        self._live = live
        self._subscription = subscription
        self._patience = patience
        self._limit: asyncio.Timeout | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises TooManyStreams and LogError before the answer begins, so that the answer is their
        problem document."""
        live = self._live
        with live.slots.taken(scope), live.subscribed(self._subscription) as subscriber:
            subscriber.on_end = self._hurry
            watch = asyncio.create_task(_watch(receive, subscriber), name="live-client")
            try:
                first = await subscriber.next_frames()
                await self._answer(subscriber, first, scope, send)
            finally:
                watch.cancel()

    async def _answer(self, subscriber: Subscriber, first: bytes, scope: Scope, send: Send) -> None:
        asked: Any = scope
        asked[ENDLESS] = True
        asked[REACHED] = subscriber.position
        outlet: Outlet | None = asked.get("extensions", {}).get(OUTLET)
        if outlet is not None:
            outlet.begin(_HELD)
        try:
            await send(_start(self._live.source.log_id))
            await self._stream(subscriber, first, send, outlet)
        except TimeoutError:
            subscriber.end("stalled")
        except (LogError, ReadModelError):
            subscriber.end("broken")
        if subscriber.ended in ("stalled", "broken") and outlet is not None:
            outlet.abort()

    async def _stream(
        self, subscriber: Subscriber, first: bytes, send: Send, outlet: Outlet | None
    ) -> None:
        taken = first
        while subscriber.ended is None:
            if taken:
                await self._send(subscriber, send, taken)
                self._live.sent(subscriber)
            else:
                await subscriber.wait(outlet)
            taken = await subscriber.next_frames()
        if subscriber.ended not in ("left", "broken"):
            await self._send(subscriber, send, taken + subscriber.last_frame(), more=False)

    async def _send(
        self, subscriber: Subscriber, send: Send, body: bytes, *, more: bool = True
    ) -> None:
        """Raises TimeoutError if the client does not read in time."""
        limit = self._patience if subscriber.ended is None else _PARTING
        try:
            async with asyncio.timeout(limit) as self._limit:
                await send({"type": "http.response.body", "body": body, "more_body": more})
        finally:
            self._limit = None

    def _hurry(self) -> None:
        """Shorten the time-out because the stream has ended: a client that does not read delays it
        only briefly."""
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + _PARTING)


async def _watch(receive: Receive, subscriber: Subscriber) -> None:
    """Return when the client has disconnected."""
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        subscriber.end("left")


async def announce(log_id: str, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI application
    """The answer to HEAD: the headers with which a stream would begin."""
    await send(_start(log_id))
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _start(log_id: str) -> Any:
    headers = [*_HEADERS, (b"onrecord-log", log_id.encode())]
    return {"type": "http.response.start", "status": 200, "headers": headers}

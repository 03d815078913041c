"""The calls that answer with a stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from events.errors import Unknown
from service.live.counts import Cause
from service.live.event_filter import EventFilter
from service.live.frames import reset
from service.live.hub import Hub
from service.live.question import LiveQuestion, live_question, timelines_in
from service.query_string import QueryString
from service.reading import Reading
from service.wire import wire_of

__all__ = ["HANDLERS", "HEADERS", "STREAMED", "Live"]

STREAMED: Final = "onrecord.streamed"
"""Set in the scope of a request whose answer is a stream: how long it took says nothing."""

HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "Connection": "close",  # the end of a stream is the end of its connection
    "X-Accel-Buffering": "no",  # nginx would keep frames back
}
_BEYOND: Final = "beyond-head"
_REPLACED: Final = "log-replaced"


class _Plan(NamedTuple):
    """A stream that is to begin; `refusal` is why it cannot, as the reason of a `reset`; `head`:
    only the headers are wanted."""

    filter: EventFilter
    after: Mapping[str, int | None]
    refusal: str | None
    log: str
    named: bool
    head: bool


class Live(NamedTuple):
    """What the handlers work with."""

    hub: Hub
    reading: Reading

    async def answer(
        self, scope: Mapping[str, Any], names: Sequence[str], question: LiveQuestion, *, named: bool
    ) -> Response[None]:
        """The stream, ready to begin. Raises Unknown, Lagging, LogUnavailable."""
        log = self.reading.log.identity.id
        refusal = None if question.log in (None, log) else _REPLACED
        after = {name: question.after.get(name) for name in names}
        for name, revision in after.items():
            head = await self._head(name)
            if refusal is None and revision is not None and revision > head:
                refusal = _BEYOND
        plan = _Plan(question.filter, after, refusal, log, named, "head" in scope)
        return _StreamResponse(self.hub, plan)

    async def _head(self, name: str) -> int:
        """The last revision in the log of a timeline that the read model has, or has soon: what
        another replica opened a moment ago is waited for."""
        await self.reading.begin()
        head = await self.reading.log.revision(name)
        if not head:
            raise Unknown("timeline", name)
        ref = await self.reading.timeline(name, min_revision=1)
        return max(head, ref.revision)


class _StreamResponse(Response[None]):
    """What a handler returns: the router asks it for the answer itself."""

    def __init__(self, hub: Hub, plan: _Plan) -> None:
        super().__init__(None)
        self._answer = _EventStream(hub, plan)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        return self._answer


class _EventStream(ASGIResponse):
    """Begins and ends by ASGI; what lies between goes to the connection's wire."""

    def __init__(self, hub: Hub, plan: _Plan) -> None:
        super().__init__()
        self._hub = hub
        self._plan = plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        if not self._plan.head:
            await self._stream(scope, send)
        else:
            await self._begin(send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _begin(self, send: Send) -> None:
        told = {**HEADERS, "Onrecord-Log": self._plan.log}
        headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _stream(self, scope: Scope, send: Send) -> None:
        hub, plan = self._hub, self._plan
        wire = wire_of(scope)
        stream = hub.open(wire, plan.filter, plan.after, named=plan.named)
        cause: Cause = "failed"
        try:
            marks: Any = scope
            marks[STREAMED] = True
            await self._begin(send)
            if plan.refusal is not None:
                stream.end("reset")
            cause = await stream.run()
            if cause == "failed":
                wire.abort()
            elif cause == "reset":
                await stream.finish(reset(plan.refusal or _REPLACED, plan.log))
            else:
                await stream.finish()
        finally:
            hub.close(stream, cause)


@get("/v1/timelines/{t:str}/live", name="stream_timeline")
async def stream_timeline(
    request: Request[Any, Any, Any], t: FromPath[str], live: NamedDependency[Live]
) -> Response[None]:
    """Events of a timeline as they come."""
    query = QueryString.parse(request.scope["query_string"])
    question = live_question(query, request.scope, [t], named=False)
    return await live.answer(request.scope, [t], question, named=False)


@get("/v1/live", name="stream_timelines")
async def stream_timelines(
    request: Request[Any, Any, Any], live: NamedDependency[Live]
) -> Response[None]:
    """Events of several timelines as they come."""
    query = QueryString.parse(request.scope["query_string"])
    names = timelines_in(query)
    question = live_question(query, request.scope, names, named=True)
    return await live.answer(request.scope, names, question, named=True)


HANDLERS: Final = (stream_timeline, stream_timelines)

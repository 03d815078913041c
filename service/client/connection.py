"""The wire: a request out, a typed answer or a `ClientError` back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, Generic, NamedTuple, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from events.line import MOST_LINE
from service.client.problem import NotModified, Problem, Unreachable, UnreadableAnswer, problem_of

__all__ = ["Answer", "Connection", "EventLines", "path_of"]

T = TypeVar("T")
Parameters = Sequence[tuple[str, str]]

JSON_LINES: Final = "application/x-ndjson"
EVENT_STREAM: Final = "text/event-stream"
_SILENCE: Final = 45.0
"""Seconds after which a stream without a sign of life is given up: three of its keep-alives."""
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class Answer(NamedTuple, Generic[T]):
    """`value` and what the headers say of it: `revision` is the timeline's, None for the list of
    timelines and for health; `body` is the bytes that came."""

    value: T
    status: int
    revision: int | None
    etag: str | None
    body: bytes


class EventLines(NamedTuple):
    """Events as the exact bytes of their lines, without the line feed, up to `revision`."""

    revision: int | None
    lines: AsyncGenerator[bytes, None]


class Connection:
    """One server. It owns `http` and closes it; it keeps nothing between requests."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def close(self) -> None:
        """Let go of the sockets. Closing twice is harmless."""
        await self._http.aclose()

    async def get(
        self,
        path: str,
        type_: type[T],
        parameters: Parameters = (),
        if_none_match: str | None = None,
    ) -> Answer[T]:
        """What is at `path`. Raises `NotModified` where it still has the ETag `if_none_match`."""
        headers = {} if if_none_match is None else {"If-None-Match": if_none_match}
        return self._read(await self._send("GET", path, parameters, headers), type_)

    async def write(
        self,
        method: str,
        path: str,
        type_: type[T],
        body: object = None,
        parameters: Parameters = (),
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer[T]:
        """One write, sent once. Headers that are None are left out."""
        given = {name: value for name, value in (headers or {}).items() if value is not None}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else msgspec.json.encode(body)
            given["Content-Type"] = "application/json"
        return self._read(await self._send(method, path, parameters, given, content), type_)

    async def fetch(self, path: str) -> tuple[int, bytes]:
        """Status and body of whatever is at `path`, a refusal included."""
        response = await self._send("GET", path)
        return response.status_code, response.content

    async def small(self, path: str, most: int) -> tuple[int, bytes]:
        """Status and body of what is at `path`, read to its end only where it has no more than
        `most` bytes: whoever is audited may be hostile."""
        body = b""
        try:
            async with self._http.stream("GET", path) as response:
                async for chunk in response.aiter_bytes(most):
                    body += chunk
                    if len(body) > most:
                        raise UnreadableAnswer(self.url, f"{path} has more than {most} bytes")
                return response.status_code, body
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        except httpx.DecodingError as error:
            raise UnreadableAnswer(self.url, str(error)) from error

    @asynccontextmanager
    async def stream(self, path: str, parameters: Parameters) -> AsyncIterator[EventLines]:
        """The lines of a stream; `Unreachable` where it breaks before its end."""
        headers = {"Accept": JSON_LINES}
        try:
            async with self._http.stream(
                "GET", path, params=list(parameters), headers=headers
            ) as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise self._refusal(response)
                if not response.headers.get("content-type", "").startswith(JSON_LINES):
                    raise UnreadableAnswer(self.url, "events did not come as lines")
                yield EventLines(_revision(response), self._lines(response))
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    @asynccontextmanager
    async def listen(
        self, path: str, parameters: Parameters, headers: Mapping[str, str]
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """What comes on a stream of server-sent events. Raises `Unreachable` where it breaks, or
        is silent for longer than a server is that lives."""
        accepted = {"Accept": EVENT_STREAM, "Cache-Control": "no-store", **headers}
        timeout = httpx.Timeout(self._http.timeout.connect, read=_SILENCE)
        try:
            async with self._http.stream(
                "GET", path, params=list(parameters), headers=accepted, timeout=timeout
            ) as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise self._refusal(response)
                if not response.headers.get("content-type", "").startswith(EVENT_STREAM):
                    raise UnreadableAnswer(self.url, "events did not come as a stream")
                yield response.aiter_bytes()
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    async def _lines(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        """Split at line feeds alone: a JSON text may hold other line separators as they are."""
        rest: list[bytes] = []
        weight = 0
        async for chunk in response.aiter_bytes():
            first, *others = chunk.split(b"\n")
            rest.append(first)
            weight += len(first)
            if weight > MOST_LINE:
                raise UnreadableAnswer(self.url, f"a line has more than {MOST_LINE} bytes")
            if others:
                yield b"".join(rest)
                *lines, last = others
                for line in lines:
                    yield line
                rest, weight = [last], len(last)
        if weight:
            raise Unreachable(self.url, "the stream ended inside a line", sent=True)

    async def _send(
        self,
        method: str,
        path: str,
        parameters: Parameters = (),
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        try:
            return await self._http.request(
                method, path, params=list(parameters), headers=headers, content=content
            )
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        except (httpx.DecodingError, httpx.InvalidURL) as error:
            raise UnreadableAnswer(self.url, str(error)) from error

    def _read(self, response: httpx.Response, type_: type[T]) -> Answer[T]:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            raise NotModified(_revision(response))
        if not response.is_success:
            raise self._refusal(response)
        try:
            value = msgspec.json.decode(response.content, type=type_)
        except msgspec.DecodeError as error:
            raise UnreadableAnswer(self.url, str(error)) from error
        etag = response.headers.get("etag")
        return Answer(value, response.status_code, _revision(response), etag, response.content)

    def _refusal(self, response: httpx.Response) -> Problem | UnreadableAnswer:
        problem = problem_of(
            response.status_code, response.content, response.headers.get("retry-after")
        )
        return problem or UnreadableAnswer(
            self.url, f"status {response.status_code} without a reason"
        )

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        sent = not isinstance(error, _NEVER_SENT)
        return Unreachable(self.url, _reason(error), sent=sent)

    @property
    def url(self) -> str:
        """The server's address."""
        return str(self._http.base_url).rstrip("/")


def path_of(*segments: str) -> str:
    """A path of `segments`, each percent-encoded; `.` and `..` too, which would be resolved."""
    encoded = (
        segment.replace(".", "%2E") if segment in (".", "..") else quote(segment, safe="")
        for segment in segments
    )
    return "/v1/timelines/" + "/".join(encoded)


def _revision(response: httpx.Response) -> int | None:
    header: str | None = response.headers.get("onrecord-revision")
    return int(header) if header is not None and header.isdecimal() else None


def _reason(error: httpx.TransportError) -> str:
    """In words: httpx says little, or only the number of the system's error."""
    match error:
        case httpx.ConnectTimeout():
            return "it did not answer the call in time"
        case httpx.TimeoutException():
            return "it took too long to answer"
        case httpx.ConnectError():
            return str(error) or "no server is there"
        case _:
            return str(error) or "the connection broke"

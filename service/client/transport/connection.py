"""A connection: sends a request, and returns a typed answer or raises a `ClientError`."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Generic, NamedTuple, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from events.audit.line import MOST_LINE
from service.client.errors import (
    UNREADABLE,
    NotModified,
    ServerRefused,
    Unreachable,
    UnreadableAnswer,
    proposed_by,
    refused_by,
)
from service.client.transport.error import unreachable

__all__ = ["Connection", "EventLines", "ServerAnswer", "path_of", "revision_of"]

T = TypeVar("T")
Parameters = Sequence[tuple[str, str]]

JSON_LINES: Final = "application/x-ndjson"
EVENT_STREAM: Final = "text/event-stream"
_SILENCE: Final = 45.0
"""Seconds without a byte after which a stream counts as broken: three of the server's
keep-alives."""
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


class ServerAnswer(NamedTuple, Generic[T]):
    """`value`, and what the headers say about it. `revision` is the timeline's; it is None for the
    list of timelines and for health. `body` has the received bytes."""

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
    """One server. It owns `http` and closes it; it stores nothing between requests."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def close(self) -> None:
        """Close the sockets. Closing twice is harmless."""
        await self._http.aclose()

    async def get(
        self,
        path: str,
        type_: type[T],
        parameters: Parameters = (),
        if_none_match: str | None = None,
    ) -> ServerAnswer[T]:
        """The value at `path`. Raises `NotModified` if it still has the ETag `if_none_match`."""
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
    ) -> ServerAnswer[T]:
        """Send one write, once. Headers that are None are left out. Raises `WriteProposed` on
        202."""
        given = {name: value for name, value in (headers or {}).items() if value is not None}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else msgspec.json.encode(body)
            given["Content-Type"] = "application/json"
        response = await self._send(method, path, parameters, given, content)
        if response.status_code == httpx.codes.ACCEPTED:
            raise proposed_by(self.url, response.content)
        return self._read(response, type_)

    async def fetch(self, path: str) -> tuple[int, bytes]:
        """Status and body of what is at `path`, even if it is a problem."""
        response = await self._send("GET", path)
        return response.status_code, response.content

    async def small(self, path: str, most: int) -> tuple[int, bytes]:
        """Status and body of what is at `path`. At most `most` bytes are read, because an audited
        server may be hostile."""
        body = b""
        try:
            async with self._http.stream("GET", path) as response:
                async for chunk in response.aiter_bytes(most):
                    body += chunk
                    if len(body) > most:
                        raise UnreadableAnswer(self.url, f"{path} has more than {most} bytes")
                return response.status_code, body
        except httpx.TransportError as error:
            raise unreachable(self.url, error) from error
        except httpx.DecodingError as error:
            raise UnreadableAnswer(self.url, str(error)) from error

    @asynccontextmanager
    async def stream(self, path: str, parameters: Parameters) -> AsyncIterator[EventLines]:
        """The lines of a stream. Raises `Unreachable` if it breaks before its end."""
        asked = self._http.stream(
            "GET", path, params=list(parameters), headers={"Accept": JSON_LINES}
        )
        async with self._opened(asked, JSON_LINES, "lines") as response:
            yield EventLines(revision_of(response), self._lines(response))

    @asynccontextmanager
    async def listen(
        self, path: str, parameters: Parameters, headers: Mapping[str, str]
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a stream of server-sent events. Raises `Unreachable` if it breaks, or is
        silent for longer than a living server would be."""
        accepted = {"Accept": EVENT_STREAM, "Cache-Control": "no-store", **headers}
        timeout = httpx.Timeout(self._http.timeout.connect, read=_SILENCE)
        asked = self._http.stream(
            "GET", path, params=list(parameters), headers=accepted, timeout=timeout
        )
        async with self._opened(asked, EVENT_STREAM, "a stream") as response:
            yield response.aiter_bytes()

    @asynccontextmanager
    async def download(self, path: str, parameters: Parameters) -> AsyncIterator[httpx.Response]:
        """A file of any type, which is read as the caller iterates. Raises `Unreachable` if it
        breaks off before its end."""
        asked = self._http.stream("GET", path, params=list(parameters))
        async with self._opened(asked, "", "a file") as response:
            yield response

    @asynccontextmanager
    async def _opened(
        self, asked: AbstractAsyncContextManager[httpx.Response], media_type: str, form: str
    ) -> AsyncIterator[httpx.Response]:
        """The response to a request, if it is a success of that media type. Transport errors within
        the block are raised as the client's own; `form` names the expected content."""
        try:
            async with asked as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise self._refusal(response)
                if not response.headers.get("content-type", "").startswith(media_type):
                    raise UnreadableAnswer(self.url, f"events did not come as {form}")
                yield response
        except httpx.TransportError as error:
            raise unreachable(self.url, error) from error
        except httpx.DecodingError as error:
            raise UnreadableAnswer(self.url, str(error)) from error

    async def _lines(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        """Split at line feeds only: a JSON text may contain other line separators."""
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
            raise unreachable(self.url, error) from error
        except (httpx.DecodingError, httpx.InvalidURL) as error:
            raise UnreadableAnswer(self.url, str(error)) from error

    def _read(self, response: httpx.Response, type_: type[T]) -> ServerAnswer[T]:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            raise NotModified(revision_of(response))
        if not response.is_success:
            raise self._refusal(response)
        try:
            value = msgspec.json.decode(response.content, type=type_)
        except UNREADABLE as error:
            raise UnreadableAnswer(self.url, str(error)) from error
        etag = response.headers.get("etag")
        return ServerAnswer(
            value, response.status_code, revision_of(response), etag, response.content
        )

    def _refusal(self, response: httpx.Response) -> ServerRefused | UnreadableAnswer:
        problem = refused_by(
            response.status_code, response.content, response.headers.get("retry-after")
        )
        return problem or UnreadableAnswer(
            self.url, f"status {response.status_code} without a reason"
        )

    @property
    def url(self) -> str:
        """The server's address."""
        return str(self._http.base_url).rstrip("/")


def path_of(*segments: str) -> str:
    """A path of `segments`, each percent-encoded, including `.` and `..`, which would be resolved
    otherwise."""
    encoded = (
        segment.replace(".", "%2E") if segment in (".", "..") else quote(segment, safe="")
        for segment in segments
    )
    return "/v1/timelines/" + "/".join(encoded)


def revision_of(response: httpx.Response) -> int | None:
    """The timeline's revision that an answer describes."""
    header: str | None = response.headers.get("onrecord-revision")
    return int(header) if header is not None and _NUMBER.fullmatch(header) else None

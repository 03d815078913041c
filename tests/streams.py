"""A client of live streams for tests: frames as they come, over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

__all__ = ["Stream", "StreamFrame", "subscribed"]

_LIMIT = 20.0
"""Seconds after which a frame that does not come is missed."""


class StreamFrame(NamedTuple):
    """One frame; a comment has its text as `event`, with the colon."""

    id: str | None
    event: str
    data: Any


class Stream:
    """The answer to one request: its head has come, its frames are read one by one."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: float
    ) -> None:
        self._reader = reader
        self.writer = writer
        self._limit = limit
        self._rest = b""
        self.status = 0
        self.headers: dict[str, str] = {}
        self.last_id: str | None = None
        self.ended = False
        """The last chunk has come: the server meant to end here."""

    async def begin(self, request: bytes) -> None:
        """Ask, and read the head of the answer."""
        self.writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.status = int(head[0].split(" ")[1])
        self.headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])
        }

    async def frame(self) -> StreamFrame | None:
        """The next frame, None at the end; ConnectionError where it breaks off."""
        async with asyncio.timeout(self._limit):
            while b"\n\n" not in self._rest:
                chunk = await self._chunk()
                if not chunk:
                    assert not self._rest, f"ended inside a frame: {self._rest!r}"
                    self.ended = True
                    return None
                self._rest += chunk
        text, _, self._rest = self._rest.partition(b"\n\n")
        return self._read(text.decode())

    async def until(self, event: str) -> list[StreamFrame]:
        """The frames up to the first one of this name, comments left out."""
        frames: list[StreamFrame] = []
        while not frames or frames[-1].event != event:
            frame = await self.frame()
            assert frame is not None, f"it ended without {event}"
            if not frame.event.startswith(":") or event.startswith(":"):
                frames.append(frame)
        return frames

    async def revisions(self, count: int) -> list[int]:
        """The revisions of the next events, other frames left out."""
        found: list[int] = []
        while len(found) < count:
            frame = await self.frame()
            assert frame is not None
            if "." in frame.event:
                found.append(frame.data["revision"])
        return found

    async def _chunk(self) -> bytes:
        try:
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            chunk = await self._reader.readexactly(size + 2)
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("the stream broke off") from error
        return chunk[:-2]

    def _read(self, text: str) -> StreamFrame:
        if text.startswith(":"):
            return StreamFrame(None, text, None)
        fields: dict[str, str] = {}
        for line in text.split("\n"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        self.last_id = fields.get("id", self.last_id)
        return StreamFrame(fields.get("id"), fields["event"], json.loads(fields["data"]))


@asynccontextmanager
async def subscribed(
    url: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    buffer: int = 1 << 20,
    limit: float = _LIMIT,
) -> AsyncIterator[Stream]:
    """The stream at `path` of the server at `url`, until the block ends. `buffer`: bytes that are
    read ahead of whoever asks for frames."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port, limit=buffer)
    lines = [f"GET {path} HTTP/1.1", f"Host: {at.netloc}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    stream = Stream(reader, writer, limit)
    try:
        await stream.begin(("\r\n".join(lines) + "\r\n\r\n").encode())
        yield stream
    finally:
        writer.transport.abort()

"""A subscriber of live streams over a plain socket, which reads only as fast as the test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

__all__ = ["Frame", "LiveSocket", "frames_in"]


class Frame(NamedTuple):
    """One frame; `id` is None if it has none, `event` is empty for a comment."""

    id: str | None
    event: str
    data: Any


def frames_in(block: bytes) -> Frame | None:
    """The frame in a block of lines: HTML Living Standard, 9.2.6, as far as we use it."""
    fields: dict[str, str] = {}
    for line in block.decode().split("\n"):
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
    if "" in fields and "event" not in fields:
        return Frame(None, "", fields[""])
    if "event" not in fields:
        return None
    return Frame(fields.get("id"), fields["event"], json.loads(fields["data"]))


class LiveSocket:
    """One connection: `status` and `headers` are the answer's; iterating yields its frames until
    the stream ends; then `whole` says whether it ended properly instead of breaking off."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self.whole = False

    @classmethod
    async def open(
        cls, url: str, path: str, headers: Mapping[str, str] | None = None, limit: int = 2**20
    ) -> Self:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=limit)
        lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        opened = cls(reader, writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        opened.status = int(head[0].split()[1])
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        opened.headers = {name.lower(): value for name, value in pairs}
        return opened

    async def __aiter__(self) -> AsyncIterator[Frame]:
        left = b""
        while chunk := await self._chunk():
            *blocks, left = (left + chunk).split(b"\n\n")
            for block in blocks:
                frame = frames_in(block)
                if frame is not None:
                    yield frame

    async def until(self, event: str) -> list[Frame]:
        """The frames up to and including the first with that event."""
        found: list[Frame] = []
        async for frame in self:
            found.append(frame)
            if frame.event == event:
                return found
        raise EOFError(f"the stream ended before {event}: {found}")

    def close(self) -> None:
        self._writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def _chunk(self) -> bytes:
        """The next chunk; empty at the end, however it ended."""
        try:
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            chunk = await self._reader.readexactly(size + 2)
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        self.whole = not size
        return chunk[:-2]

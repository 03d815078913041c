"""A crowd of subscribers that leave and come back, and compare what they receive with the log."""

from __future__ import annotations

import asyncio
import random
import re
from typing import Any
from urllib.parse import urlsplit

__all__ = ["Crowd", "Listener"]

_EVENT = re.compile(rb"id: (\d+)\nevent: (?:statement|timeline)\.")
_KEPT = 40
"""Bytes that may be the beginning of what the pattern finds."""


class Listener(asyncio.Protocol):
    """One subscriber: it receives the revisions one by one, or fails. After `leaves` events on one
    connection it disconnects abruptly."""

    def __init__(self, crowd: Crowd, chance: random.Random) -> None:
        self._crowd = crowd
        self._chance = chance
        self._left = b""
        self._leaves = 0
        self._gone = asyncio.Event()
        self._transport: Any = None
        self.heard = 0
        self.comings = 0

    async def listen(self, upto: int) -> None:
        """Receive every revision up to this one, on as many connections as it takes."""
        while self.heard < upto:
            await self._crowd.up.wait()
            self._left, self._gone = b"", asyncio.Event()
            self._leaves = self._chance.choice((20, 200, 10_000, 10_000))
            self.comings += 1
            address = urlsplit(self._crowd.url)
            try:
                await asyncio.get_running_loop().create_connection(
                    lambda: self, address.hostname or "", address.port or 0
                )
            except OSError:
                continue
            await self._gone.wait()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        head = (
            f"GET {self._crowd.path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Last-Event-ID: {self.heard}",
        )
        transport.write("\r\n".join([*head, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        data = self._left + data
        end = 0
        for found in _EVENT.finditer(data):
            end = found.end()
            revision = int(found[1])
            if revision != self.heard + 1:
                self._crowd.faults.append(f"{revision} came behind {self.heard}")
            self.heard = revision
            self._leaves -= 1
        self._left = data[max(end, len(data) - _KEPT) :]
        if self._leaves <= 0 or self.heard >= self._crowd.upto:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set()


class Crowd:
    """Listeners at one address, which may move; `faults` are events out of order."""

    def __init__(self, path: str, upto: int, size: int, seed: int) -> None:
        self.path = path
        self.upto = upto
        self.url = ""
        self.up = asyncio.Event()
        self.faults: list[str] = []
        self.listeners = [Listener(self, random.Random(seed + n)) for n in range(size)]

    def at(self, url: str) -> None:
        """Use this address of the service from now on."""
        self.url = url
        self.up.set()

    async def listen(self) -> None:
        """Run all listeners to the end."""
        await asyncio.gather(*(listener.listen(self.upto) for listener in self.listeners))

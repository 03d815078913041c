"""How many requests a second are answered, and how long each takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from benchmarks.harness.requests import answer

__all__ = ["CALLERS", "by_turns", "rate", "waits"]

CALLERS = 50
_ROUNDS = 10


async def rate(url: str, requests: Sequence[bytes], callers: int) -> float:
    """Requests a second over `callers` connections, each sending one after another."""
    _, seconds = await _asked(url, requests, callers)
    return len(requests) / seconds


async def waits(url: str, requests: Sequence[bytes], callers: int) -> list[float]:
    """How many seconds each answer took, ascending. Every answer must be a success."""
    took, _ = await _asked(url, requests, callers)
    return sorted(took)


async def _asked(url: str, requests: Sequence[bytes], callers: int) -> tuple[list[float], float]:
    """How many seconds each answer took, and all together, without opening the connections."""
    at = urlsplit(url)
    waiting = iter(requests)
    took = []

    async def caller(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            status, body = await answer(reader)
            took.append(time.perf_counter() - began)
            if status not in {200, 201}:
                raise RuntimeError(f"{status}: {body[:300]!r}")

    opened = [await asyncio.open_connection(at.hostname, at.port) for _ in range(callers)]
    began = time.perf_counter()
    await asyncio.gather(*(caller(*each) for each in opened))
    seconds = time.perf_counter() - began
    for _, writer in opened:
        writer.close()
    return took, seconds


async def by_turns(
    service: str,
    bare: str,
    requests: Sequence[bytes],
    peers: Sequence[bytes] = (),
    callers: int = CALLERS,
) -> tuple[float, float]:
    """Both rates, from the round with the median ratio: load from other programs comes and goes
    within a run, and affects both. The bare handler gets its own requests, if there are any."""
    size = max(1, len(requests) // _ROUNDS)
    rounds = []
    for first in range(0, len(requests), size):
        part = requests[first : first + size]
        peer = peers[first : first + size] or part
        rounds.append((await rate(service, part, callers), await rate(bare, peer, callers)))
    return sorted(rounds, key=lambda pair: pair[0] / pair[1])[len(rounds) // 2]

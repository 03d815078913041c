"""How fast many commands of one call are carried out and become readable.

    python -m benchmarks.writing.commands [--commands 20000] [--workers 2]

Arrays of 500: of ten commands, five record statements, three relate one of them to another, and two
correct one that an earlier array has recorded, so that its present state is read from the read
model. The peers in the same run are the same number of statements in plain arrays, and a bare
Litestar handler that reads the bytes of the commands. Everything shares the machine's cores with
this process, so only the ratios can be compared.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any, Final, NamedTuple

import uvloop

from benchmarks.harness.arguments import parsed
from benchmarks.harness.bare_handler import bare_handler
from benchmarks.harness.connection import Connection, connections, opening, until_read, used
from benchmarks.harness.requests import post, statement
from benchmarks.harness.served import console, served

_ARRAY: Final = 500
_CALLERS: Final = (1, 4)


class Rate(NamedTuple):
    """Commands a second until they are acknowledged, and until all can be read."""

    acknowledged: float
    readable: float


def mixed(array: int, callers: int) -> list[Any]:
    """The commands of one array. Every `callers`-th array is the same caller's."""
    first, half = array * _ARRAY, _ARRAY // 2
    commands: list[Any] = [{"statement": statement(first + n)} for n in range(half)]
    for n in range(_ARRAY * 3 // 10):
        relation = {
            "statement": f"s{first + n}",
            "relation": ("supports", "disputes")[n % 2],
            "target": f"s{first + n + 1}",
        }
        commands.append({"relation": relation})
    before = (array - callers if array >= callers else array) * _ARRAY
    for n in range(_ARRAY - len(commands)):
        text = f"Between 11,000 and 12,000 troops, as was said later, no. {array}."
        changes = {"text": text, "tags": ["troops", f"later-{n}"]}
        correction = {"id": f"s{before + n}", "changes": changes, "reason": "misheard"}
        commands.append({"correction": correction})
    return commands


def statements(array: int) -> list[Any]:
    return [statement(array * _ARRAY + n) for n in range(_ARRAY)]


async def load(url: str, callers: int, requests: Sequence[bytes]) -> tuple[float, int]:
    """Seconds until the last answer, and the last revision; the bare handler answers none."""
    newest = 0
    async with connections(url, callers) as opened:
        began = perf_counter()

        async def call(number: int, caller: Connection) -> None:
            nonlocal newest
            for request in requests[number::callers]:
                body = json.loads(await caller.succeed(request))
                refused = [item for item in body.get("items", ()) if "status" in item]
                assert not refused, refused[0]
                newest = max(newest, body.get("revision", 0))

        await asyncio.gather(*(call(*each) for each in enumerate(opened)))
        return perf_counter() - began, newest


async def rate(url: str, path: str, callers: int, bodies: Iterable[list[Any]]) -> Rate:
    """The rate of the arrays on a timeline of their own."""
    timeline = f"{path}-{callers}"
    async with connections(url, 1) as [first]:
        await first.succeed(opening(timeline))
    requests = [post(f"/v1/timelines/{timeline}/{path}", body) for body in bodies]
    size, began = len(requests) * _ARRAY, perf_counter()
    answered, newest = await load(url, callers, requests)
    async with connections(url, 1) as [asking]:
        await until_read(asking, timeline, newest)
        return Rate(size / answered, size / (perf_counter() - began))


async def measure(url: str, bare: str, size: int) -> None:
    arrays = range(size // _ARRAY)
    for callers in _CALLERS:
        plain = await rate(url, "statements", callers, map(statements, arrays))
        bodies = [mixed(array, callers) for array in arrays]
        before = await used(url)
        commands = await rate(url, "commands", callers, bodies)
        after = await used(url)
        requests = [post("/v1/timelines/x/statements", body) for body in bodies]
        seconds, _ = await load(bare, callers, requests)
        cost = {role: (after[role] - before[role]) / size * 1e6 for role in after}
        console.print(
            f"commands in arrays of {_ARRAY}, {callers} caller(s): acknowledged "
            f"{commands.acknowledged:,.0f}/s, all can be read at {commands.readable:,.0f}/s; "
            f"statements alone {plain.acknowledged:,.0f}/s and {plain.readable:,.0f}/s, ratio "
            f"{commands.acknowledged / plain.acknowledged:.2f} and "
            f"{commands.readable / plain.readable:.2f}; bare handler {size / seconds:,.0f}/s\n"
            f"processor time of each: worker {cost['worker']:,.0f} us, keeper "
            f"{cost['keeper']:,.0f}, Valkey {cost['valkey']:,.0f}"
        )


def main() -> None:
    options = parsed(__doc__, commands=20_000, workers=2)
    with served(options.workers) as service, bare_handler() as bare:
        uvloop.run(measure(service.url, bare.url, options.commands))


if __name__ == "__main__":
    main()

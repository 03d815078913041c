"""The routes that read, with and without the shortcut, as an ASGI server calls them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from service.access.access import Access
from service.access.guards.door import Door
from service.app import create_app
from service.http.answers import WHOLE
from service.reading.answer_cache import AnswerCache
from service.reading.shortcut import Shortcut
from tests.writers import Writer, open_writer, working

__all__ = ["PATH", "Both", "Messages", "asked", "opened", "parted", "scope_of"]

PATH = "/v1/timelines/kursk"

Messages = list[dict[str, Any]]


class Both(NamedTuple):
    """The routes, and the same routes behind a shortcut, each behind the door. `behind` puts
    another application there."""

    writer: Writer
    routes: Any
    shortcut: Any
    cache: AnswerCache
    behind: Callable[[Any], Any]


@asynccontextmanager
async def opened(
    folder: Path, room: int = 1 << 20, access: Access | None = None
) -> AsyncIterator[Both]:
    async with open_writer(folder) as writer:
        await writer.open()
        origins = ("https://example.org",)
        with working(writer, folder, access=access, cors_origins=origins) as worker:
            whole: Any = create_app(worker)
            routes = whole._app._app._app._app
            # Nobody tells it what was folded: it has to find out by itself.
            cache = AnswerCache(writer.read_model, room)

            def behind(app: Any) -> Any:
                return Door(app, worker.access, worker.row)

            yield Both(writer, behind(routes), behind(Shortcut(routes, cache)), cache, behind)


def scope_of(method: str, address: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """What a server tells the application of a request to this address."""
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *headers],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("localhost", 1),
        "root_path": "",
        "state": {},
        "extensions": {WHOLE: {}},
    }


def parted(message: Any) -> Messages:
    """The message, or the two in place of one with a whole answer."""
    if message["type"] != "http.response.start" or "body" not in message:
        return [dict(message)]
    head = {name: value for name, value in message.items() if name != "body"}
    return [head, {"type": "http.response.body", "body": message["body"], "more_body": False}]


async def asked(app: Any, address: str, *headers: tuple[bytes, bytes]) -> Messages:
    """All that the application sends, parted; the path's template is added to the first message."""
    scope = scope_of("GET", address, *headers)
    sent: Messages = []
    whole = asyncio.Event()

    async def send(message: Any) -> None:
        sent.extend(parted(message))
        if not sent[-1].get("more_body", True):
            whole.set()

    async def receive() -> Any:
        await whole.wait()
        return {"type": "http.disconnect"}

    await app(scope, receive, send)
    sent[0]["template"] = scope.get("path_template")
    return sent

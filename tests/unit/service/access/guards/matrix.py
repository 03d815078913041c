"""Every declared route, asked by everybody about timelines that they may read, may not read, and
that do not exist."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from events.event.types import TimelineOpened
from service.app import create_app
from service.http.declared.operation import Operation
from service.writing.deciding.command import Command
from service.writing.execution.command import Caller
from tests.granted import Granted
from tests.writers import open_writer, said, working

__all__ = ["ABSENT", "HIDDEN", "NEW", "OPEN", "ROLES", "Answer", "House", "methods_of", "opened"]

OPEN, NEW = "open-a", "open-b"
"""Timelines within the grants: one that exists, and one that nobody has opened."""
HIDDEN, ABSENT = "dark-a", "dark-b"
"""The same outside of them."""

ROLES: Mapping[str, frozenset[str]] = {
    "none": frozenset(),
    "reader": frozenset({"read"}),
    "contributor": frozenset({"read", "propose"}),
    "writer": frozenset({"read", "propose", "write"}),
    "editor": frozenset({"read", "propose", "write", "review", "open"}),
    "admin": frozenset({"read", "propose", "write", "review", "open", "redact"}),
}
"""What each role gives on its timelines, as the design has it."""


_addresses = map(IPv4Address, count(int(IPv4Address("10.0.0.0"))))
"""Each request has another one: of one address only some wrong keys are heard."""


class Answer(NamedTuple):
    """`headers` without those of the moment."""

    status: int
    headers: frozenset[tuple[bytes, bytes]]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem; empty if it is none."""
        is_one = (b"content-type", b"application/problem+json") in self.headers
        found: dict[str, Any] = json.loads(self.body) if is_one else {}
        return found

    def about(self, timeline: str) -> Answer:
        """The same, with another word for the timeline."""
        return self._replace(body=self.body.replace(timeline.encode(), b"THE-TIMELINE"))


class House(NamedTuple):
    """An application, and the header `Authorization` of the holder of each role on `open-*`; of an
    operator, of an admin of everything, and of `nobody`, who sends none."""

    app: Any
    granted: Granted
    keys: dict[str, str | None]
    worker: Any

    async def ask(
        self, operation: Operation, method: str, who: str, timeline: str = OPEN, **query: str
    ) -> Answer:
        """The answer to a request as the operation's examples make it; a write is a dry run."""
        headers = [(b"host", b"localhost"), (b"accept", b"*/*")]
        key = self.keys[who]
        if key is not None:
            headers.append((b"authorization", key.encode()))
        body = b""
        if operation.body is not None and method == operation.method:
            headers.append((b"content-type", b"application/json"))
            body = json.dumps(next(iter(operation.body.examples.values()), None)).encode()
        return await self._call(method, _address(operation, timeline, query), headers, body)

    async def _call(
        self, method: str, address: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> Answer:
        path, _, query = address.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query.encode(),
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
            "server": ("localhost", 80),
            "client": (str(next(_addresses)), 1),
            "root_path": "",
            "state": {},
            "extensions": {},
        }
        sent: list[Any] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        begun = asyncio.Event()

        async def receive() -> Any:
            """The body, and the end of the connection once the answer has begun: a stream has none
            of its own."""
            if waiting:
                return waiting.pop()
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            begun.set()

        await self.app(scope, receive, send)
        kept = frozenset(pair for pair in sent[0]["headers"] if pair[0] != b"date")
        return Answer(sent[0]["status"], kept, b"".join(each.get("body", b"") for each in sent[1:]))


def methods_of(operation: Operation) -> tuple[str, ...]:
    """The methods by which the operation is tried. OPTIONS and PATCH are no route's."""
    own = ("GET", "HEAD") if operation.method == "GET" else (operation.method,)
    return (*own, "OPTIONS", "PATCH")


def _address(operation: Operation, timeline: str, query: Mapping[str, str]) -> str:
    examples = {
        each.name: str(each.example) for each in operation.parameters if each.place == "path"
    }
    examples["t"] = timeline
    path = re.sub(r"\{([a-z]+)\}", lambda found: examples[found[1]], operation.path)
    asked = {
        each.name: timeline if each.name == "timelines" else str(each.example)
        for each in operation.parameters
        if each.place == "query" and each.demand is not None
    }
    if any(each.name == "dry_run" for each in operation.parameters):
        asked["dry_run"] = "true"
    asked |= query
    return f"{path}?{urlencode(asked)}" if asked else path


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    granted = Granted()
    keys: dict[str, str | None] = {"nobody": None, "wrong": "Bearer onr_no_such_key"}
    for role in ROLES:
        keys[role] = granted.key(role, *([(role, "open-*")] if role != "none" else []))
    keys["operator"] = granted.key("operator", ("operator", "*"))
    keys["owner"] = granted.key("owner", ("admin", "*"))
    async with open_writer(folder) as writer:
        for name in (OPEN, HIDDEN):
            other = writer._replace(timeline=name)
            opening = Command(name, TimelineOpened(title="A title"))
            await writer.commands.execute(name, opening, Caller("desk"))
            await other.record(said("kcna-1"))
            await writer.projector.progress.wait_for(name, 2)
        with working(writer, folder, access=granted.access) as worker:
            app: Any = create_app(worker)
            yield House(app, granted, keys, worker)

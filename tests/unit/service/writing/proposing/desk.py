"""A desk: an application with people who propose and who review, and a log in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from service.app import create_app
from tests.granted import Granted
from tests.serving import in_process
from tests.writers import Writer, open_writer, said, working

__all__ = ["QUEUE", "Desk", "opened_desk", "statement"]

PATH = "/v1/timelines/kursk"
QUEUE = "_proposals.kursk"


def statement(id_: str | None = None, text: str = "It fell.") -> dict[str, Any]:
    body = {"kind": "claim", "text": text, "said": {"by": "KCNA", "on": None}}
    return body if id_ is None else body | {"id": id_}


class Desk(NamedTuple):
    """An application with the timeline `kursk` and the statement `a`; two contributors, two
    editors, an admin and a reader."""

    writer: Writer
    granted: Granted
    client: httpx.AsyncClient
    keys: dict[str, str]

    async def ask(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"Authorization": self.keys[who]} | more.pop("headers", {})
        if body is not None:
            more["json"] = body
        return await self.client.request(method, f"{PATH}{path}", headers=headers, **more)

    async def post(self, who: str, path: str, body: Any, **more: Any) -> Any:
        return await self.ask(who, "POST", path, body, **more)

    async def propose(self, path: str = "/statements", body: Any = None, who: str = "ann") -> str:
        answer = await self.post(who, path, statement("x") if body is None else body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["proposal"])

    async def decide(self, who: str, proposal: str, noun: str, body: Any = None) -> Any:
        return await self.post(who, f"/proposals/{proposal}/{noun}", body or {})

    async def state(self, proposal: str, who: str = "ed") -> str:
        answer = await self.ask(who, "GET", f"/proposals/{proposal}")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["state"])

    async def shown(self, who: str = "reader") -> Any:
        return (await self.ask(who, "GET", "/statements", params={"min_revision": 2})).json()

    async def types(self, timeline: str) -> list[str]:
        events = await self.writer.events()
        return [e.header.type for e in events if e.header.timeline == timeline]


@asynccontextmanager
async def opened_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    granted = Granted()
    roles = {"ann": "contributor", "bob": "contributor", "ed": "editor", "eve": "editor"}
    roles |= {"admin": "admin", "reader": "reader"}
    keys = {name: granted.key(name, (role, "*")) for name, role in roles.items()}
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"))
        await writer.projector.progress.wait_for("kursk", 2)
        with working(writer, tmp_path, access=granted.access) as worker:
            app: Any = create_app(worker)
            async with in_process(app, tmp_path) as client:
                yield Desk(writer, granted, client, keys)

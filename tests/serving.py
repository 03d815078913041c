"""The service as its callers meet it: a process of its own, asked over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

__all__ = ["Service", "Timeline", "command", "running", "said"]

_URL = re.compile(r"http://\S+")


class Service(NamedTuple):
    """A running service: where it answers, its process, and the line that it started with."""

    url: str
    process: subprocess.Popen[str]
    line: str


def command(folder: Path, port: int = 0) -> list[str]:
    """`onrecord serve` with its data in `folder`; port 0 is a free one."""
    program = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    return [*program, "--data-dir", str(folder / "data")]


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Service]:
    """`onrecord serve` on a free port, with its data in `folder`, until the block ends."""
    with (folder / "stderr").open("a") as errors:
        process = subprocess.Popen(
            [*command(folder), *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=Path(__file__).parents[1],
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = _URL.search(line)
        assert found, (folder / "stderr").read_text()
        yield Service(found[0], process, line)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Timeline:
    """A timeline of one test: `path` is its address."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        self.client = client
        self.name = name
        self.path = f"/v1/timelines/{name}"

    async def record(self, *statements: dict[str, Any]) -> int:
        """Record the statements and return the revision after them."""
        answer = await self.client.post(f"{self.path}/statements", json=list(statements))
        assert answer.status_code == 201, answer.text
        return int(answer.headers["Onrecord-Revision"])

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self.client.get(f"{self.path}{path}", params=parameters)


def said(id: str, **fields: Any) -> dict[str, Any]:  # noqa: A002 - the field's own name
    """A statement as a caller writes it."""
    by = fields.pop("by", "KCNA")
    on = fields.pop("on", None)
    return {
        "id": id,
        "kind": "claim",
        "text": f"This is {id}.",
        "said": {"by": by, "on": on},
    } | fields

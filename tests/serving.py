"""The service as its callers meet it: a process of its own, asked over HTTP."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.program import LIMIT, Program

__all__ = ["Service", "Timeline", "command", "running", "said"]

_URL = re.compile(r"http://\S+")


class Service(NamedTuple):
    """A running service: where it answers, its process, the line that it started with, the program
    that asks it, and the file that it logs to."""

    url: str
    process: subprocess.Popen[str]
    line: str
    program: Program
    log: Path

    def stop(self, number: int = signal.SIGINT) -> int:
        """Its exit code after the signal."""
        self.process.send_signal(number)
        return self.process.wait(timeout=LIMIT)


def command(folder: Path, port: int = 0) -> list[str]:
    """`onrecord serve` with its data in `folder`; port 0 is a free one."""
    return ["serve", "--port", str(port), "--data-dir", str(folder / "data")]


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Service]:
    """`onrecord serve` on a free port unless told otherwise, with its data in `folder`, until the
    block ends."""
    log = folder / "stderr"
    with log.open("a") as errors:
        process = Program().start(*command(folder), *options, stderr=errors)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = _URL.search(line)
        assert found, log.read_text()
        yield Service(found[0], process, line, Program(found[0]), log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=LIMIT)


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

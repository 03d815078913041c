"""The peer of the service: Litestar routes that do nothing, under the service's server, in one
process.

Prints its address once it listens.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import uvicorn
import uvloop
from litestar import Litestar, Request, Response, get, post

from service.http.listener import bind


class Peer(NamedTuple):
    """A running program that the service is compared with: its address, and its process id."""

    url: str
    pid: int


@contextmanager
def bare_handler() -> Iterator[Peer]:
    """The bare Litestar application, while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.harness.bare_handler"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Peer(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()


@post("/{rest:path}", status_code=201)
async def answer_length(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Reads the body, and sends a short answer."""
    body = await request.body()
    return Response(b'{"length":%d}' % len(body), media_type="application/json")


@get("/bytes/{size:int}")
async def answer_bytes(size: int) -> Response[bytes]:
    """Answers this many bytes."""
    return Response(b"x" * size, media_type="application/json")


async def main() -> None:
    listener = bind("127.0.0.1", 0)
    app = Litestar([answer_length, answer_bytes], openapi_config=None, logging_config=None)
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        loop="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    await uvicorn.Server(config).serve([listener])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())

"""How fast live streams fan out, compared with nginx's nchan: the service and its peer by turns.

`benchmarks.serving.live` runs it and prints the rates.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.harness.family import descendants, processor_seconds
from benchmarks.harness.requests import answer, ask_as_owner, post, statement
from tests.servers import free_port
from tests.serving import running
from tests.streams import LiveSocket

_MODULE = Path("/usr/share/nginx/modules/ngx_nchan_module.so")
_CONFIG = """
load_module {module};
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 20000; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  nchan_message_buffer_length 20000; keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port} backlog=8192;
    location /pub {{ nchan_publisher; nchan_channel_id live; }}
    location /sub {{ nchan_subscriber eventsource; nchan_channel_id live;
      nchan_subscriber_first_message newest; }}
  }}
}}
"""


ROUNDS = 3
PATH = "/v1/timelines/live"


class Size(NamedTuple):
    """The size of a run: events, of which `array` come at once, and subscribers."""

    subscribers: int
    events: int
    array: int


class Run(NamedTuple):
    """Delivered events, per second and per processor second of the server."""

    rate: float
    per_processor_second: float


class Counter(asyncio.Protocol):
    """One subscriber that only counts."""

    def __init__(self, request: bytes, wanted: int) -> None:
        self._request = request
        self._wanted = wanted
        self._rest = b""
        self.begun = asyncio.Event()
        self.done = asyncio.Event()
        self.count = 0

    def itself(self) -> Counter:
        return self

    def connection_made(self, transport: Any) -> None:
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.begun.set()
        data = self._rest + data
        self.count += data.count(b'\ndata: {"timeline')
        self._rest = data[-15:] if not data.endswith(b"\n\n") else b""
        if self.count >= self._wanted:
            self.done.set()


async def delivered(
    url: str, path: str, parts: Sequence[bytes], pids: Sequence[int], size: Size
) -> Run:
    """Subscribe, send the requests, and wait until every subscriber has every event."""
    at = urlsplit(url)
    subscribers, events, _ = size
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    loop = asyncio.get_running_loop()
    counters = [Counter(request.encode(), events) for _ in range(subscribers)]
    transports = []
    for counter in counters:
        transport, _ = await loop.create_connection(
            partial(Counter.itself, counter), at.hostname or "", at.port or 0
        )
        transports.append(transport)
        await counter.begun.wait()
    began, used = time.perf_counter(), processor_seconds(*pids)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    for part in parts:
        writer.write(part)
        status, body = await answer(reader)
        if status not in {200, 201, 202}:
            raise RuntimeError(f"{status}: {body[:300]!r}")
    await asyncio.gather(*(counter.done.wait() for counter in counters))
    seconds, used = time.perf_counter() - began, processor_seconds(*pids) - used
    for transport in transports:
        transport.abort()
    writer.close()
    return Run(subscribers * events / seconds, subscribers * events / used)


@contextmanager
def nchan() -> Iterator[tuple[str, int]]:
    """The peer's address, and the process that serves."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        config = Path(folder, "nginx.conf")
        config.write_text(_CONFIG.format(module=_MODULE, folder=folder, port=port))
        Path(folder).chmod(0o777)  # its worker runs as another user
        master = subprocess.Popen(["nginx", "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            children = Path(f"/proc/{master.pid}/task/{master.pid}/children")
            while not children.read_text().split():
                pass
            yield f"http://127.0.0.1:{port}", int(children.read_text().split()[0])
        finally:
            master.terminate()
            master.wait()


async def fan_out(size: Size) -> tuple[list[Run], list[Run]]:
    """The runs of the service and of its peer, by turns."""
    ours: list[Run] = []
    theirs: list[Run] = []
    lines: list[bytes] = []
    has_peer = shutil.which("nginx") is not None and _MODULE.exists()  # noqa: ASYNC240 - before it begins
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
            ask_as_owner(service)
            await open_timeline(service.url)
            bodies = [
                [statement(n) for n in range(first, first + size.array)]
                for first in range(0, size.events, size.array)
            ]
            parts = [post(f"{PATH}/statements", body) for body in bodies]
            pids = descendants(service.process.pid)
            ours.append(await delivered(service.url, f"{PATH}/live", parts, pids, size))
            if not lines:
                async with await LiveSocket.open(service.url, f"{PATH}/live?after=1") as live:
                    frames = (await live.until("caught-up"))[:-1]
                lines = [json.dumps(frame.data, separators=(",", ":")).encode() for frame in frames]
        if has_peer:
            with nchan() as (url, worker):
                head = "POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n"
                parts = [(head % len(line)).encode() + line for line in lines]
                theirs.append(await delivered(url, "/sub", parts, [worker], size))
    return ours, theirs


async def open_timeline(url: str) -> None:
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(post(PATH, {"title": "Live"}).replace(b"POST", b"PUT", 1))
    await answer(reader)
    writer.close()

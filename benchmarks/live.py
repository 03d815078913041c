"""How fast live streams fan out, beside nginx's nchan in one run; how soon and how cheaply.

    python -m benchmarks.live [--subscribers 1000] [--events 2000] [--open 5000]

The same client subscribes to both, counts what comes, and ends when every subscriber has had
every event; both are given the same events, and are measured by turns. Processor seconds are
those of the serving process alone (the service's include recording and folding). Where nginx or
its module nchan is not installed (Debian: `libnginx-mod-nchan`) that half is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
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

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.http import answer, post, statement
from service.server import allow_many_files
from tests.servers import free_port
from tests.serving import running
from tests.streams import LiveSocket

_ROUNDS = 3
_POSTS = 500
_IDLE = 30.0
_PATH = "/v1/timelines/live"
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


class Size(NamedTuple):
    """What is fanned out: events, of which `array` come at once, to subscribers."""

    subscribers: int
    events: int
    array: int


class Run(NamedTuple):
    """Events delivered a second, and a second of the server's processor."""

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


async def delivered(url: str, path: str, parts: Sequence[bytes], pid: int, size: Size) -> Run:
    """Subscribe, send the requests, and wait until everyone has had every event."""
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
    began, used = time.perf_counter(), processor_seconds(pid)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    for part in parts:
        writer.write(part)
        status, body = await answer(reader)
        if status not in {200, 201, 202}:
            raise RuntimeError(f"{status}: {body[:300]!r}")
    await asyncio.gather(*(counter.done.wait() for counter in counters))
    seconds, used = time.perf_counter() - began, processor_seconds(pid) - used
    for transport in transports:
        transport.abort()
    writer.close()
    return Run(subscribers * events / seconds, subscribers * events / used)


def processor_seconds(pid: int) -> float:
    """What the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Bytes of memory that the process has in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def nchan() -> Iterator[tuple[str, int]]:
    """The peer's address and the process that serves."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        config = Path(folder, "nginx.conf")
        config.write_text(_CONFIG.format(module=_MODULE, folder=folder, port=port))
        Path(folder).chmod(0o777)  # its worker is another user
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
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
            await open_timeline(service.url)
            bodies = [
                [statement(n) for n in range(first, first + size.array)]
                for first in range(0, size.events, size.array)
            ]
            parts = [post(f"{_PATH}/statements", body) for body in bodies]
            pid = service.process.pid
            ours.append(await delivered(service.url, f"{_PATH}/live", parts, pid, size))
            if not lines:
                async with await LiveSocket.open(service.url, f"{_PATH}/live?after=1") as live:
                    frames = (await live.until("caught-up"))[:-1]
                lines = [json.dumps(frame.data, separators=(",", ":")).encode() for frame in frames]
        if has_peer:
            with nchan() as (url, worker):
                head = "POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n"
                parts = [(head % len(line)).encode() + line for line in lines]
                theirs.append(await delivered(url, "/sub", parts, worker, size))
    return ours, theirs


async def open_timeline(url: str) -> None:
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(post(_PATH, {"title": "Live"}).replace(b"POST", b"PUT", 1))
    await answer(reader)
    writer.close()


async def latency() -> list[float]:
    """Milliseconds from a POST's answer to the frame, sorted; below zero where the frame was
    first."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        await open_timeline(service.url)
        at = urlsplit(service.url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        async with await LiveSocket.open(service.url, f"{_PATH}/live") as live:
            await live.until("caught-up")
            frames = aiter(live)
            times = []

            async def heard() -> float:
                await anext(frames)
                return time.perf_counter()

            for number in range(_POSTS):
                hearing = asyncio.create_task(heard())
                writer.write(post(f"{_PATH}/statements", statement(number)))
                await answer(reader)
                answered = time.perf_counter()
                times.append((await hearing - answered) * 1_000)
        writer.close()
        return sorted(times)


async def at_rest(streams: int) -> tuple[float, float]:
    """Kibibytes of memory a stream, and the share of one processor that all of them take."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        await open_timeline(service.url)
        pid, before = service.process.pid, resident(service.process.pid)
        sockets = [
            await LiveSocket.open(service.url, f"{_PATH}/live", limit=4_096) for _ in range(streams)
        ]
        memory = (resident(pid) - before) / streams / 1024
        used = processor_seconds(pid)
        await asyncio.sleep(_IDLE)
        share = (processor_seconds(pid) - used) / _IDLE
        for opened in sockets:
            opened.close()
        return memory, share


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--open", type=int, default=5_000)
    options = parser.parse_args()
    allow_many_files()
    console = Console()
    title = f"{options.subscribers:,} subscribers, middle of {_ROUNDS}"
    table = Table("", "events delivered/s", "in a second of its processor", title=title)
    for array in (25, 1):
        size = Size(options.subscribers, options.events * (array + 24) // 49, array)
        for name, *cells in _rows(await fan_out(size)):
            table.add_row(f"{name}, {array} at once", *cells)
    console.print(table)
    times = await latency()
    console.print(
        f"From a POST's answer to the frame: p50 {times[len(times) // 2]:.2f} ms, "
        f"p99 {times[len(times) * 99 // 100]:.2f} ms"
    )
    memory, share = await at_rest(options.open)
    console.print(
        f"{options.open:,} open streams: {memory:.1f} KiB each, "
        f"{share:.1%} of one processor at rest"
    )


def _rows(runs: tuple[list[Run], list[Run]]) -> Iterator[tuple[str, ...]]:
    """Of each the middle one, and the middle of the ratios."""
    for name, some in zip(("onrecord", "nchan"), runs, strict=True):
        if some:
            middle = [sorted(values)[len(some) // 2] for values in zip(*some, strict=True)]
            yield (name, *(f"{value:,.0f}" for value in middle))
    if runs[1]:
        pairs = list(zip(*runs, strict=True))
        ratios = [sorted(a[i] / b[i] for a, b in pairs)[len(pairs) // 2] for i in range(2)]
        yield ("ratio", *(f"{ratio:.2f}" for ratio in ratios))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())

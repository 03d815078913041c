"""The service as its callers see it: a process of its own, called over HTTP."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from events.log.contract import partition_of
from tests.forked import onrecord
from tests.looks import look_again
from tests.program import LIMIT, Done, Process, Program

__all__ = [
    "TRUST",
    "Service",
    "Timeline",
    "command",
    "in_process",
    "key_headers",
    "key_in",
    "running",
    "running_as",
    "running_fresh",
    "said",
    "stream_of",
]

_RECORDING = {
    *("append", "correct", "grade", "redact", "reinstate", "relate", "retract", "seed", "unrelate")
}
_URL = re.compile(r"http://\S+")
TRUST = httpx.create_ssl_context()
"""Made once, because a client that makes its own reads all certificates of the system."""


class SettlingProgram(Program):
    """The program for a running service: each command sees what the last one has recorded."""

    def run(self, *arguments: str, stdin: str = "") -> Done:
        done = super().run(*arguments, stdin=stdin)
        is_tried = "--dry-run" in arguments
        if arguments[0] in _RECORDING and done.out.startswith("{") and not is_tried:
            answer = done.answer
            name = answer.get("timeline") or arguments[1]
            self._read_from(name, answer.get("revision"))
        return done

    def _read_from(self, timeline: str, revision: int | None) -> None:
        """Return once the service shows the revision, unless it is gone or refuses."""
        asked = {} if revision is None else {"min_revision": revision}
        key = key_headers(self.variables.get("ONRECORD_KEY"))
        with suppress(httpx.TransportError), httpx.Client(headers=key, verify=TRUST) as client:
            client.get(f"{self.url}/v1/timelines/{timeline}", params=asked, timeout=LIMIT)


class Service(NamedTuple):
    """A running service: its address, its process, the line that it printed at its start, the
    program for it, its log file, and its data folder."""

    url: str
    process: Process
    line: str
    program: Program
    log: Path
    data: Path

    @property
    def key(self) -> str | None:
        """The owner's key; None if this folder did not create the log."""
        return key_in(self.data)

    def client(self, **options: Any) -> httpx.Client:
        """A client with the owner's key; `options` are those of httpx."""
        return self.stranger(**{"headers": key_headers(self.key)} | options)

    def async_client(self, **options: Any) -> httpx.AsyncClient:
        """`client`, for tests with an event loop."""
        given: dict[str, Any] = {"headers": key_headers(self.key), "verify": TRUST}
        return httpx.AsyncClient(base_url=self.url, **given | options)

    def stranger(self, **options: Any) -> httpx.Client:
        """A client without a key."""
        given: dict[str, Any] = {"verify": TRUST}
        return httpx.Client(base_url=self.url, **given | options)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer to one request with the owner's key."""
        with self.client() as client:
            return client.request(method, path, **options)

    def folded(self) -> int:
        """How many events are folded now, including those of the service's own timelines."""
        partitions = self.ask("GET", "/health/ready").json()["projection"]["partitions"]
        return sum(partition["checkpoint"] for partition in partitions)

    def wait_for_fold(self) -> None:
        """Return once it knows the keys, which it folds a moment after its start-up line; or after
        a second, because filling a read model may take long."""
        end = time.monotonic() + 1
        with self.client() as client:
            while client.get("/v1/me").status_code == 503 and time.monotonic() < end:
                look_again()

    def logged(self, words: str) -> list[str]:
        """The lines of the log with these words, once there is one: lines are written a moment
        after their cause."""
        while not (lines := [line for line in self.log.read_text().splitlines() if words in line]):
            look_again()
        return lines

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it with the signal. Returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=LIMIT)


def key_in(data: Path) -> str | None:
    """The owner's key in a data folder; None if there is none."""
    file = data / "owner.key"
    return file.read_text().strip() if file.exists() else None


def key_headers(key: str | None) -> dict[str, str]:
    """The headers of a request with the key, or without one."""
    return {} if key is None else {"Authorization": f"Bearer {key}"}


def in_process(app: Any, data: Path, **options: Any) -> httpx.AsyncClient:
    """A client of an application in the test's own process, with the owner's key of `data`;
    `options` are those of the transport."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, **options),
        base_url="http://localhost",
        headers=key_headers(key_in(data)),
    )


def command(folder: Path, port: int = 0) -> list[str]:
    """`onrecord serve` with its data in `folder`; port 0 means a free one."""
    return ["serve", "--port", str(port), "--data-dir", str(folder / "data")]


@contextmanager
def running(folder: Path, *options: str, **variables: str) -> Iterator[Service]:
    """`onrecord serve`, by default on a free port, with its data in `folder`, until the block ends;
    with more `variables` in its environment."""
    with _served(folder, options, Program(**variables), fresh=False) as service:
        yield service


@contextmanager
def running_as(run: Callable[[], int], folder: Path, *options: str) -> Iterator[Service]:
    """The same with another `onrecord`: that function of a module."""
    with _served(folder, options, Program(), fresh=False, run=run) as service:
        yield service


@contextmanager
def running_fresh(folder: Path, *options: str) -> Iterator[Service]:
    """The same as people start it, without sharing memory with a warm process."""
    with _served(folder, options, Program(), fresh=True) as service:
        yield service


@contextmanager
def _served(
    folder: Path,
    options: Sequence[str],
    program: Program,
    *,
    fresh: bool,
    run: Callable[[], int] = onrecord,
) -> Iterator[Service]:
    log = folder / "stderr"
    with log.open("a") as errors:
        process = program.start(*command(folder), *options, stderr=errors, fresh=fresh, run=run)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = _URL.search(line)
        assert found, log.read_text()
        data = folder / "data"
        key = key_in(data)
        given = {} if key is None else {"ONRECORD_KEY": key}
        service = Service(found[0], process, line, SettlingProgram(found[0], **given), log, data)
        service.wait_for_fold()
        yield service
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=LIMIT)


def stream_of(timeline: str, kind: str = "log", partitions: int = 16) -> str:
    """The key of the stream that has the timeline's events."""
    return f"onrecord:{{{partition_of(timeline, partitions)}}}:{kind}"


class Timeline:
    """A timeline of one test: `path` is its address."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        self.client = client
        self.name = name
        self.path = f"/v1/timelines/{name}"

    async def record(self, *statements: dict[str, Any]) -> int:
        """Record the statements. Returns the revision after them, once it can be read."""
        answer = await self.client.post(f"{self.path}/statements", json=list(statements))
        assert answer.status_code == 201, answer.text
        revision = int(answer.headers["Onrecord-Revision"])
        await self.get("", min_revision=revision)
        return revision

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self.client.get(f"{self.path}{path}", params=parameters)

    async def head(self) -> int:
        """The last revision in the log, whichever writer it comes from, once it can be read."""
        same = described(await self.get(""))
        head = int((await self.client.put(self.path, json=same)).headers["Onrecord-Revision"])
        await self.get("", min_revision=head)
        return head


def described(shown: httpx.Response) -> dict[str, Any]:
    """The description of a timeline. Writing it again records nothing, and the answer has the
    revision in the log, which a read may not have reached."""
    return {name: shown.json()[name] for name in ("title", "description", "language")}


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

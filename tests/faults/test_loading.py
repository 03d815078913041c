"""A service that is started while its log's server still reads its file."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import redis
from structlog.testing import capture_logs

from service.processes import loading as loading_module
from service.valkey import process as valkey_process
from service.valkey.embedded import EmbeddedValkey
from service.valkey.program import SETTINGS
from tests.forked import onrecord
from tests.program import LIMIT, Program
from tests.servers import DURABLE, ValkeyServer, fill
from tests.serving import command, key_headers, key_in, running, said
from tests.warm import WarmProcess

PATH = "/v1/timelines/kursk"
WAITS = "waits for the log's server to read its file"


class Loading(NamedTuple):
    """A server that loads its file until it is made to be quick, and the folder of a service that
    has recorded one statement there."""

    valkey: ValkeyServer
    store: Any
    folder: Path

    @property
    def serve(self) -> list[str]:
        return [*command(self.folder), "--redis-url", self.valkey.url]


def impatient_onrecord() -> int:
    """`onrecord`, whose five minutes are short."""
    limited: Any = loading_module
    limited.LIMIT = 0.2
    return onrecord()


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[Loading]:
    with ValkeyServer(*DURABLE) as valkey:
        with running(tmp_path, "--redis-url", valkey.url) as service:
            service.ask("PUT", PATH, json={"title": "Kursk"})
            assert service.ask("POST", f"{PATH}/statements", json=said("a")).is_success
        store = redis.Redis(unix_socket_path=str(valkey.socket))
        valkey.load_slowly(store)
        yield Loading(valkey, store, tmp_path)
        store.close()


def test_a_server_that_loads_is_waited_for(loading: Loading) -> None:
    """A start says that it waits, and is a start like any other once the file is read."""
    process = Program().start(*loading.serve, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = next(line for line in process.stderr if WAITS in line)
        assert "LOADING" in line
        assert process.poll() is None
        loading.store.config_set("key-load-delay", 0)
        url = process.stdout.readline().split("onrecord is at ")[1].split(" ")[0]
        headers = key_headers(key_in(loading.folder / "data"))
        with httpx.Client(base_url=url, headers=headers) as client:
            assert client.get(f"{PATH}/statements/a", params={"min_revision": 2}).is_success
            again = client.post(f"{PATH}/statements", json=said("a"))
        assert again.json()["items"][0]["duplicate"]
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT)


def test_it_is_not_waited_for_without_end(loading: Loading) -> None:
    """At the limit the start is given up with exit code 3 and the reason, and the folder is as it
    was; `doctor` does not wait at all."""
    before = {path: path.stat().st_size for path in (loading.folder / "data").glob("*.key")}
    process = WarmProcess(loading.serve, Program().environment(), run=impatient_onrecord)
    _, told = process.communicate(timeout=LIMIT)
    assert process.returncode == 3, told
    assert "still reads its file" in told
    assert "appendonly" not in told
    checked = Program().run(
        *("doctor", "--json", "--data-dir", str(loading.folder / "data")),
        *("--redis-url", loading.valkey.url),
    )
    [log] = [check for check in checked.answer["checks"] if check["name"] == "log"]
    assert log["verdict"] == "failed"
    assert "LOADING" in log["detail"]
    assert {path: path.stat().st_size for path in before} == before


async def test_the_bundled_server_is_waited_for_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the bundled Valkey reads its file a start says so, and waits for as long as it takes:
    longer than it may be silent."""
    async with EmbeddedValkey(tmp_path) as valkey:
        store = redis.Redis(unix_socket_path=str(valkey.socket))
        fill(store, 10_000)
        store.close()
    slow = {"key-load-delay": "100", "loading-process-events-interval-bytes": "1024"}
    monkeypatch.setattr(valkey_process, "SETTINGS", SETTINGS | slow)
    monkeypatch.setattr(valkey_process, "_PATIENCE", 0.0)
    with capture_logs() as lines:
        async with EmbeddedValkey(tmp_path, ready_limit=0.5) as valkey:
            assert valkey.running
    assert [line for line in lines if "bundled Valkey to read its file" in line["event"]]

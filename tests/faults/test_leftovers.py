"""What a killed Valkey leaves in the data folder is gone before a redaction says it is done."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from service.datafolder.files import FolderFiles
from tests.faults.secrets_told import PATH, filled, found_in, pending, removed
from tests.leftovers import in_log
from tests.looks import look_again, looked_again
from tests.serving import Service, running

SECRET = "Zyxwvut"
LEFT = (
    "temp-rewriteaof-17.aof",
    "temp-rewriteaof-bg-17.aof",
    "temp-17.rdb",
    "temp-1764345600.17.rdb",
    "dump.rdb",
    "appendonlydir/temp-appendonly.aof.manifest",
    "appendonlydir/appendonly.aof.99.base.rdb",
    "appendonlydir/appendonly.aof.0.incr.aof",
)


def store_of(folder: Path) -> Any:
    return redis.Redis(unix_socket_path=str(folder / "data" / "valkey" / "valkey.sock"))


def killed_while_it_rewrites(folder: Path) -> list[Path]:
    """Have Valkey write its append-only file so slowly that it is killed in the middle; what it
    left."""
    valkey = folder / "data" / "valkey"
    store = store_of(folder)
    store.config_set("rdb-key-save-delay", 10_000_000)
    store.bgrewriteaof()
    while not (left := list(valkey.glob("temp-*"))):
        look_again()
    os.kill(store.info("server")["process_id"], signal.SIGKILL)
    store.close()
    return left


async def redacted(client: httpx.AsyncClient) -> None:
    """Redact the statement; return once health says that nothing is pending."""
    answer = await client.post(f"{PATH}/statements/hidden/redactions", json={"reason": "A court."})
    assert answer.status_code == 201
    await removed(client, 22)
    await pending(client, 0)


async def test_valkey_killed_while_it_rewrites(tmp_path: Path) -> None:
    """The file that it was writing is gone when Valkey is up again, so that no redaction and no
    disk has to do with it."""
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await filled(client)
            left = await asyncio.to_thread(killed_while_it_rewrites, tmp_path)
            await written_again(client)
            assert not [path for path in left if path.exists()]
            await redacted(client)
            assert found_in(tmp_path / "data") == set()


async def written_again(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while (await client.put(PATH, json={"title": "Kursk"})).status_code != 200:
            await looked_again()


def plant(folder: Path) -> None:
    for name in LEFT:
        (folder / "data" / "valkey" / name).write_text(f"{SECRET} was there.")


async def without_a_restart(service: Service, client: httpx.AsyncClient, folder: Path) -> None:
    plant(folder)
    await redacted(client)


async def behind_it(service: Service, client: httpx.AsyncClient, folder: Path) -> None:
    await redacted(client)
    service.stop()
    plant(folder)


@pytest.mark.parametrize("how", [without_a_restart, behind_it])
async def test_what_was_left_goes_with_what_was_redacted(
    tmp_path: Path, how: Callable[..., Any]
) -> None:
    """Files that Valkey left when it was killed, snapshots and files that its manifest no longer
    names are removed by the redaction, and by the next start too; the log itself is whole."""
    data = tmp_path / "data"
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await filled(client)
            await how(service, client, tmp_path)
    if how is behind_it:
        assert SECRET in found_in(data)
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await removed(client, 22)
            await pending(client, 0)
            if how is without_a_restart:
                assert found_in(data) == set()
            else:
                await emptied(data)
            events = (await client.get(f"{PATH}/events", params={"limit": 500})).json()["items"]
            assert [e["revision"] for e in events if "data" not in e] == [22, 23, 24]
    assert in_log(data / "valkey", (SECRET,)) == set()
    assert not [name for name in LEFT if (data / "valkey" / name).exists()]


async def emptied(data: Path) -> None:
    """Return once no file has a secret: what was redacted before a start is gone through once."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(found_in, data):
            await looked_again()


async def test_every_file_of_a_folder_is_known(tmp_path: Path) -> None:
    """A folder in which much has happened holds no file that the list does not name: else a
    redaction would wait for it, and a backup leave it out."""
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await filled(client)
            files = FolderFiles(tmp_path / "data", bundled=True)
            assert files.strangers() == []
            await redacted(client)
            assert files.strangers() == []
        service.process.kill()
        service.process.wait()
    assert files.strangers() == []
    for step in ("rebuild", "rotate"):
        assert service.program.run(step, "--data-dir", str(tmp_path / "data")).code == 0
        assert files.strangers() == []

"""A backup is made of a service under load and put back: what was answered before is in it, and it
proves as its source did. A kill in the middle of either leaves nothing half done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import redis

from tests.looks import look_again
from tests.program import Done, Program
from tests.serving import Service, Timeline, running, said

NAMES = ("kursk", "other", "third")
_BREATH = 0.02
"""Seconds between two rewritings of Valkey's: who asks all the time keeps a processor from it."""


class Load:
    """Writers that go on until they are cancelled; `answered` is what they were answered for."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.answered: set[tuple[str, str]] = set()
        self.came = asyncio.Event()

    async def write(self, number: int) -> None:
        timeline = Timeline(self.client, NAMES[number % len(NAMES)])
        for n in range(100_000):
            name = f"w{number}-{n}"
            await timeline.record(said(name, text=f"{name} " + "plain " * 50))
            self.answered.add((timeline.name, name))
            self.came.set()

    async def until(self, count: int) -> set[tuple[str, str]]:
        """What is answered, once it is so many."""
        while len(self.answered) < count:
            self.came.clear()
            await self.came.wait()
        return set(self.answered)


@asynccontextmanager
async def under_load(service: Service) -> AsyncIterator[Load]:
    async with service.async_client(timeout=60) as client:
        for name in NAMES:
            await client.put(f"/v1/timelines/{name}", json={"title": name})
        load = Load(client)
        writers = [asyncio.create_task(load.write(n)) for n in range(6)]
        try:
            yield load
            assert not any(writer.done() for writer in writers)
        finally:
            for writer in writers:
                writer.cancel()
            await asyncio.wait(writers)


@asynccontextmanager
async def rewriting(folder: Path) -> AsyncIterator[None]:
    """Valkey writes its append-only file anew, again and again."""
    socket = folder / "data" / "valkey" / "valkey.sock"
    over = threading.Event()

    def rewrite() -> int:
        store: Any = redis.Redis(unix_socket_path=str(socket))
        count = 0
        while not over.wait(_BREATH):
            if not store.info("persistence")["aof_rewrite_in_progress"]:
                store.bgrewriteaof()
                count += 1
        store.close()
        return count

    task = asyncio.create_task(asyncio.to_thread(rewrite))
    try:
        yield
    finally:
        over.set()
        assert await task > 1


def backed_up(folder: Path, number: int) -> Path:
    file = folder / f"backup{number}.tar"
    done = Program().run("backup", str(file), "--data-dir", str(folder / "data"))
    assert done.code == 0, done.err
    assert done.answer["log"]
    assert file.stat().st_mode & 0o777 == 0o600
    return file


def restored(file: Path, folder: Path) -> Done:
    """As `running` finds it: in `data`."""
    return Program().run("restore", str(file), "--data-dir", str(folder / "data"))


async def test_under_load(tmp_path: Path) -> None:
    """Backups are made one after another while six writers write and Valkey rewrites its files.
    Each, put back, serves every write that was answered before it began; `verify` proves it, with
    a checkpoint saved before as well, `replay` comes to the digest of the live model, and it goes
    on to record and sign."""
    saved = tmp_path / "saved"
    known = []
    with running(tmp_path) as service:
        async with under_load(service) as load, rewriting(tmp_path):
            for number in range(2):
                answered = await load.until(100 * (number + 1))
                note = await load.client.get("/v1/timelines/kursk/checkpoint")
                saved.with_suffix(f".{number}").write_bytes(note.content)
                file = await asyncio.to_thread(backed_up, tmp_path, number)
                known.append((file, answered))
            vkeys = [(await load.client.get(f"/v1/timelines/{n}/keys")).text for n in NAMES]
    for number, (file, answered) in enumerate(known):
        folder = tmp_path / f"back{number}"
        folder.mkdir()
        done = restored(file, folder)
        assert done.code == 0, done.err
        with running(folder) as service:
            sizes = await holds(service, answered)
            signed = done.answer["timelines"]
            assert {*signed} == {*NAMES, "_access"}
            assert all(signed[name] <= size for name, size in sizes.items())
            proves(service, vkeys, saved.with_suffix(f".{number}"))
            await goes_on(service)


async def holds(service: Service, answered: set[tuple[str, str]]) -> dict[str, int]:
    """All of it is there, no alarm is up; how long each timeline is."""
    sizes = {}
    async with service.async_client(timeout=60) as client:
        for name in NAMES:
            ndjson = {"Accept": "application/x-ndjson"}
            lines = (await client.get(f"/v1/timelines/{name}/events", headers=ndjson)).text
            sizes[name] = lines.count("\n")
            assert [n for t, n in answered if t == name and f'"statements/{n}"' not in lines] == []
        assert (await client.get("/health/audit")).json()["alarms"] == []
    return sizes


def proves(service: Service, vkeys: list[str], saved: Path) -> None:
    trust = [part for vkey in vkeys for part in ("--vkey", vkey.strip())]
    done = service.program.run("verify", service.url, *trust, "--since", str(saved))
    assert (done.code, done.answer["outcome"]) == (0, "verified"), done.out
    for name in NAMES:
        replayed = service.program.run("replay", name)
        assert replayed.code == 0, replayed.err
        live = service.ask("GET", f"/v1/timelines/{name}/digest").json()
        assert replayed.answer["digest"] == live["digest"]


async def goes_on(service: Service) -> None:
    async with service.async_client(timeout=60) as client:
        path = "/v1/timelines/kursk/statements?wait=checkpoint"
        answer = await client.post(path, json=[said("afterwards")])
        assert answer.status_code == 201
        assert int(answer.headers["Onrecord-Checkpoint"]) >= int(answer.json()["revision"])


def test_an_announced_restore_can_be_distinguished_from_a_forgery(tmp_path: Path) -> None:
    """As docs/operations.md and docs/audit.md say: a checkpoint from before the backup verifies,
    one of the lost part does not; the checkpoint that was announced joins a bundle of the lost part
    to what the service has now; the old key signs nothing of the new history."""
    lost, announced, before = (tmp_path / name for name in ("lost", "announced", "before"))
    bundle, back = tmp_path / "lost.tar.gz", tmp_path / "back"
    back.mkdir()
    with running(tmp_path) as service:
        path = "/v1/timelines/kursk"
        service.ask("PUT", f"{path}?wait=checkpoint", json={"title": "Kursk"})
        old = service.ask("GET", f"{path}/keys").text.strip()
        before.write_bytes(service.ask("GET", f"{path}/checkpoint").content)
        file = backed_up(tmp_path, 0)
        service.ask("POST", f"{path}/statements?wait=checkpoint", json=[said("lost")])
        lost.write_bytes(service.ask("GET", f"{path}/checkpoint").content)
        assert service.program.run("bundle", "kursk", "-o", str(bundle)).code == 0
    assert restored(file, back).answer["timelines"]["kursk"] == 1
    rotate = ("rotate", "--data-dir", str(back / "data"))
    with running(back) as service:
        path = "/v1/timelines/kursk"
        announced.write_bytes(service.ask("GET", f"{path}/checkpoint").content)
    assert Program().run(*rotate).code == 0
    with running(back) as service:
        path = "/v1/timelines/kursk"
        while service.ask("GET", f"{path}/checkpoint").text.count("\n— ") < 2:
            look_again()
        new = service.ask("GET", f"{path}/keys").text.split()[0]
    retired = Program().run(*rotate, "--retire")
    assert retired.answer["last"]["kursk"] == 1
    with running(back) as service:
        path = "/v1/timelines/kursk"
        service.ask("POST", f"{path}/statements?wait=checkpoint", json=[said("new"), said("newer")])
        assert service.program.run("verify", service.url, "--vkey", old).code == 4
        keys = ("--vkey", new, "--vkey", old)
        for since, code in ((before, 0), (announced, 0), (lost, 1)):
            done = service.program.run("verify", service.url, *keys, "--since", str(since))
            assert done.code == code, done.out
    done = Program().run("verify", str(bundle), "--vkey", old, "--since", str(announced))
    assert done.code == 0, done.out

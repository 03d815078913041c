"""A rebuild with several processes, any of which may be killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple, NoReturn

import apsw
import pytest

from events.event.codec import Codec
from events.event.envelope import TIMELINE, statement_subject
from events.event.types import StatementRecorded, TimelineOpened
from events.log.contract import Append, partition_of
from projections.fold.model_writer import BatchSize
from projections.storage.read_model import file_name
from projections.storage.store import Store
from projections.storage.stores import Stores, drop
from service.cli.failure import NO, Failure
from service.cli.operating import rebuilders
from service.cli.operating.rebuilders import fold_all, shares_of
from service.processes.sealed_log import open_sealed_log
from service.settings.settings import Settings
from tests.histories import said, tables
from tests.program import LIMIT, Program
from tests.servers import DURABLE, ValkeyServer
from tests.serving import running
from tests.serving import said as said_by_http

NAMES = [f"t{number}" for number in range(6)]
COUNT = 20
"""Events of each timeline."""


class Filled(NamedTuple):
    """A log with some timelines, and the heads of its partitions."""

    settings: Settings
    url: str
    heads: dict[int, int]

    async def folded(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of all partitions, from the files as they are."""
        log, _ = await open_sealed_log(self.url, self.settings)
        await log.close()
        stores = Stores.open(self.settings.data_dir, log.identity)
        rows: dict[str, list[tuple[object, ...]]] = {}
        for store in stores.each:
            for table, found in tables(store).items() if store.file.exists else ():
                rows.setdefault(table, []).extend(row for row in found if table != "meta")
        stores.close()
        return rows


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[Filled]:
    settings = Settings(data_dir=tmp_path, log_format="json", given_by={})
    with ValkeyServer(*DURABLE) as valkey:
        log, key = await open_sealed_log(valkey.url, settings)
        codec = Codec(key)
        for name in NAMES:
            opened = codec.seal(
                name, f"{name}-0", TIMELINE, TimelineOpened(title=name), "a", bytes(16)
            )
            events = [
                codec.seal(
                    name,
                    f"{name}-{number}",
                    statement_subject(f"s{number}"),
                    StatementRecorded(statement=said(f"s{number}")),
                    "a",
                    bytes(16),
                )
                for number in range(1, COUNT)
            ]
            await log.append(Append(name, (opened, *events), {}))
        heads = {p: await log.head(p) for p in range(log.identity.partitions)}
        await log.close()
        yield Filled(settings, valkey.url, heads)


def rebuilding() -> list[str]:
    """The processes of a rebuild that run, beside those that other tests have."""
    names = [child.name for child in multiprocessing.active_children()]
    return [name for name in names if name.startswith("rebuild")]


def inode_of(path: Path) -> int | None:
    """Which file is there; None if none is."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


async def test_each_process_folds_its_share(filled: Filled) -> None:
    """With one process or several, the rows are the same; as many events are counted as there are,
    and no process is left."""
    found = []
    for processes in (1, 3):
        drop(filled.settings.data_dir)
        told: list[int] = []
        stalls = await fold_all(filled.settings, filled.url, filled.heads, processes, told.append)
        assert (stalls, sum(told)) == ([], COUNT * len(NAMES))
        assert not rebuilding()
        found.append(await filled.folded())
    assert found[0] == found[1]
    assert len(found[0]["timelines"]) == len(NAMES)


async def test_a_process_that_is_killed_is_reported_and_the_next_rebuild_goes_on(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to do, the other processes end with it, and what each file has is true of
    its checkpoint: going on from there comes to the same rows."""
    monkeypatch.setattr(rebuilders, "REBUILDING", BatchSize(5, 16 << 20))

    def kill(events: int) -> None:
        for child in multiprocessing.active_children():
            if events and child.pid is not None and child.name == "rebuild-0":
                os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(Failure, match="ended before its work") as told:
        await fold_all(filled.settings, filled.url, filled.heads, 2, kill)
    assert told.value.code == NO
    assert not rebuilding()
    halves = await filled.folded()
    assert len(halves["events"]) < COUNT * len(NAMES)
    await fold_all(filled.settings, filled.url, filled.heads, 2, lambda _: None)
    whole = await filled.folded()
    drop(filled.settings.data_dir)
    await fold_all(filled.settings, filled.url, filled.heads, 1, lambda _: None)
    assert whole == await filled.folded()


async def test_a_disk_that_is_full_is_said_to_be(
    filled: Filled, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Who rebuilds reads which disk to look at, and no lines of the program."""

    def full(_: Store) -> NoReturn:
        raise apsw.FullError("database or disk is full")

    monkeypatch.setattr(Store, "transaction", full)
    with pytest.raises(Failure) as told:
        await fold_all(filled.settings, filled.url, filled.heads, 2, lambda _: None)
    assert told.value.details[0] == "database or disk is full."
    assert str(filled.settings.data_dir) in told.value.details[1]
    assert not rebuilding()
    assert "Traceback" not in capfd.readouterr().err


def test_shares_are_about_as_large() -> None:
    """The largest partitions are given out first; one without events to nobody."""
    assert shares_of({0: 10, 1: 0, 2: 7, 3: 4, 4: 9}, 2) == [[0, 3], [4, 2]]
    assert shares_of({0: 3, 1: 0}, 4) == [[0]]
    assert shares_of({0: 0}, 2) == []


def test_nothing_is_left_of_a_rebuild_that_is_killed(tmp_path: Path) -> None:
    """Its processes end with it, so that the next one has the folder for itself and comes to the
    same answers."""
    digests = []
    for again in (False, True):
        with running(tmp_path) as service:
            if not again:
                for name in NAMES:
                    service.ask("PUT", f"/v1/timelines/{name}", json={"title": name})
                    body = [said_by_http(f"s{number}") for number in range(200)]
                    service.ask("POST", f"/v1/timelines/{name}/statements", json=body)
            at = "/v1/timelines/{}/digest?min_revision=201"
            answers = [service.ask("GET", at.format(name)).json() for name in NAMES]
            digests.append([answer["digest"] for answer in answers])
        if not again:
            killed = Program().start("rebuild", "--data-dir", str(tmp_path / "data"))
            path = tmp_path / "data" / file_name(partition_of(NAMES[0], 16))
            kept = path.stat().st_ino
            while inode_of(path) == kept:
                assert killed.poll() is None
            killed.kill()
            assert "Traceback" not in killed.communicate(timeout=LIMIT)[1]
            done = Program().run("rebuild", "--data-dir", str(tmp_path / "data"))
            assert done.code == 0, done.err
    assert digests[0] == digests[1]

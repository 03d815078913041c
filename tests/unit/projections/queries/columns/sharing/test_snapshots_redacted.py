"""What is redacted is in no file of shared columns, whoever is at work meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from events.event.types import StatementRedacted
from projections.queries.columns import current_columns
from projections.queries.columns.cached_columns import keep_true
from projections.queries.columns.sharing import snapshots
from projections.queries.columns.sharing.array_file import write_arrays
from projections.storage.files.purge import Purge
from projections.storage.read_model import ReadModel
from projections.storage.schema import TAG
from tests.leftovers import contents
from tests.unit.projections.queries.columns.sharing.sharing_workers import (
    kept,
    listed,
    loaded,
    snapshot_of,
    worker,
)
from tests.writers import Writer, open_writer, said

SECRET = b"zyxwvut"


@pytest.fixture(autouse=True)
def _all_are_many() -> Iterator[None]:
    """Three events are enough to be loaded in a thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current_columns, "_BEHIND", 1)
        yield


@asynccontextmanager
async def writing(folder: Path) -> AsyncIterator[Writer]:
    """A keeper, and a statement that is to be redacted, with a tag that is, too."""
    async with open_writer(folder) as writer:
        await writer.open()
        secret = SECRET.decode()
        await writer.record(said("a", text=f"{secret} was there.", tags=(secret,)))
        done = await writer.record(said("b"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        yield writer


async def redact(writer: Writer) -> None:
    done = await writer.do("a", StatementRedacted(revisions=(2,), reason="court"))
    await writer.projector.progress.wait_for("kursk", done.revision)


def shown(model: ReadModel) -> bytes:
    return b"".join(listed(model))


def holding(folder: Path) -> set[Path]:
    """The files of columns that have the secret."""
    mine = kept(folder)
    return {path for path, content in contents(folder) if path in mine and SECRET in content}


async def test_the_keeper_removes_what_is_older(tmp_path: Path) -> None:
    """As soon as the redaction is folded, though no worker has noticed; what is made after that is
    of the new state, and stays when the file is purged."""
    async with writing(tmp_path) as writer:
        with worker(tmp_path) as first:
            loaded(first)
            assert holding(tmp_path) == kept(tmp_path) != set()
            await redact(writer)
            assert kept(tmp_path) == set()
            assert SECRET not in shown(first)
            columns = loaded(first)
            assert columns.mapped.inode
            assert kept(tmp_path) == {snapshot_of(tmp_path, 1), columns.mapped.shelf}
            assert holding(tmp_path) == set()
            await writer.projector.purge(["kursk"])
            assert snapshot_of(tmp_path, 1) in kept(tmp_path)


async def test_a_worker_removes_what_it_drops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the keeper was killed before it could."""
    async with writing(tmp_path) as writer:
        with worker(tmp_path) as first:
            loaded(first)
            monkeypatch.setattr(type(writer.store), "remove_redacted_columns", lambda _: None)
            await redact(writer)
            assert holding(tmp_path) == kept(tmp_path) != set()
            first.refresh()
            keep_true(first, ["kursk"])
            assert kept(tmp_path) == set()


async def test_the_purge_removes_what_a_killed_process_has_left(tmp_path: Path) -> None:
    """Whatever it was about to make of the state before."""
    async with writing(tmp_path) as writer:
        await redact(writer)
        (tmp_path / f"columns-0-0-{'0' * 16}.new").write_bytes(SECRET)
        (tmp_path / f"columns-0-1-{'0' * 16}.new").touch()
        await writer.projector.purge(["kursk"])
        assert [path.name for path in kept(tmp_path)] == [f"columns-0-1-{'0' * 16}.new"]


async def test_the_purge_removes_what_is_made_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a worker that was killed before it noticed the redaction."""
    run = Purge.run

    def meanwhile(purge: Purge) -> None:
        run(purge)
        (tmp_path / f"columns-0-0-{'0' * 16}.new").write_bytes(SECRET)

    monkeypatch.setattr(Purge, "run", meanwhile)
    async with writing(tmp_path) as writer:
        await redact(writer)
        await writer.projector.purge(["kursk"])
        assert kept(tmp_path) == set()


@pytest.mark.parametrize("drops", [False, True])
@pytest.mark.parametrize("when", ["before it is written", "before it has its name", "behind that"])
async def test_a_snapshot_that_is_written_meanwhile_is_not_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, drops: bool
) -> None:
    """The redaction is folded, and what is older removed, while a worker publishes: it notices, and
    removes what it has made, whether the columns were dropped already or not."""
    reached, go_on = asyncio.Event(), threading.Event()
    loop, write, replace = asyncio.get_running_loop(), write_arrays, Path.replace

    def wait(step: str) -> None:
        if step == when:
            loop.call_soon_threadsafe(reached.set)
            go_on.wait(60)

    def written(path: Path, tree: Any) -> None:
        wait("before it is written")
        write(path, tree)

    def replaced(path: Path, target: Path) -> Path:
        wait("before it has its name")
        done = replace(path, target)
        wait("behind that")
        return done

    async with writing(tmp_path) as writer:
        with worker(tmp_path) as first, worker(tmp_path) as second:
            monkeypatch.setattr(snapshots, "write_arrays", written)
            monkeypatch.setattr(Path, "replace", replaced)
            listed(first)
            await reached.wait()
            await redact(writer)
            if drops:
                first.refresh()
                keep_true(first, ["kursk"])
            monkeypatch.undo()
            go_on.set()
            first.reader_of("kursk").memory.wait()
            assert kept(tmp_path) == set()
            assert SECRET not in shown(first) + shown(second)
            loaded(second)
            assert holding(tmp_path) == set()


async def test_nobody_maps_what_is_older_than_a_redaction(tmp_path: Path) -> None:
    """Not even under the name that a newer one would have."""
    async with writing(tmp_path) as writer:
        with worker(tmp_path) as first:
            before = loaded(first)
            assert before.mapped.shelf is not None
            files = {path: path.read_bytes() for path in kept(tmp_path)}
            await redact(writer)
        for path, content in files.items():
            path.write_bytes(content)
        snapshot_of(tmp_path).replace(snapshot_of(tmp_path, 1))
        with worker(tmp_path) as second:
            columns = loaded(second)
            assert columns.terms[TAG].keys == []
            assert SECRET not in shown(second)
            assert holding(tmp_path) == set()


async def test_another_history_ends_what_is_shared(tmp_path: Path) -> None:
    """The file that takes over begins without any."""
    async with writing(tmp_path) as writer:
        with worker(tmp_path) as first:
            loaded(first)
        writer.store.start_over()
        assert kept(tmp_path) != set()
        writer.store.take_over()
        assert kept(tmp_path) == set()

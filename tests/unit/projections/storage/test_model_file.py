"""A partition's file for those who only read, while another process makes and replaces it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from events.errors import Damaged
from projections.storage.model_file import ModelFile
from projections.storage.read_model import file_name
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import IDENTITY

POSITION = "SELECT max(position) FROM checkpoints"


def made(folder: Path, position: int) -> Path:
    """A file with this checkpoint, which its writer has closed."""
    with closing(Store.open(folder, IDENTITY)) as store, store.transaction():
        store.save_checkpoint(position, b"")
    return folder / file_name(0)


def replace(path: Path, position: int) -> None:
    """Put another file of the same kind in the place of this one."""
    made(path.with_name("other"), position).rename(path)


def test_the_file_before_is_read_until_the_turn(tmp_path: Path) -> None:
    """A file that takes the place of another one is noticed, and read from the turn on."""
    with closing(ModelFile(made(tmp_path, 1))) as file:
        assert file.reader.one(POSITION) == (1,)
        assert not file.is_replaced
        replace(file.path, 7)
        assert (file.is_replaced, file.reader.one(POSITION)) == (True, (1,))
        file.turn()
        assert (file.is_replaced, file.reader.one(POSITION)) == (False, (7,))
        with file.aside() as reader:
            assert reader.one(POSITION) == (7,)


def test_a_turn_that_fails_leaves_the_file_before(tmp_path: Path) -> None:
    """Where there is no file to turn to, the old one is read on, and a turn and a long query
    raise Damaged."""
    reports: list[None] = []
    with closing(ModelFile(made(tmp_path, 1))) as file:
        file.on_damage = lambda: reports.append(None)
        assert file.reader.one(POSITION) == (1,)
        file.path.unlink()
        with pytest.raises(Damaged):
            file.turn()
        assert file.reader.one(POSITION) == (1,)
        with pytest.raises(Damaged), file.aside():
            pass
        assert reports == [None, None]


def test_a_file_that_is_not_there_yet_reads_as_empty(tmp_path: Path) -> None:
    """Nobody makes it by asking; once it is there it is read, without anybody's word."""
    with closing(ModelFile(tmp_path / file_name(0))) as file:
        for _ in range(2):
            assert file.reader.one(POSITION) == (None,)
            with file.reader.steady(), file.aside() as reader:
                assert reader.one(POSITION) == (None,)
        assert (file.exists, file.is_replaced, [*tmp_path.iterdir()]) == (False, False, [])
        made(tmp_path, 3)
        assert file.reader.one(POSITION) == (3,)
        assert (file.exists, file.is_open) == (True, True)


def test_a_file_that_must_exist_is_missed(tmp_path: Path) -> None:
    """Where something was folded, a missing file is damage and not an empty one."""
    reports: list[None] = []
    with closing(ModelFile(tmp_path / file_name(0))) as file:
        file.on_damage = lambda: reports.append(None)
        file.must_exist = True
        with pytest.raises(Damaged, match="cannot be opened"):
            file.reader.one(POSITION)
        assert reports == [None]


def test_after_the_end_nothing_is_opened(tmp_path: Path) -> None:
    """A question that comes late is refused, and leaves no connection behind."""
    file = ModelFile(made(tmp_path, 1))
    file.close()
    file.close()
    with pytest.raises(apsw.ConnectionClosedError):
        file.reader.one(POSITION)
    assert not file.is_open


async def test_all_that_is_asked_at_once_sees_one_state(tmp_path: Path) -> None:
    """What another process commits between two queries, the first rows among it, is seen by neither
    of them, but after the event loop has gone on, or the answer says that there is more."""
    with (
        closing(Store.open(tmp_path, IDENTITY)) as store,
        closing(ModelFile(tmp_path / file_name(0))) as file,
    ):

        def commit(position: int) -> None:
            with store.transaction():
                store.save_checkpoint(position, b"")

        for position in (1, 2):
            before = file.reader.one(POSITION)
            commit(position)
            assert file.reader.one(POSITION) == before
            await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
            assert file.reader.one(POSITION) == (position,)
        commit(3)
        file.refresh()
        assert file.reader.one(POSITION) == (3,)


async def test_what_is_asked_once_is_asked_again_of_the_next_state(tmp_path: Path) -> None:
    """Within one state of the file the same question is put to it once; as soon as the loop has
    gone on, or the file is opened again, it is put again."""
    with closing(Store.open(tmp_path, IDENTITY)) as store:
        for position in (1, 2):
            with store.transaction():
                store.save_checkpoint(position, b"")
            asked = count_of_statements(store.file.reader)
            assert [store.file.reader.once(POSITION, (), tuple) for _ in range(3)] == [
                (position,)
            ] * 3
            assert asked() == 1
            await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
        assert store.file.reader.once(POSITION, (), tuple) == (2,)
        with store.transaction():
            store.save_checkpoint(3, b"")
        store.file.turn()
        assert store.file.reader.once(POSITION, (), tuple) == (3,)


def count_of_statements(reader: Reader) -> Callable[[], int]:
    """How many queries the reader puts to the file from now on."""
    asked: list[str] = []
    reader.one("SELECT 1")
    reader._connection.trace_v2(apsw.SQLITE_TRACE_STMT, lambda found: asked.append(found["sql"]))
    return lambda: len(asked)


def test_a_long_query_keeps_few_pages(tmp_path: Path) -> None:
    """What it has walked through is not kept: several are under way at the same time."""
    path = made(tmp_path, 1)
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE large (bytes)")
        rows = [(bytes(900),)] * 9_000
        connection.executemany("INSERT INTO large VALUES (?)", rows)
    with closing(ModelFile(path)) as file, file.aside() as reader:
        assert reader.one("SELECT sum(length(bytes)) FROM large") == (8_100_000,)
        used, _ = reader._connection.status(apsw.SQLITE_DBSTATUS_CACHE_USED)
        assert 1 << 20 < used < 3 << 20

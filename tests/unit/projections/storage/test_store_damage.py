"""A damaged read model: it is dropped, and folded from the log again, without anybody's help."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import apsw
import pytest
from structlog.testing import capture_logs

from events.errors import Damaged, ReadModelError
from events.log.contract import Identity
from projections.projector import Projector
from projections.storage.read_model import file_name
from projections.storage.store import Store
from projections.storage.stores import Stores, drop
from tests.histories import CODEC, IDENTITY, History, tables, tables_of
from tests.unit.projections.scripted import Scripted

NAME: Final = file_name(0)
PAGE: Final = 4_096
LIMIT: Final = 30


def history() -> History:
    made = History()
    made.open()
    for number in range(30):
        made.record(f"s{number}", f"Speaker {number}", text=f"words{number} " * 40)
    made.relate("s1", "disputes", "s2")
    made.register("kcna", "KCNA")
    made.retract("s3")
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with all of the history, and nothing beside it."""
    folder = tmp_path_factory.mktemp("whole")
    history().store(folder).close()
    assert [path.name for path in folder.iterdir()] == [NAME]
    return (folder / NAME).read_bytes()


def head(path: Path) -> None:
    overwrite(path, 0, 100)


def first_page(path: Path) -> None:
    overwrite(path, 0, PAGE)


def overwrite(path: Path, at: int, count: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(random.Random(7).randbytes(count))


def middle(path: Path) -> None:
    """All but what is looked at when the file is opened."""
    size = path.stat().st_size
    overwrite(path, size // 2, size // 4)


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def within_a_page(path: Path) -> None:
    os.truncate(path, PAGE + 17)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "with").mkdir(parents=True)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_text(path: Path) -> None:
    path.write_text("This is no database.\n" * 400)


def another_database(path: Path) -> None:
    path.unlink()
    with apsw.Connection(str(path)) as connection:
        connection.execute("CREATE TABLE timelines (a); CREATE TABLE b (c)")
    connection.close()


def a_ledger(path: Path) -> None:
    path.unlink()
    with apsw.Connection(str(path)) as connection:
        connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        value = f"{IDENTITY.id} {IDENTITY.partitions}"
        connection.execute("INSERT INTO meta VALUES ('log', ?)", (value,))
    connection.close()


def folders_beside(path: Path) -> None:
    for companion in ("-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{companion}").mkdir()


DAMAGES: Final = [
    head,
    first_page,
    middle,
    cut_off,
    within_a_page,
    emptied,
    a_folder,
    a_pipe,
    a_text,
    another_database,
    a_ledger,
    folders_beside,
]


async def folded(folder: Path) -> tuple[dict[str, list[tuple[object, ...]]], list[str]]:
    """Every row, once a projector has had the file and the damage in it was met; and what the log
    said of damage."""
    with capture_logs() as said:
        stores = Stores.open(folder, IDENTITY)
        (store,) = stores.each
        projector = Projector(Scripted(history()), CODEC, stores)
        again = asyncio.Event()
        task = asyncio.create_task(projector.run())
        try:
            async with asyncio.timeout(LIMIT):
                await projector.progress.caught_up.wait()
                projector.progress.on_folded.append(lambda _: again.set())
                try:
                    read_all(store)
                except Damaged:
                    await again.wait()
                read_all(store)
                found = tables(store)
        finally:
            task.cancel()
            await asyncio.wait({task})
            stores.close()
    return found, [str(line["event"]) for line in said if "read model" in str(line["event"])]


def read_all(store: Store) -> None:
    """What the reader answers, of every table."""
    names = store.reader.all(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for (name,) in names:
        for index in (None, *store.reader.all(f"SELECT name FROM pragma_index_list('{name}')")):
            if index is None or not str(index[0]).startswith("sqlite_"):
                by = f" INDEXED BY {index[0]}" if index else ""
                try:
                    store.reader.all(f"SELECT * FROM {name}{by}")
                except apsw.SQLError:
                    assert index  # a partial index is not for all rows


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    store = history().store(tmp_path_factory.mktemp("truth"))
    rows = tables_of(store.writer)
    store.close()
    return rows


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: str(damage.__name__))
async def test_a_damaged_file_is_folded_again(
    tmp_path: Path,
    whole: bytes,
    truth: dict[str, list[tuple[object, ...]]],
    damage: Callable[[Path], None],
) -> None:
    """Whatever stands in its place, what comes of it is what the log says; it is reported once."""
    (tmp_path / NAME).write_bytes(whole)
    damage(tmp_path / NAME)
    rows, told = await folded(tmp_path)
    assert rows == truth
    assert len(told) == (damage is not emptied)


async def test_no_page_can_be_damaged_for_good(
    tmp_path: Path, whole: bytes, truth: dict[str, list[tuple[object, ...]]]
) -> None:
    """Each page of the file in turn is overwritten: what is answered then is what the log says.
    Some are of indexes that no question here needs, so that nobody meets the damage."""
    met = 0
    pages = range(len(whole) // PAGE)
    assert len(pages) > 20
    for page in pages:
        folder = tmp_path / str(page)
        folder.mkdir()
        (folder / NAME).write_bytes(whole)
        overwrite(folder / NAME, page * PAGE, PAGE)
        rows, told = await folded(folder)
        assert rows == truth, page
        assert len(told) <= 1, page
        met += len(told)
    assert met > len(pages) * 3 // 4


def test_a_file_that_somebody_removed_is_damage_to_whoever_opens_it(tmp_path: Path) -> None:
    """A long question needs a connection of its own: where the file is gone it is refused as
    damage, and the file is reported, so that it is folded again."""
    store = history().store(tmp_path)
    reports: list[None] = []
    store.on_damage = lambda: reports.append(None)
    (tmp_path / NAME).unlink()
    with pytest.raises(Damaged), store.file.aside():
        pass
    assert len(reports) == 1
    store.close()


def test_a_folder_that_lets_nothing_be_made_is_reported(tmp_path: Path) -> None:
    """A file stands where the folder should be: the error says what to look at."""
    (tmp_path / "data").touch()
    with pytest.raises(ReadModelError, match="owner and its mode"):
        Store.open(tmp_path / "data", IDENTITY)


def test_what_has_the_names_of_a_read_model_is_dropped(tmp_path: Path) -> None:
    """A folder of that name, too."""
    (tmp_path / "readmodel-0.sqlite3" / "within").mkdir(parents=True)
    (tmp_path / NAME).mkdir()
    stores = Stores.open(tmp_path, Identity("log", 1))
    stores.remove_others()
    assert not (tmp_path / "readmodel-0.sqlite3").exists()
    stores.close()
    (tmp_path / "readmodel-0.sqlite3").mkdir()
    drop(tmp_path)
    assert list(tmp_path.iterdir()) == []

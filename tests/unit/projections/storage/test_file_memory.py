"""What queries keep in memory of one file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from projections.storage import file_memory
from projections.storage.file_memory import FileMemory
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import History


def opened(folder: Path) -> Store:
    history = History()
    history.open()
    return history.store(folder)


def test_work_beside_the_questions_ends_with_the_file(tmp_path: Path) -> None:
    """One piece of work is done at a time, in a thread with a reader of its own, and nothing is
    left of it, nor of what was kept, once the file is closed."""
    store = opened(tmp_path)
    memory, began = store.reader.memory, threading.Event()
    readers: list[Reader] = []

    def work(reader: Reader) -> None:
        readers.append(reader)
        began.set()
        while not memory.closed:
            assert reader.all("SELECT count(*) FROM timelines") == [(1,)]

    memory.columns[1] = "columns"
    memory.start(work, store.reader)
    began.wait()
    memory.start(work, store.reader)
    store.close()
    assert readers[0] is not store.reader
    assert len(readers) == 1
    assert memory.columns == {}
    assert not any(thread.name == "columns" for thread in threading.enumerate())


@pytest.mark.parametrize(("quiet", "patience"), [(0, 600), (600, 0)])
def test_work_goes_on_once_it_is_quiet_or_its_patience_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quiet: float, patience: float
) -> None:
    """Work that waits for quiet goes on by itself, also where questions never end."""
    monkeypatch.setattr(file_memory, "_QUIET", quiet)
    monkeypatch.setattr(file_memory, "_PATIENCE", patience)
    store = opened(tmp_path)
    memory, ended = store.reader.memory, threading.Event()

    def work(_: Reader) -> None:
        memory.await_quiet()
        ended.set()

    memory.start(work, store.reader)
    memory.note_missed()
    assert ended.wait(30)
    store.close()


@pytest.mark.parametrize("end", [FileMemory.wait, FileMemory.close])
def test_work_that_waits_for_quiet_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[[FileMemory], None]
) -> None:
    """Whoever waits for the work, or closes the file, does not wait for quiet; before that, the
    work has waited on with each question."""
    monkeypatch.setattr(file_memory, "_QUIET", 600.0)
    monkeypatch.setattr(file_memory, "_PATIENCE", 600.0)
    store = opened(tmp_path)
    memory, told = store.reader.memory, list[str]()

    def work(_: Reader) -> None:
        memory.await_quiet()
        told.append("quiet")

    memory.start(work, store.reader)
    for _ in range(3):
        memory.note_missed()
    assert told == []
    end(memory)
    assert told == ["quiet"]
    store.close()


def test_without_a_thread_the_work_is_done_at_once(tmp_path: Path) -> None:
    """A reader that belongs to no store does what is asked with itself."""
    store = opened(tmp_path)
    lone = Reader(store.writer)
    readers: list[Reader] = []
    lone.memory.start(readers.append, lone)
    assert readers == [lone]
    store.close()


def test_damage_ends_the_work_and_is_reported(tmp_path: Path) -> None:
    """A file that is gone fails nobody who asks: it is reported, and the work is over."""
    store = opened(tmp_path)
    told: list[str] = []
    store.on_damage = lambda: told.append("damaged")
    for file in tmp_path.iterdir():
        file.unlink()
    store.reader.memory.start(lambda _: told.append("read"), store.reader)
    store.reader.memory.wait()
    assert told == ["damaged"]
    store.close()

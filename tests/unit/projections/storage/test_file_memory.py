"""What queries keep in memory of one file."""

from __future__ import annotations

import threading
from pathlib import Path

from projections.storage.reader import Reader
from tests.histories import History


def test_work_beside_the_questions_ends_with_the_file(tmp_path: Path) -> None:
    """One piece of work is done at a time, in a thread with a reader of its own, and nothing is
    left of it, nor of what was kept, once the file is closed."""
    history = History()
    history.open()
    store = history.store(tmp_path)
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


def test_without_a_thread_the_work_is_done_at_once(tmp_path: Path) -> None:
    """A reader that belongs to no store does what is asked with itself."""
    history = History()
    history.open()
    store = history.store(tmp_path)
    lone = Reader(store.writer)
    readers: list[Reader] = []
    lone.memory.start(readers.append, lone)
    assert readers == [lone]
    store.close()


def test_damage_ends_the_work_and_is_reported(tmp_path: Path) -> None:
    """A file that is gone fails nobody who asks: it is reported, and the work is over."""
    history = History()
    history.open()
    store = history.store(tmp_path)
    told: list[str] = []
    store.on_damage = lambda: told.append("damaged")
    for file in tmp_path.iterdir():
        file.unlink()
    store.reader.memory.start(lambda _: told.append("read"), store.reader)
    store.reader.memory.wait()
    assert told == ["damaged"]
    store.close()

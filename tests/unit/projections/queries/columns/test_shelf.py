"""The shelf: what was put to a row is read there, until it changes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from projections import queries
from projections.queries import StatementFilter
from projections.queries.columns import cached_columns, current_columns, shelf
from projections.queries.columns.shelf import Shelf
from projections.queries.shown.encoded import LARGEST, digest_of_json, encoded
from projections.queries.shown.statements import show_some
from tests.histories import History


def read(from_: Shelf, *rows: int) -> list[bytes]:
    return from_.read(from_.places_of(np.array(rows, np.intp)))


@pytest.mark.parametrize(("slow", "apart"), [(0.0, 0), (9.0, 0), (9.0, 2), (9.0, 99)])
def test_a_statement_is_read_in_its_place_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow: float, apart: int
) -> None:
    """In any order, however quick the disk is, each alone or those near each other together; rows
    without a statement, of one that has changed or of one that is too large read as nothing. No
    file can be seen in the folder."""
    monkeypatch.setattr(shelf, "_SLOW", slow)
    monkeypatch.setattr(shelf, "_APART", apart)
    of = Shelf(tmp_path)
    of.extend([encoded(b"%d" % row * 30) for row in range(25)])
    of.extend([b"", encoded(b"x" * (LARGEST + 1)), encoded(b"behind it")])
    of.put([25, 3], [encoded(b"put later"), encoded(b"put again")])
    assert read(of, 24, 27, 3, 25, 26, 0) == [
        b"24" * 30,
        b"behind it",
        b"put again",
        b"put later",
        b"",
        b"0" * 30,
    ]
    assert read(of, *range(4, 25)) == [b"%d" % row * 30 for row in range(4, 25)]
    assert read(of, 22, 3, 4, 9) == [b"22" * 30, b"put again", b"4" * 30, b"9" * 30]
    assert read(of) == []
    digests = of.digests_of(np.array([3, 6]))
    assert digests == digest_of_json(b"put again") + digest_of_json(b"6" * 30)
    of.remove(np.array([24, 5, 24]))
    assert read(of, 24, 5, 6) == [b"", b"", b"6" * 30]
    assert np.flatnonzero(of.missing).tolist() == [5, 24, 26]
    if sys.platform == "linux":  # elsewhere it had a name for a moment
        assert not list(tmp_path.iterdir())


def test_statements_that_lie_together_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty that follow each other are one read, whatever their order; fifty far from each other
    are fifty."""
    of, reads, whole = Shelf(tmp_path), list[int](), os.pread
    of.extend([encoded(b"%05d" % row * 20) for row in range(5_000)])

    def counted(descriptor: int, size: int, begin: int) -> bytes:
        reads.append(size)
        return whole(descriptor, size, begin)

    monkeypatch.setattr(os, "pread", counted)
    rows = [*range(149, 99, -1)]
    assert read(of, *rows) == [b"%05d" % row * 20 for row in rows]
    assert reads == [5_000]
    reads.clear()
    assert read(of, *range(0, 5_000, 100)) == [b"%05d" % row * 20 for row in range(0, 5_000, 100)]
    assert reads == [100] * 50


def test_it_is_outdated_once_most_of_it_was_shown_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by a few bytes, however small the rest is, and not by half."""
    monkeypatch.setattr(shelf, "_OUTDATED", 250)
    of = Shelf(tmp_path)
    of.extend([encoded(b"x" * 100)] * 10)
    seen = []
    for row in range(6):
        of.remove(np.array([row]))
        seen.append(of.is_outdated)
    assert seen == [False] * 5 + [True]
    few = Shelf(tmp_path)
    few.extend([encoded(b"x" * 100)] * 2)
    few.remove(np.arange(2))
    assert not few.is_outdated


def test_a_shelf_with_a_name_is_shared(tmp_path: Path) -> None:
    """Each appends to the same file, and finds what it has appended and what was there; what the
    other has removed or put is still there for this one. Without its name nobody can join."""
    first = Shelf(tmp_path, tmp_path / "file.shelf")
    first.extend([encoded(b"%d" % row * 30) for row in range(5)])
    second = Shelf.of(tmp_path, first.parts())
    for number in range(3):
        first.put([1], [encoded(b"first %d" % number)])
        second.put([2], [encoded(b"second %d" % number)])
    second.remove(np.array([3]))
    assert read(first, *range(5)) == [b"0" * 30, b"first 2", b"2" * 30, b"3" * 30, b"4" * 30]
    assert read(second, *range(5)) == [b"0" * 30, b"1" * 30, b"second 2", b"", b"4" * 30]
    assert second.digests_of(np.array([2, 4])) == b"".join(
        map(digest_of_json, (b"second 2", b"4" * 30))
    )
    assert second.size == (tmp_path / "file.shelf").stat().st_size
    named = [first.is_named, second.is_named]
    (tmp_path / "file.shelf").unlink()
    assert [*named, first.is_named, second.is_named] == [True, True, False, False]
    assert read(second, 2) == [b"second 2"]
    assert not Shelf(tmp_path).is_named


def test_what_others_have_put_on_a_shelf_makes_it_outdated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts when this one appends, and so does what this one has put there again."""
    monkeypatch.setattr(shelf, "_OUTDATED", 250)
    first = Shelf(tmp_path, tmp_path / "file.shelf")
    first.extend([encoded(b"x" * 100)] * 4)
    second = Shelf.of(tmp_path, first.parts())
    assert not second.is_outdated
    for _ in range(3):
        assert not first.is_outdated
        second.put([0], [encoded(b"y" * 100)])
    first.put([1], [encoded(b"z" * 100)])
    assert not first.is_outdated
    for _ in range(4):
        first.put([1], [encoded(b"z" * 100)])
    assert first.is_outdated


@pytest.mark.parametrize("full", ["said before", "met in writing"])
def test_a_disk_without_room_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    """What does not fit into a quarter of the free space, or is refused, is not there; what is
    there already stays."""
    of = Shelf(tmp_path)
    of.extend([encoded(b"x" * 100)])

    def refused(*_: object) -> int:
        raise OSError(28, "No space left on device")

    if full == "said before":
        free = SimpleNamespace(f_bavail=399, f_frsize=1)
        monkeypatch.setattr(os, "fstatvfs", lambda _: free)
    else:
        monkeypatch.setattr(os, "write", refused)
    of.extend([encoded(b"y" * 100)])
    assert read(of, 0, 1) == [b"x" * 100, b""]
    assert of.size == 100


@pytest.mark.parametrize("most", [2, 50])
def test_whatever_was_changed_is_on_the_shelf_once_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Nobody has to ask for it first: the page that follows reads no statement from the tables,
    however few are read at once because they are heavy."""
    monkeypatch.setattr(current_columns, "show_some", lambda *asked: show_some(*asked)[:most])
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(current_columns, "_SHELVED", 0)
    monkeypatch.setattr(current_columns, "_BEHIND", 5)
    history = History()
    history.open()
    for number in range(12):
        history.record(f"s{number}")
    history.correct("s1", text="Corrected.")
    history.relate("s2", "disputes", "s3")
    history.retract("s4")
    store = history.store(tmp_path)
    reader = store.reader
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    before = queries.list_statements(reader, ref, StatementFilter(), ref.revision)
    reader.memory.wait()

    def refused(*_: object) -> None:
        raise AssertionError("a statement is read from the tables")

    with monkeypatch.context() as patch:
        patch.setattr("projections.queries.listing.encoding.show_some", refused)
        assert queries.list_statements(reader, ref, StatementFilter(), ref.revision) == before
    store.close()

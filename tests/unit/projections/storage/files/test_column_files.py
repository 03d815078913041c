"""Which files of columns are removed, and when."""

from __future__ import annotations

from pathlib import Path

from projections.storage.files.column_files import (
    ColumnFiles,
    remove_column_files,
    remove_columns_of,
    remove_redacted_columns,
)


def made(folder: Path) -> dict[tuple[int, int], set[str]]:
    """Two timelines, each before and after a redaction, and a file of another name."""
    (folder / "columns-of-mine.csv").touch()
    found = {}
    for tl in (1, 12):
        files = ColumnFiles(folder, tl)
        files.lock.touch()
        for redactions in (1, 2):
            paths = [files.fresh(redactions, ending) for ending in ("shelf", "new")]
            paths.append(files.snapshot(redactions))
            for path in paths:
                path.touch()
            found[tl, redactions] = {path.name for path in paths}
    return found


def left(folder: Path) -> set[str]:
    others = {"columns-of-mine.csv", "columns-1.lock", "columns-12.lock"}
    names = {path.name for path in folder.iterdir()}
    assert others <= names
    return names - others


def test_only_what_is_older_than_a_redaction_is_removed(tmp_path: Path) -> None:
    """Of the timeline that is named, or of each by its redactions; a file of nobody's, and the
    locks, stay."""
    files = made(tmp_path)
    ColumnFiles(tmp_path, 1).remove_outdated(1)
    assert left(tmp_path) == set.union(*files.values())
    ColumnFiles(tmp_path, 1).remove_outdated(2)
    del files[1, 1]
    assert left(tmp_path) == set.union(*files.values())
    remove_redacted_columns(tmp_path, {1: 2, 12: 2}.__getitem__)
    del files[12, 1]
    assert left(tmp_path) == set.union(*files.values())


def test_all_but_the_current_ones_of_a_timeline_are_removed(tmp_path: Path) -> None:
    """The one snapshot and its shelf stay."""
    files, one = made(tmp_path), ColumnFiles(tmp_path, 12)
    (shelf,) = tmp_path.glob("columns-12-2-*.shelf")
    one.remove_others(one.snapshot(2), shelf, None)
    kept = {one.snapshot(2).name, shelf.name}
    assert left(tmp_path) == files[1, 1] | files[1, 2] | kept


def test_a_partition_is_removed_as_a_whole(tmp_path: Path) -> None:
    """Of the other partitions nothing is."""
    files = made(tmp_path)
    remove_columns_of(tmp_path, 4, 8)
    assert left(tmp_path) == files[1, 1] | files[1, 2]


def test_all_are_removed_with_their_locks(tmp_path: Path) -> None:
    """What is nobody's stays: a file, the lock of another program, a folder with such a name. A
    folder that is not there has none."""
    made(tmp_path)
    (tmp_path / "columns-of-mine.lock").touch()
    (tmp_path / "columns-1-1.snapshot").unlink()
    (tmp_path / "columns-1-1.snapshot").mkdir()
    remove_column_files(tmp_path)
    left = {"columns-of-mine.csv", "columns-of-mine.lock", "columns-1-1.snapshot"}
    assert {path.name for path in tmp_path.iterdir()} == left
    remove_column_files(tmp_path / "missing")

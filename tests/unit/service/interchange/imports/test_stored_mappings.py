"""The mappings of a data folder."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service.datafolder.files import FolderFiles
from service.interchange.imports.serving.import_folder import ImportFolders
from service.interchange.imports.serving.stored_mappings import StoredMapping, StoredMappings


def _mapping(timeline: str, name: str) -> StoredMapping:
    return StoredMapping(timeline=timeline, day="2024-10-13", mapping={"name": name})


def _age(folder: Path, by: int) -> None:
    """Let every file be older."""
    for path in folder.iterdir():
        when = path.stat().st_mtime - by
        os.utime(path, (when, when))


def test_a_timeline_keeps_no_more_than_two_hundred(tmp_path: Path) -> None:
    """The oldest goes; those of another timeline stay."""
    mappings = StoredMappings(tmp_path / "mappings")
    mappings.store(_mapping("other", "a"), {"a"})
    mappings.store(_mapping("t", "first"), {"first"})
    _age(tmp_path / "mappings", 60)
    for number in range(199):
        mappings.store(_mapping("t", "n"), {f"n{number}"})
    assert mappings.find("t", "first") is not None
    mappings.store(_mapping("t", "last"), {"last"})
    assert mappings.find("t", "first") is None
    assert mappings.find("t", "last") == _mapping("t", "last")
    assert mappings.find("other", "a") is not None
    assert len([*(tmp_path / "mappings").iterdir()]) == 201


def test_several_may_keep_one_at_once(tmp_path: Path) -> None:
    """Workers share the folder: each writes a file of its own, and one of them stays."""
    mappings = StoredMappings(tmp_path / "mappings")
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(mappings.store, _mapping("t", "a"), {"a"}) for _ in range(200)]
        assert [job.exception() for job in jobs] == [None] * 200
    assert mappings.find("t", "a") == _mapping("t", "a")
    assert len([*(tmp_path / "mappings").iterdir()]) == 1


def test_they_are_files_of_the_service_s(tmp_path: Path) -> None:
    """No redaction waits for an operator to move them away, nor for what a kill has left of one."""
    imports = ImportFolders(tmp_path)
    imports.mappings.store(_mapping("t", "a"), {"a"})
    [stored] = (tmp_path / "imports" / "mappings").iterdir()
    stored.with_name(f"{stored.name}.{'0' * 16}.new").write_bytes(b"{")
    assert FolderFiles(tmp_path, bundled=True).strangers() == []

"""The bundled Valkey's files: which its log is in, and which are left over."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.datafolder.files import FolderFiles
from service.datafolder.valkey_files import BrokenManifest, Manifest, ValkeyFiles
from tests.rows import each_row

NAMED = ("appendonly.aof.2.base.rdb", "appendonly.aof.2.incr.aof", "appendonly.aof.3.incr.aof")
TEXT = b"""\
file appendonly.aof.1.base.rdb seq 1 type h
file appendonly.aof.2.base.rdb seq 2 type b
file appendonly.aof.2.incr.aof seq 2 type i
file appendonly.aof.3.incr.aof seq 3 type i startoffset 17
"""


@pytest.fixture
def valkey(tmp_path: Path) -> Path:
    (tmp_path / "valkey" / "appendonlydir").mkdir(parents=True)
    for name in (*NAMED, "appendonly.aof.1.base.rdb", "appendonly.aof.9.base.aof", "notes"):
        (tmp_path / "valkey" / "appendonlydir" / name).write_text(name)
    (tmp_path / "valkey" / "appendonlydir" / "appendonly.aof.manifest").write_bytes(TEXT)
    (tmp_path / "valkey" / "appendonlydir" / "temp-appendonly.aof.manifest").write_bytes(TEXT)
    for name in ("temp-1.rdb", "dump.rdb", "valkey.log", "temp-rewriteaof-bg-7.aof"):
        (tmp_path / "valkey" / name).write_text(name)
    return tmp_path / "valkey"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_the_manifest_names_the_files_of_the_log() -> None:
    """Base and increments, in their order, with their lines as they are; history is left out."""
    manifest = Manifest.parse(TEXT)
    assert manifest.names == NAMED
    assert manifest.text == b"".join(TEXT.splitlines(keepends=True)[1:])


@each_row(
    "text",
    [
        b"",
        b"file appendonly.aof.1.base.rdb seq 1 type h\n",
        b"file ../seal.key seq 1 type b\n",
        b"file appendonly.aof.1.base.rdb seq 1\n",
        b"file appendonly.aof.1.base.rdb seq 1 type x\n",
        b'file "a b" seq 1 type b\n',
        b"\xff\x00",
    ],
)
def test_a_manifest_that_is_none(text: bytes) -> None:
    """It is said to be broken, not taken for one that names nothing."""
    with pytest.raises(BrokenManifest):
        Manifest.parse(text)


def test_a_folder_with_a_passing_name_is_a_stranger_s(valkey: Path) -> None:
    """Valkey makes no such folder: it stays where files are removed, and what is in it is named."""
    for folder in (valkey, valkey / "appendonlydir"):
        (folder / "temp-x").mkdir()
        (folder / "temp-x" / "notes").write_text("Remember.")
    files = FolderFiles(valkey.parent, bundled=True)
    files.remove(files.leftovers())
    strangers = files.strangers()
    assert [path for path in strangers if "temp-" in path] == [
        "valkey/appendonlydir/temp-x/notes",
        "valkey/temp-x/notes",
    ]


def test_what_the_log_is_in_is_not_left_over(valkey: Path) -> None:
    """Passing names, snapshots and files that the manifest does not name go, and nothing else."""
    files = ValkeyFiles(valkey)
    before = names(valkey)
    files.remove(files.leftovers())
    gone = {"temp-1.rdb", "temp-rewriteaof-bg-7.aof", "dump.rdb", "temp-appendonly.aof.manifest"}
    gone |= {"appendonly.aof.1.base.rdb", "appendonly.aof.9.base.aof"}
    assert names(valkey) == before - gone


def test_what_the_manifest_names_by_now_is_not_removed(valkey: Path) -> None:
    """A file that was beside the log when it was looked at, and is in it by now, stays."""
    files = ValkeyFiles(valkey)
    left = files.leftovers()
    manifest = valkey / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_bytes(b"file appendonly.aof.9.base.aof seq 9 type b\n")
    files.remove(left)
    assert "appendonly.aof.9.base.aof" in names(valkey)
    assert {*NAMED} <= names(valkey)


@pytest.mark.parametrize("text", [None, b"", b"file ../x seq 1 type b\n"])
def test_without_a_manifest_nothing_of_the_log_is_removed(valkey: Path, text: bytes | None) -> None:
    """The files may be all that there is of the log."""
    manifest = valkey / "appendonlydir" / "appendonly.aof.manifest"
    manifest.unlink() if text is None else manifest.write_bytes(text)
    files = ValkeyFiles(valkey)
    files.remove(files.leftovers())
    assert {*NAMED, "appendonly.aof.1.base.rdb", "appendonly.aof.9.base.aof"} <= names(valkey)


def test_strangers_are_what_nobody_knows(valkey: Path) -> None:
    """Files of others by their paths, at any depth; empty ones hold nothing."""
    data = valkey.parent
    (data / "empty").touch()
    (data / "lost+found").mkdir()
    known = ("seal.key.0123456789abcdef", "readmodel-2.sqlite3-wal", "onrecord.lock")
    token = "0123456789abcdef"
    shared = ("columns-4-0.snapshot", f"columns-4-0-{token}.new", f"columns-4-0-{token}.shelf")
    for name in (*known, *shared):
        (data / name).write_text("ours")
    for name in ("seal.key.bak", "readmodel-3.sqlite3.bak", "valkey/appendonly.aof"):
        (data / name).write_text("whose?")
    ours = FolderFiles(data, bundled=True)
    notes = "valkey/appendonlydir/notes"
    strange = ["readmodel-3.sqlite3.bak", "seal.key.bak", "valkey/appendonly.aof", notes]
    assert ours.strangers() == strange
    other = FolderFiles(data, bundled=False)
    assert "valkey/dump.rdb" in other.strangers()
    assert other.leftovers() == ()

"""A backup: what it holds, and when it is refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from projections.ledger.ledger import Ledger
from service.backup.copy import BackupRefused, back_up, size_of
from service.backup.file import BackupDescription, pieces_of
from service.datafolder.durable_file import appearing
from service.datafolder.files import FILES
from tests.histories import IDENTITY

ABOUT = BackupDescription("0.1.0", "2026-11-23T03:10:00Z")
EXAMPLES = {
    "*.key.*": "seal.key.0123456789abcdef",
    "*.json.*": "signed.json.0123456789abcdef",
    "imports/*": "imports/01900000-0000-7000-8000-000000000000/report",
    "valkey/temp-*": "valkey/temp-rewriteaof-1.aof",
    "valkey/appendonlydir/": "valkey/appendonlydir/appendonly.aof.3.incr.aof",
}
LOG = "valkey/appendonlydir"
MANIFEST = (
    "file appendonly.aof.1.base.rdb seq 1 type h\n"
    "file appendonly.aof.2.base.rdb seq 2 type b\n"
    "file appendonly.aof.3.incr.aof seq 3 type i\n"
)


def made(folder: Path, path: Path) -> list[str]:
    """The names of the files in a backup of the folder, in their order."""
    *_, names = back_up(folder, path, ABOUT)
    assert isinstance(names, Sequence)
    return list(names)


def in_it(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with path.open("rb") as file:
        for piece in pieces_of(file):
            if not isinstance(piece, BackupDescription):
                found[piece.name] = found.get(piece.name, b"") + piece.content
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one file at least of every line of the list."""
    folder = tmp_path / "data"
    (folder / LOG).mkdir(parents=True)
    for line in FILES:
        path = folder / EXAMPLES.get(line.name, line.name)
        if line.kind == "database":
            Ledger.open(folder, IDENTITY).close()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"this is {path.name}")
    (folder / LOG / "appendonly.aof.manifest").write_text(MANIFEST)
    (folder / LOG / "appendonly.aof.2.base.rdb").write_text("base")
    (folder / LOG / "appendonly.aof.9.incr.aof").write_text("left behind")
    return folder


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_file_that_goes_while_files_are_measured_is_no_failure(
    when: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Valkey removes what it has rewritten at any moment, also before or after that very file is
    looked at: then it counts for nothing, or as what it was."""
    goes = data / EXAMPLES["valkey/appendonlydir/"]
    whole, size, look = size_of(data), goes.stat().st_size, Path.stat

    def seen(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == goes and when == "before":
            goes.unlink()
        found = look(path, follow_symlinks=follow_symlinks)
        if path == goes:
            goes.unlink()
        return found

    monkeypatch.setattr(Path, "stat", seen)
    assert size_of(data) == (whole - size if when == "before" else whole)
    assert not goes.exists()


def test_it_holds_what_the_list_keeps_and_no_more(tmp_path: Path, data: Path) -> None:
    """Every file that the docs' table marks as kept, byte for byte; of the log the files that the
    manifest names."""
    path = tmp_path / "b.tar"
    names = made(data, path)
    patterns = [(line, line.pattern) for line in FILES]
    lines = [line for name in names for line, pattern in patterns if pattern.fullmatch(name)]
    assert {line.name for line in lines} == {line.name for line in FILES if line.is_kept}
    found = in_it(path)
    assert list(found) == names
    manifest = found.pop(f"{LOG}/appendonly.aof.manifest").decode()
    assert manifest == "".join(MANIFEST.splitlines(keepends=True)[1:])
    assert found == {name: (data / name).read_bytes() for name in found}
    parts = [name for name in names if name.startswith(LOG)]
    assert [name.rpartition("/")[2] for name in parts] == [
        "appendonly.aof.2.base.rdb",
        "appendonly.aof.3.incr.aof",
        "appendonly.aof.manifest",
    ]


def test_the_log_is_copied_last(tmp_path: Path, data: Path) -> None:
    """What is signed while the copy goes on is in the log that is copied after it, and so is what
    the ledger holds."""
    names = made(data, tmp_path / "b.tar")
    ranks = [name.startswith(LOG) * 2 + name.startswith("ledger") for name in names]
    assert ranks == sorted(ranks)


def test_a_folder_without_a_log_of_its_own(tmp_path: Path) -> None:
    """Where the log is on a server of one's own the rest is backed up."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "seen.json").write_text("{}")
    assert made(data, tmp_path / "b.tar") == ["seen.json"]


def test_a_rewrite_between_manifest_and_files(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that go after the manifest was read are looked for again, by the manifest of then."""
    log = data / LOG
    opened = Path.open

    def rewritten(path: Path, *given: Any, **named: Any) -> Any:
        if path.name == "appendonly.aof.2.base.rdb" and path.exists():
            path.rename(log / "appendonly.aof.4.base.rdb")
            text = MANIFEST.replace("2.base.rdb seq 2", "4.base.rdb seq 4")
            (log / "appendonly.aof.manifest").write_text(text)
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", rewritten)
    names = made(data, tmp_path / "b.tar")
    assert f"{LOG}/appendonly.aof.4.base.rdb" in names
    assert f"{LOG}/appendonly.aof.2.base.rdb" not in names


def test_what_is_in_the_way_is_reported(tmp_path: Path, data: Path) -> None:
    """A folder that is none, an empty one, a file in the data folder itself, a link, a pipe, a
    manifest that is none: nothing is written, and what is there stays."""
    (empty := tmp_path / "empty").mkdir()
    (link := tmp_path / "link").symlink_to("elsewhere")
    os.mkfifo(pipe := tmp_path / "pipe")
    (broken := tmp_path / "broken" / LOG).mkdir(parents=True)
    (broken / "appendonly.aof.manifest").write_text("file ../../x seq 1 type b\n")
    for folder, path, told in (
        (tmp_path / "none", tmp_path / "b.tar", "There is no folder"),
        (empty, tmp_path / "b.tar", "nothing of a service"),
        (data, data / "valkey" / "b.tar", "apart from it"),
        (data, link, "not a plain file"),
        (data, pipe, "not a plain file"),
        (tmp_path / "broken", tmp_path / "b.tar", "cannot be read"),
    ):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(BackupRefused, match=told):
            made(folder, path)
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("named", [False, True])
def test_two_at_once_leave_each_other_alone(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another backup writes at this moment is no leftover, also where it has a name already;
    what a killed one left is removed. The one that ends last is there."""
    if named:
        monkeypatch.setattr("service.datafolder.durable_file._nameless", lambda _: None)
    path = tmp_path / "b.tar"
    left, other = tmp_path / f".b.tar.{'0' * 16}", tmp_path / f".c.tar.{'0' * 16}"
    left.touch()
    other.touch()
    with appearing(path) as first:
        first.write(b"first")
        with appearing(path) as second:
            second.write(b"second")
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"
    assert {*tmp_path.iterdir()} == {path, other}


def test_only_its_owner_can_read_it(tmp_path: Path, data: Path) -> None:
    """It holds keys: its mode is 0600, under any umask, and where others could read the one before
    it."""
    path = tmp_path / "b.tar"
    path.write_text("before")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        made(data, path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600

"""A restore: what it refuses, and that it leaves nothing where it does."""

from __future__ import annotations

import asyncio
import io
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.backup.file import BackupDescription, BackupWriter, BadBackup
from service.backup.restore import Restore, RestoreRefused
from service.datafolder.lock import FolderInUse
from tests.searches import examples

FILES = {
    "seal.key": b"k" * 65,
    "signed.json": b"",
    "valkey/appendonlydir/appendonly.aof.1.incr.aof": bytes(range(256)) * 5,
}


def a_backup(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    writer = BackupWriter(file, BackupDescription("0.1.0", "2026-11-23T03:10:00Z"))
    for name, content in files.items():
        for _ in writer.add(name, io.BytesIO(content), len(content)):
            pass
    writer.finish()
    return file.getvalue()


def restore(backup: bytes, folder: Path) -> None:
    async def put_back() -> None:
        restored = Restore(io.BytesIO(backup), folder)
        lock = await restored.begin()
        try:
            for _ in restored.write():
                pass
        except BaseException:
            restored.give_up()
            raise
        finally:
            lock.release()

    asyncio.run(put_back())


def content(folder: Path) -> dict[str, bytes]:
    paths = [p for p in folder.rglob("*") if p.is_file() and p.name != "onrecord.lock"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("exists", [False, True])
def test_all_of_it_is_there_for_its_owner_alone(tmp_path: Path, exists: bool) -> None:
    """In a folder that is absent or empty: every byte, files 0600 and folders 0700."""
    folder = tmp_path / "back"
    if exists:
        folder.mkdir(0o755)
    restore(a_backup(FILES), folder)
    assert content(folder) == FILES
    assert {p.stat().st_mode & 0o777 for p in folder.rglob("*") if p.is_file()} == {0o600}
    folders = [folder, *(p for p in folder.rglob("*") if p.is_dir())]
    assert {p.stat().st_mode & 0o777 for p in folders} == {0o700}
    assert list(tmp_path.iterdir()) == [folder]


def test_only_an_empty_folder_is_restored_into(tmp_path: Path) -> None:
    """Whatever is there stays as it is, and is named."""
    (folder := tmp_path / "back").mkdir()
    (folder / "notes").write_text("mine")
    (taken := tmp_path / "taken").write_text("mine")
    for place, told in ((folder, "notes"), (taken, "not a folder")):
        with pytest.raises(RestoreRefused, match=told):
            restore(a_backup(FILES), place)
    assert content(tmp_path) == {"back/notes": b"mine", "taken": b"mine"}


@examples(3)
@given(st.data())
def test_damage_is_not_restored(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """With any byte changed, or cut off anywhere, it is refused and nothing is left; or, where only
    what fills a block was hit, all of it is as it was."""
    backup = bytearray(a_backup(FILES))
    if data.draw(st.booleans(), "cut"):
        # Behind the sums there is only the archive's end.
        del backup[data.draw(st.integers(0, len(backup) - 1024 - 512)) :]
    else:
        at = data.draw(st.integers(0, len(backup) - 1))
        backup[at] ^= data.draw(st.integers(1, 255))
    folder = tmp_path_factory.mktemp("damage") / "back"
    try:
        restore(bytes(backup), folder)
    except BadBackup:
        assert list(folder.parent.iterdir()) == []
    else:
        assert content(folder) == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../seal.key",
        "/etc/seal.key",
        "valkey/../seal.key",
        "readmodel-3.sqlite3",
        "valkey/temp-1.rdb",
        "valkey/appendonlydir/../../x",
        "onrecord.lock",
        "notes",
    ],
)
def test_only_what_a_folder_keeps_is_taken(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder, and none is written that no backup has."""
    with pytest.raises(BadBackup, match="which no data folder keeps"):
        restore(a_backup({**FILES, name: b"x"}), tmp_path / "back")
    assert list(tmp_path.iterdir()) == []


def test_links_and_doubles_are_not_taken(tmp_path: Path) -> None:
    """A member that is a link, or comes twice, is no part of a backup."""
    for kind, name in ((tarfile.SYMTYPE, "signing.key"), (tarfile.REGTYPE, "seal.key")):
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "seal.key"
        backup = a_backup(FILES)
        end = backup.index(b"SHA256SUMS\0")
        made = backup[:end] + entry.tobuf(tarfile.GNU_FORMAT) + backup[end:]
        with pytest.raises(BadBackup, match="not part of a backup"):
            restore(made, tmp_path / "back")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_backup_is_reported(tmp_path: Path) -> None:
    """Another archive, a backup of a later format, a text."""
    other = io.BytesIO()
    with tarfile.open(fileobj=other, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("README"))
    later = a_backup(FILES).replace(b'"format":1', b'"format":2')
    for backup, told in (
        (other.getvalue(), "not a backup of onrecord"),
        (later, "install the release"),
        (b"hello" * 999, "not a backup"),
        (b"", "not a backup|cut short"),
    ):
        with pytest.raises(BadBackup, match=told):
            restore(backup, tmp_path / "back")
    assert list(tmp_path.iterdir()) == []


async def test_two_restores_do_not_mix(tmp_path: Path) -> None:
    """The second finds the first at work, and leaves it alone."""
    folder = tmp_path / "back"
    first = Restore(io.BytesIO(a_backup(FILES)), folder)
    lock = await first.begin()
    with pytest.raises(FolderInUse):
        await Restore(io.BytesIO(a_backup(FILES)), folder).begin()
    for _ in first.write():
        pass
    lock.release()
    assert content(folder) == FILES


def test_the_sums_are_those_that_other_programs_check(tmp_path: Path) -> None:
    """`tar x` and `sha256sum -c` are enough to see that it is whole."""
    with tarfile.open(fileobj=io.BytesIO(a_backup(FILES))) as archive:
        unpacked = {e.name: archive.extractfile(e) for e in archive}
        found = {name: file.read() for name, file in unpacked.items() if file}
    sums = found.pop("SHA256SUMS").decode().splitlines()
    assert sums == [f"{sha256(body).hexdigest()}  {name}" for name, body in found.items()]
    assert [*found] == ["backup.json", *FILES]

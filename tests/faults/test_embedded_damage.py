"""The bundled Valkey on a damaged log: what is cut off, and what prevents the start."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service.datafolder.valkey_files import ValkeyFiles
from service.valkey.embedded import EmbeddedError, EmbeddedValkey
from service.valkey.program import prepare
from tests.embedded import (
    append_only_file,
    ask,
)


async def test_a_torn_end_of_the_file_is_cut_and_a_script_whole_or_not_at_all(
    tmp_path: Path,
) -> None:
    """A crash within a write leaves half a script's writes: none is there after the next start."""
    async with EmbeddedValkey(tmp_path) as valkey:
        ask(valkey.socket, "SET", "said", "before")
        script = "redis.call('SET','a','1') redis.call('SET','b','2') return 1"
        assert ask(valkey.socket, "EVAL", script, "0") == b":1\r\n"
    file = append_only_file(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[: content.index(b"\r\nb\r\n")])
    async with EmbeddedValkey(tmp_path) as valkey:
        assert ask(valkey.socket, "MGET", "a", "b") == b"*2\r\n$-1\r\n$-1\r\n"
        assert ask(valkey.socket, "GET", "said") == b"$6\r\nbefore\r\n"


async def test_damage_inside_the_file_is_reported_with_the_log(tmp_path: Path) -> None:
    """A file that Valkey refuses is an error with its own words, and leaves the folder free."""
    async with EmbeddedValkey(tmp_path) as valkey:
        ask(valkey.socket, "SET", "said", "before")
    file = append_only_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(b"no command" + whole)
    with pytest.raises(
        EmbeddedError, match=r"exited with code 1(.|\n)*Bad file format(.|\n)*from a backup"
    ):
        await EmbeddedValkey(tmp_path).start()
    file.write_bytes(whole)
    async with EmbeddedValkey(tmp_path) as valkey:
        assert ask(valkey.socket, "GET", "said") == b"$6\r\nbefore\r\n"


def gone(manifest: Path) -> None:
    manifest.unlink()


def emptied(manifest: Path) -> None:
    manifest.write_bytes(b"")


def cut_off(manifest: Path) -> None:
    manifest.write_bytes(manifest.read_bytes().splitlines(keepends=True)[0])


def no_text(manifest: Path) -> None:
    manifest.write_bytes(os.urandom(80))


def a_pipe(manifest: Path) -> None:
    manifest.unlink()
    os.mkfifo(manifest)


@pytest.mark.parametrize("damage", [gone, emptied, cut_off, no_text, a_pipe])
async def test_no_empty_log_takes_the_place_of_one_whose_manifest_is_damaged(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """The list of the log's files is small and soon lost: nothing is started then, the folder is
    left as it was, and with the list put back everything is there."""
    async with EmbeddedValkey(tmp_path) as valkey:
        ask(valkey.socket, "SET", "said", "before")
    manifest = append_only_file(tmp_path).with_name("appendonly.aof.manifest")
    whole = manifest.read_bytes()
    damage(manifest)
    before = sorted(path.name for path in manifest.parent.iterdir())
    with pytest.raises(EmbeddedError, match=r"manifest.*from a backup"):
        await EmbeddedValkey(tmp_path).start()
    assert sorted(path.name for path in manifest.parent.iterdir()) == before
    manifest.unlink(missing_ok=True)
    manifest.write_bytes(whole)
    async with EmbeddedValkey(tmp_path) as valkey:
        assert ask(valkey.socket, "GET", "said") == b"$6\r\nbefore\r\n"


def test_a_log_of_another_user_is_not_said_to_be_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner is to be changed; a backup would lose what was recorded since."""

    def refused(_: ValkeyFiles) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "a file")

    monkeypatch.setattr(ValkeyFiles, "check", refused)
    with pytest.raises(EmbeddedError, match="a file: Permission denied") as caught:
        prepare(ValkeyFiles(tmp_path))
    assert "must belong to the user" in str(caught.value)
    assert "backup" not in str(caught.value)

"""The seal key's file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.datafolder.seal_key import SealKeyError, create_seal_key, load_seal_key


def test_a_made_key_is_the_one_that_is_loaded(tmp_path: Path) -> None:
    """What was made is loaded, is 32 bytes as 64 hex digits, and only its owner can read it."""
    key = create_seal_key(tmp_path / "data")
    assert load_seal_key(tmp_path / "data") == key
    assert len(key) == 32
    file = tmp_path / "data" / "seal.key"
    assert file.read_text() == key.hex() + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_two_keys_differ(tmp_path: Path) -> None:
    """Keys are random."""
    assert create_seal_key(tmp_path / "a") != create_seal_key(tmp_path / "b")


def test_a_folder_without_a_key_has_none(tmp_path: Path) -> None:
    """No file, or no folder, is no key and no error."""
    assert load_seal_key(tmp_path) is None
    assert load_seal_key(tmp_path / "nothing") is None


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    """A second making is refused and the first key stays, with nothing beside it."""
    key = create_seal_key(tmp_path)
    with pytest.raises(SealKeyError, match="is there already"):
        create_seal_key(tmp_path)
    assert load_seal_key(tmp_path) == key
    assert len(list(tmp_path.iterdir())) == 1


def test_of_many_makers_one_wins(tmp_path: Path) -> None:
    """Makers at the same moment: one key is made, and it is the one that all load."""

    def make(_: int) -> bytes | None:
        try:
            return create_seal_key(tmp_path)
        except SealKeyError:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [key for key in pool.map(make, range(32)) if key is not None]
    assert made == [load_seal_key(tmp_path)]


def test_the_key_is_durable_before_it_is_named_and_its_name_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is fsynced before it takes its name, and the folder after."""
    path = tmp_path / "seal.key"
    seen: list[tuple[str, bool]] = []
    fsync = os.fsync

    def watch(descriptor: int) -> None:
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        seen.append(("folder" if kind == stat.S_IFDIR else "file", path.exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    create_seal_key(tmp_path)
    assert seen == [("file", False), ("folder", True)]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right of group or others is refused, with the command that mends it."""
    create_seal_key(tmp_path)
    (tmp_path / "seal.key").chmod(mode)
    with pytest.raises(SealKeyError, match=f"mode {mode:04o}.*chmod 600"):
        load_seal_key(tmp_path)


def test_a_key_that_even_its_owner_cannot_write_is_fine(tmp_path: Path) -> None:
    """Tighter than 0600 is no fault."""
    key = create_seal_key(tmp_path)
    (tmp_path / "seal.key").chmod(0o400)
    assert load_seal_key(tmp_path) == key


@given(content=st.one_of(st.binary(max_size=80), st.from_regex(rb"[0-9a-fA-F\n ]{60,70}")))
@example(content=b"0" * 64 + b"\n\n")
@example(content=b"0" * 64 + b" ")
@example(content=b"A" * 64)
def test_only_64_hex_digits_are_a_key(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever else the file holds is refused, and the error does not repeat it."""
    folder = tmp_path_factory.mktemp("data")
    file = folder / "seal.key"
    file.touch(0o600)
    file.write_bytes(content)
    if re.fullmatch(rb"[0-9a-f]{64}\n?", content):
        assert load_seal_key(folder) == bytes.fromhex(content.decode().strip())
        return
    with pytest.raises(SealKeyError, match="does not hold 64") as caught:
        load_seal_key(folder)
    assert len(content) < 20 or content.decode("latin-1") not in str(caught.value)


@pytest.mark.parametrize("act", [create_seal_key, load_seal_key])
def test_a_folder_that_is_none_is_reported(
    tmp_path: Path, act: Callable[[Path], bytes | None]
) -> None:
    """What the system refuses is a sentence that names the key's path."""
    (tmp_path / "data").write_text("")
    with pytest.raises(SealKeyError, match=re.escape(f"{tmp_path}/data")):
        act(tmp_path / "data")

"""What the signer must not forget, and the key that it signs with."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from events.audit.examination import Finding
from events.errors import LogError
from service.datafolder.seal_key import load_seal_key
from service.datafolder.signed_state import (
    ALARMS,
    SEEN,
    SIGNED,
    SignedHead,
    SignedState,
    SignedStateError,
)
from service.datafolder.signing_key import SigningKeyError, create_signing_key, load_signing_keys

HEAD = SignedHead(3, "ab" * 32, "a note\n", ("a+key",))


def test_what_was_signed_is_there_after_a_restart(tmp_path: Path) -> None:
    """Heads are added to those before, alarms keep the first of each timeline; nobody else can
    read either."""
    SignedState.begin(tmp_path, "log")
    state = SignedState.load(tmp_path, "log")
    state.sign({"a": HEAD})
    state.sign({"b": SignedHead(1, "cd" * 32, "n\n", ())})
    state.alarm({"a": Finding("a", 2, "first")})
    state.alarm({"a": Finding("a", 1, "second"), "b": Finding("b", 1, "third")})
    again = SignedState.load(tmp_path, "log")
    assert not again.is_lost
    assert again.heads["a"] == HEAD
    assert sorted(again.heads) == ["a", "b"]
    assert {name: f.revision for name, f in again.alarms.items()} == {"a": 2, "b": 1}
    for name in (SIGNED, ALARMS):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [ALARMS, SIGNED]


def test_a_state_that_is_not_there_or_anothers_is_lost(tmp_path: Path) -> None:
    """It counts as nothing signed, and says that it is lost; a service that does not sign begins
    with nothing seen."""
    assert SignedState.load(tmp_path, "log").is_lost
    assert not SignedState.load(tmp_path, "log", SEEN).is_lost
    SignedState.begin(tmp_path, "log")
    other = SignedState.load(tmp_path, "other")
    assert other.is_lost
    assert other.heads == {}


@pytest.mark.parametrize("name", [SIGNED, SEEN, ALARMS])
@pytest.mark.parametrize("damage", ["cut off", "empty", "overwritten", "a folder", "a pipe"])
def test_a_damaged_state_is_refused(tmp_path: Path, name: str, damage: str) -> None:
    """Nobody takes half a state for one: the file is named, and what to do about it."""
    SignedState.begin(tmp_path, "log")
    state = SignedState.load(tmp_path, "log", SEEN if name == SEEN else SIGNED)
    state.sign({"a": HEAD})
    state.alarm({"a": Finding("a", 2, "first")})
    path = tmp_path / name
    content = path.read_bytes()
    path.unlink()
    match damage:
        case "cut off":
            path.write_bytes(content[:20])
        case "empty":
            path.touch()
        case "overwritten":
            path.write_bytes(content[:10] + bytes(20) + content[30:])
        case "a folder":
            path.mkdir()
        case _:
            os.mkfifo(path)
    with pytest.raises(SignedStateError, match=name) as raised:
        SignedState.load(tmp_path, "log", SEEN if name == SEEN else SIGNED)
    assert "move it away" in str(raised.value) or "from a backup" in str(raised.value)


def test_a_state_that_cannot_be_written_signs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the disk does not take is not signed; the file before it stays whole, and nothing is
    left beside it."""
    SignedState.begin(tmp_path, "log")
    state = SignedState.load(tmp_path, "log")
    before = (tmp_path / SIGNED).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SignedStateError, match="No space left"):
        state.sign({"a": HEAD})
    assert state.heads == {}
    assert (tmp_path / SIGNED).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [SIGNED]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_no_key(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A pipe is not waited for, by a service that looks at its keys while it runs."""
    for name, load in (("signing.key", load_signing_keys), ("seal.key", load_seal_key)):
        make(tmp_path / name)
        with pytest.raises(LogError, match=r"from a backup"):
            load(tmp_path)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """It is 32 bytes for its user's eyes alone; a folder without one has none."""
    assert load_signing_keys(tmp_path) == ()
    create_signing_key(tmp_path)
    [key] = load_signing_keys(tmp_path)
    assert len(key) == 32
    create_signing_key(tmp_path)
    assert load_signing_keys(tmp_path) == [key]


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [("ab" * 32 + "\n", 0o640, "0640"), ("ab" * 31, 0o600, "64"), ("", 0o600, "64")],
)
def test_a_key_that_cannot_be_trusted_is_refused(
    tmp_path: Path, content: str, mode: int, words: str
) -> None:
    """One that others may have read, or that is none; no word of it is shown."""
    path = tmp_path / "signing.key"
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(SigningKeyError, match=words) as raised:
        load_signing_keys(tmp_path)
    assert "abab" not in str(raised.value)

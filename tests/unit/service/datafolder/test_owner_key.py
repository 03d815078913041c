"""The owner's key in the data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.datafolder.owner_key import (
    PROPOSED_KEY,
    OwnerKeyError,
    confirm_owner_key,
    load_owner_key,
    propose_owner_key,
    withdraw_owner_key,
)


def test_a_proposed_key_is_the_owners_once_it_is_confirmed(tmp_path: Path) -> None:
    """Before that, nobody who looks for the owner's key finds one; only its user can read it."""
    propose_owner_key(tmp_path, "onr_a_b")
    assert load_owner_key(tmp_path) is None
    assert load_owner_key(tmp_path, PROPOSED_KEY) == "onr_a_b"
    confirm_owner_key(tmp_path)
    assert load_owner_key(tmp_path) == "onr_a_b"
    assert [path.name for path in tmp_path.iterdir()] == ["owner.key"]
    assert (tmp_path / "owner.key").stat().st_mode & 0o777 == 0o600


def test_a_withdrawn_key_is_gone(tmp_path: Path) -> None:
    """What the log did not take leaves no file."""
    propose_owner_key(tmp_path, "onr_a_b")
    withdraw_owner_key(tmp_path)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The message says what to do, and does not repeat the key."""
    path = tmp_path / "owner.key"
    path.write_text("onr_a_secret\n")
    path.chmod(mode)
    with pytest.raises(OwnerKeyError, match="chmod 600") as caught:
        load_owner_key(tmp_path)
    assert "secret" not in str(caught.value)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    """A file with other bytes is not taken for a key."""
    path = tmp_path / "owner.key"
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    with pytest.raises(OwnerKeyError, match="does not hold"):
        load_owner_key(tmp_path)

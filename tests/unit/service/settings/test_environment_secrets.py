"""Secrets among the settings: from files, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from service.settings.environment import load, load_client
from tests.unit.service.settings.wrong import KEY, faults


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_file_gives_its_text_without_its_last_newline(tmp_path: Path, ending: str) -> None:
    """`_FILE` names where the value is; one newline at its end is the editor's."""
    file = tmp_path / "secret"
    file.write_bytes((KEY + ending).encode())
    settings = load({"ONRECORD_SEAL_KEY_FILE": str(file)})
    assert settings.seal_key == bytes.fromhex(KEY)
    assert settings.given_by["seal_key"] == "file"


def test_a_second_newline_is_content(tmp_path: Path) -> None:
    """Only one newline is taken off."""
    file = tmp_path / "secret"
    file.write_text(KEY + "\n\n")
    assert (
        "64 hex digits" in faults({"ONRECORD_SEAL_KEY_FILE": str(file)})["ONRECORD_SEAL_KEY_FILE"]
    )


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    """Missing, no file, not text, too large, or no path at all: each names variable and path."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_bytes(b"a" * 70_000)
    for path, says in {
        str(tmp_path / "none"): "No such file",
        str(tmp_path): "Is a directory",
        str(tmp_path / "bytes"): "not a file of UTF-8 text",
        str(tmp_path / "large"): "larger than",
        "a\0b": "not a file",
    }.items():
        (message,) = faults({"ONRECORD_KEY": "k", "ONRECORD_PORT_FILE": path}).values()
        assert says in message
        assert repr(path) in message


def test_both_a_value_and_a_file_are_refused(tmp_path: Path) -> None:
    """Two answers to one question are none."""
    wrong = faults({"ONRECORD_SEAL_KEY": KEY, "ONRECORD_SEAL_KEY_FILE": str(tmp_path)})
    assert "ONRECORD_SEAL_KEY_FILE too" in wrong["ONRECORD_SEAL_KEY"]
    assert len(wrong) == 1


@given(password=st.from_regex(r"[g-z]{8,20}", fullmatch=True))
def test_no_secret_is_shown(password: str) -> None:
    """Neither doctor's list, nor a traceback, nor rich shows a key or a password."""
    settings = load({"ONRECORD_SEAL_KEY": KEY, "ONRECORD_REDIS_URL": f"redis://:{password}@host/0"})
    client = load_client({"ONRECORD_KEY": password})
    for shown in (settings.masked(), client.masked(), settings, client):
        for text in (repr(shown), str(shown), pretty_repr(shown)):
            assert password not in text
            assert KEY not in text
            assert repr(bytes.fromhex(KEY)) not in text


def test_the_masked_list_has_every_setting_and_who_gave_it() -> None:
    """Doctor can show each setting under its variable's name."""
    shown = {
        name: (value, given_by)
        for name, value, given_by in load(
            {"ONRECORD_SEAL_KEY": KEY, "ONRECORD_ALLOWED_HOSTS": "a,b"}, port=8000
        ).masked()
    }
    assert len(shown) == 24
    assert shown["ONRECORD_SEAL_KEY"] == ("***", "environment")
    assert shown["ONRECORD_ALLOWED_HOSTS"] == ("a,b", "environment")
    assert shown["ONRECORD_REDIS_URL"] == (None, "default")
    assert shown["ONRECORD_PORT"] == ("8000", "flag")

"""The signing key's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.datafolder.signing_key import (
    SIGNING_KEY,
    SigningKeyError,
    create_signing_key,
    load_signing_keys,
)

A, B = "ab" * 32, "cd" * 32


def put(folder: Path, content: str) -> None:
    path = folder / SIGNING_KEY
    path.write_text(content)
    path.chmod(0o600)


@pytest.mark.parametrize(
    ("content", "keys"),
    [(A, [A]), (f"{A}\n", [A]), (f"{A}\n{B}", [A, B]), (f"{A}\n{B}\n", [A, B])],
)
def test_keys_are_read_with_or_without_a_line_feed_at_the_end(
    tmp_path: Path, content: str, keys: list[str]
) -> None:
    """A key that a person put there may lack the last line feed; the first line is the current."""
    put(tmp_path, content)
    assert load_signing_keys(tmp_path) == [bytes.fromhex(key) for key in keys]


@pytest.mark.parametrize(
    "content",
    ["", "\n", A[1:], f"{A}0", f"{A}{B}", f"{A}\n\n{B}\n", f"{A}\r\n", A.upper(), f" {A}"],
)
def test_anything_else_is_refused(tmp_path: Path, content: str) -> None:
    """Whatever is not lines of 64 lower-case hex digits is not taken for a key."""
    put(tmp_path, content)
    with pytest.raises(SigningKeyError, match="64 lower-case hex digits"):
        load_signing_keys(tmp_path)


def test_a_made_key_is_the_one_that_is_loaded(tmp_path: Path) -> None:
    """What was made is one key of 32 bytes, and is kept when one is made again."""
    create_signing_key(tmp_path)
    [key] = load_signing_keys(tmp_path)
    create_signing_key(tmp_path)
    assert load_signing_keys(tmp_path) == [key]
    assert len(key) == 32

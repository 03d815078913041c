"""Stamps on what callers bring back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.access.stamp import Stamp
from tests.rows import each_row

KEY = bytes(range(32))


@given(st.binary(max_size=200))
def test_what_was_stamped_is_read(content: bytes) -> None:
    """By the same key and purpose, in another process too; the text is fit for a cookie."""
    text = Stamp(KEY, "session").write(content)
    assert Stamp(KEY, "session").read(text) == content
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_another_purpose_or_key_reads_nothing() -> None:
    """A code is no session, and another log's session is none here."""
    text = Stamp(KEY, "session").write(b"x")
    assert Stamp(KEY, "sign-in").read(text) is None
    assert Stamp(bytes(32), "session").read(text) is None


@given(st.integers(0, 50), st.integers(1, 255))
def test_a_changed_text_is_none(place: int, change: int) -> None:
    """Whichever character is another one, the stamp does not fit."""
    stamp = Stamp(KEY, "session")
    text = stamp.write(b"somebody's session")
    place %= len(text)
    other = chr((ord(text[place]) + change) % 256)
    if other != text[place]:
        read = stamp.read(text[:place] + other + text[place + 1 :])
        # The last character of base64 has bits that say nothing.
        assert read is None or (place == len(text) - 1 and read == b"somebody's session")


@each_row("text", ["", "a", "=", "é", "A" * 10_000, "\n", " "])
def test_what_is_no_stamped_text_is_none(text: str) -> None:
    """Nothing that can be sent is an error."""
    assert Stamp(KEY, "session").read(text) is None

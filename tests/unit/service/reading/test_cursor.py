"""Cursors: opaque, bound to their list, and harmless when forged."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reading.cursor import Cursor
from service.reading.routes.statements import StatementKey
from tests.rows import each_row

_OF = ("statements", "kursk")
_text = st.text(st.characters(codec="utf-8"))
_second = st.none() | st.integers(-(2**63), 2**63 - 1)
_key = st.tuples(_second, _second, st.integers(1, 2**53 - 1))


@given(st.integers(1, 2**53), st.lists(st.tuples(_text, _text), max_size=5), _key)
def test_a_cursor_comes_back(revision: int, asked: list[tuple[str, str]], after: Any) -> None:
    """What a page wrote into its cursor is what the next page reads out of it."""
    cursor = Cursor(_OF, revision, 50, tuple(asked), after)
    text = cursor.encode()
    assert text.isascii()
    assert "=" not in text
    assert Cursor.decode(text, _OF, revision, StatementKey) == cursor


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: urlsafe_b64encode(b).decode()))
def test_garbage_is_a_value_error(text: str) -> None:
    """No text raises anything but the ValueError that becomes a 400."""
    with pytest.raises(ValueError, match=r"\.$"):
        Cursor.decode(text, _OF, 10, StatementKey)


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | _text,
    lambda inner: st.lists(inner, max_size=4), max_leaves=12,
))  # fmt: skip
def test_what_is_forged_is_checked(value: Any) -> None:
    """MessagePack of any shape is refused, or is a cursor that keeps the rules."""
    text = urlsafe_b64encode(msgspec.msgpack.encode([_OF, 3, 50, [], value])).rstrip(b"=").decode()
    try:
        cursor = Cursor.decode(text, _OF, 10, StatementKey)
    except ValueError:
        return
    start, end, st_ = cursor.after
    assert all(second is None or -(2**63) <= second < 2**63 for second in (start, end))
    assert 1 <= st_ < 2**53


@each_row(
    ("cursor", "word"),
    [
        (Cursor(("statements", "other"), 3, 50, (), (None, None, 1)), "another list"),
        (Cursor(("actors", "kursk"), 3, 50, (), (None, None, 1)), "another list"),
        (Cursor(_OF, 11, 50, (), (None, None, 1)), "revision"),
        (Cursor(_OF, 0, 50, (), (None, None, 1)), "revision"),
        (Cursor(_OF, -1, 50, (), (None, None, 1)), "revision"),
        (Cursor(_OF, 3, 50, (), (None, None, 0)), "not a cursor"),
        (Cursor(_OF, 3, 50, (), (2**64 - 1, None, 1)), "not a cursor"),
        (Cursor(_OF, 3, 50, (), "a"), "not a cursor"),
        (Cursor(_OF, 3, 0, (), (None, None, 1)), "not a cursor"),
        (Cursor(_OF, 3, 501, (), (None, None, 1)), "not a cursor"),
    ],
)
def test_a_cursor_is_of_its_list_and_of_the_log(cursor: Cursor, word: str) -> None:
    """Another timeline's, another list's, a later revision's and a malformed key are refused."""
    with pytest.raises(ValueError, match=word):
        Cursor.decode(cursor.encode(), _OF, 10, StatementKey)


def test_only_one_spelling_is_the_cursor() -> None:
    """Padding or characters that the decoder would pass over make it no cursor."""
    text = Cursor(_OF, 3, 50, (), (None, None, 1)).encode()
    for other in (f"{text}=", f"{text}\n", f" {text}", text + "!"):
        with pytest.raises(ValueError, match="not a cursor"):
            Cursor.decode(other, _OF, 10, StatementKey)

"""Query strings: what is encoded comes back, and what cannot be read is refused."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from service.http.query_string import LONGEST, QueryString, whole_number
from tests.rows import each_row

_text = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.lists(st.tuples(_text, _text), max_size=10))
def test_what_is_encoded_is_read(pairs: list[tuple[str, str]]) -> None:
    """Whatever names and values a caller encodes come back as they were."""
    query = QueryString.parse(urlencode(pairs).encode())
    assert [*query.values] == [*dict.fromkeys(name for name, _ in pairs)]
    for name, values in query.values.items():
        assert values == [v for n, v in pairs if n == name]
    assert not query.faults


@each_row("text", [b"a=1&&b=2&", b"&a=1&b=2", b"a=1&b=2"])
def test_what_is_between_two_ampersands_may_be_nothing(text: bytes) -> None:
    """Empty parts are passed over."""
    assert QueryString.parse(text).values == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize("text", [b"a&b=&c=d=e", b"a&b=&c=d%3De"])
def test_a_value_begins_behind_the_first_sign(text: bytes) -> None:
    """A name without one has an empty value, whether or not anything is encoded."""
    assert QueryString.parse(text).values == {"a": [""], "b": [""], "c": ["d=e"]}


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    """No query string raises anything."""
    query = QueryString.parse(text)
    assert all(fault.path.startswith("?") for fault in query.faults)


@each_row("text", ["", "-1", "+1", "1.0", "1e3", "0", "501", "0x1", "１", "9" * 30])
def test_a_number_is_plain_digits_in_its_range(text: str) -> None:
    """What is not a whole number in the range is refused, however Python would read it."""
    read = whole_number(1, 500)
    assert (read("1"), read("007"), read("500")) == (1, 7, 500)
    with pytest.raises(ValueError, match="from 1 to 500"):
        read(text)


def test_a_query_string_has_an_end() -> None:
    """One that is longer than the limit is refused before it is read."""
    QueryString.parse(b"a" * LONGEST)
    with pytest.raises(InvalidInput):
        QueryString.parse(b"a" * (LONGEST + 1))

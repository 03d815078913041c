"""Query strings: everything that is wrong is reported at once."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.edtf.dates import parse
from events.errors import Fault, InvalidInput
from service.http.query_string import LONGEST, MOST_VALUES, QueryString, whole_number, word

_text = st.text(st.characters(codec="utf-8"), min_size=1)


def _faults(query: QueryString) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as raised:
        query.done()
    return raised.value.faults


@given(st.lists(st.tuples(_text, _text), max_size=10))
def test_what_is_encoded_is_read(pairs: list[tuple[str, str]]) -> None:
    """Whatever names and values a caller encodes come back as they were."""
    query = QueryString.parse(urlencode(pairs).encode())
    for name in {name for name, _ in pairs}:
        assert list(query.many(name, str)) == [v for n, v in pairs if n == name]
    query.done()


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    """No query string raises anything but InvalidInput."""
    try:
        QueryString.parse(text).done()
    except InvalidInput as error:
        assert all(fault.path.startswith("?") for fault in error.faults)


def test_all_faults_are_reported_at_once() -> None:
    """Unknown names, repeated ones, bad numbers, words and dates: one answer has them all."""
    query = QueryString.parse(b"limit=0&order=up&order=down&from=2024-02-30&kind=lie&odd=1&by=%ff")
    query.one("limit", whole_number(1, 500))
    query.one("order", word("up", "down"))
    query.one("from", parse)
    query.many("kind", word("claim"))
    query.many("by", str)
    faults = _faults(query)
    assert [fault.path for fault in faults] == ["?by", "?from", "?kind", "?limit", "?odd", "?order"]
    assert faults[1].column == 9


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1e3", "501", "0x1", "１", "9" * 30])
def test_a_number_is_plain_digits_in_its_range(text: str) -> None:
    """What is not a whole number in the range is refused, however Python would read it."""
    query = QueryString.parse(f"limit={quote(text)}".encode())
    assert query.one("limit", whole_number(1, 500)) is None
    assert [fault.path for fault in _faults(query)] == ["?limit"]


def test_a_name_may_be_repeated_so_often_only() -> None:
    """One value beyond the limit is refused."""
    most = QueryString.parse(b"&".join([b"tag=a"] * MOST_VALUES))
    assert len(most.many("tag", str)) == MOST_VALUES
    more = QueryString.parse(b"&".join([b"tag=a"] * (MOST_VALUES + 1)))
    assert more.many("tag", str) == ()
    assert [fault.path for fault in _faults(more)] == ["?tag"]


def test_a_query_string_has_an_end() -> None:
    """One that is longer than the limit is refused before it is read."""
    QueryString.parse(b"a" * LONGEST)
    with pytest.raises(InvalidInput):
        QueryString.parse(b"a" * (LONGEST + 1))


def test_what_is_wrong_is_not_repeated_without_end() -> None:
    """A long name is cut off, and so is a long list of faults."""
    assert len(_faults(QueryString.parse(b"a" * 30_000))[0].path) < 200
    many = QueryString.parse(b"&".join(b"%d" % n for n in range(5_000)))
    assert len(_faults(many)) == 100

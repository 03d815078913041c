"""Files of statements, in the three forms that people have them in."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cli.failure import WRONG_USE, Failure
from service.cli.statement_file import Item, batches, read_statements

objects = st.lists(
    st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.integers(), st.text(max_size=5))),
    min_size=1,
    max_size=5,
)


@given(objects)
def test_array_and_lines_are_the_same_statements(values: list[dict[str, object]]) -> None:
    """The same objects come out of an array, laid out or not, and of lines."""
    array = msgspec.json.encode(values)
    lines = b"\n".join(msgspec.json.encode(value) for value in values)
    for content in (array, msgspec.json.format(array), lines, b"\n" + lines + b"\r\n\n"):
        assert [msgspec.json.decode(item.body) for item in read_statements(content)] == values


def test_one_object_may_be_laid_out_over_lines() -> None:
    """A single statement in the form that people write is one statement."""
    assert [item.body for item in read_statements(b'{\n "a": 1\n}\n')] == [b'{\n "a": 1\n}']


def test_bytes_stay_as_they_are() -> None:
    """Numbers and letters are sent as written: nothing is read and written anew."""
    (item,) = read_statements(b'{"a": 1.00000000000000000001e0, "b": "\\u00e9"}')
    assert item.body == b'{"a": 1.00000000000000000001e0, "b": "\\u00e9"}'


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "Give statements"),
        (b"  \n", "Give statements"),
        (b"[]", "empty"),
        (b"nonsense", "malformed"),
        (b"[1]", "item 1"),
        (b'[{}, "a"]', "item 2"),
        (b'{}\n{"a": }\n', "line 2"),
        (b'{}\n\n"a"\n', "line 3"),
        (b"7", "the object"),
        (b"\xff\xfe", "malformed"),
    ],
)
def test_what_is_no_statement_is_told_by_its_place(content: bytes, place: str) -> None:
    """Wrong content is wrong use, and the sentence says where it is."""
    with pytest.raises(Failure) as caught:
        read_statements(content)
    assert caught.value.code == WRONG_USE
    assert place in " ".join(caught.value.details)


def test_a_byte_order_mark_is_no_content() -> None:
    """What some editors put before a file is passed over."""
    assert [item.body for item in read_statements(b'\xef\xbb\xbf{"a":1}')] == [b'{"a":1}']


@given(st.lists(st.integers(0, 3_000_000), max_size=30))
def test_batches_hold_everything_in_order_and_fit(sizes: list[int]) -> None:
    """Nothing is lost or moved, and a batch of more than one stays below what a server takes."""
    items = [Item(str(i), bytes(size)) for i, size in enumerate(sizes)]
    parts = list(batches(items))
    assert [item for part in parts for item in part] == items
    assert all(
        len(part) == 1 or sum(len(item.body) for item in part) <= 8 * 1024 * 1024 for part in parts
    )


def test_a_batch_has_five_hundred_at_most() -> None:
    """Many small statements are parted by number."""
    assert [len(part) for part in batches([Item("", b"{}")] * 1_001)] == [500, 500, 1]

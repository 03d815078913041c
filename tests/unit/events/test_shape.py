"""JSON to typed values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from events.shape import decode
from events.statement import Statement


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", ""),
        (b"{", ""),
        (b'"\xff"', ""),
        (b"[" * 100_000, "/0"),
        (b'[{"kind":"claim","text":"\xff"}]', ""),
        (b"[1]", "/0"),
        (b'[{"kind":"x"}]', "/0/kind"),
        (
            b'[{"kind":"claim","text":"x","said":{"by":"A","on":null,"via":[{}]}}]',
            "/0/said/via/0/actor",
        ),
        (b'[{"kind":"claim","text":"x","a/b~c":1}]', "/0/a~1b~0c"),
        (b'[{"kind":"claim","text":"x","b`c":1}]', "/0/b`c"),
        (b'[{"kind":"claim","text":"x","b` - at `$.c d":1}]', "/0/b` - at `$.c d"),
    ],
)
def test_each_complaint_has_its_pointer(body: bytes, path: str) -> None:
    """Malformed JSON and wrong shapes are InvalidInput at an RFC 6901 pointer."""
    with pytest.raises(InvalidInput) as caught:
        decode(body, list[Statement])
    assert [fault.path for fault in caught.value.faults] == [path]
    assert caught.value.faults[0].message.endswith(".")


def test_nesting_without_end_is_a_fault() -> None:
    """Depth beyond the interpreter's is InvalidInput, not a crash."""
    with pytest.raises(InvalidInput, match=r"nests too deeply|recursion"):
        decode(b'{"a":' * 100_000, dict[str, Any])


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    """Whatever is sent, the answer is a statement or InvalidInput."""
    try:
        decode(body, Statement)
    except InvalidInput as error:
        assert error.faults


@pytest.mark.parametrize("body", [b'{"a":{"z":1e999}}', b'{"a":{"z":[{"y":1e999}]}}'])
def test_a_pointer_points_at_something(body: bytes) -> None:
    """Of a member whose name is not known the pointer is to the object that has it."""
    with pytest.raises(InvalidInput) as caught:
        decode(body, dict[str, dict[str, Any]])
    assert [fault.path for fault in caught.value.faults] == [""]


def test_what_was_sent_is_not_repeated_at_length() -> None:
    """A name or a word of a megabyte makes a fault of a few hundred bytes."""
    long = b"k" * 1_000_000
    for body in (b'{"%b":1}' % long, b'{"kind":"%b"}' % long):
        with pytest.raises(InvalidInput) as caught:
            decode(body, Statement)
        assert len(str(caught.value)) < 500


def test_a_wrong_word_is_told_the_right_ones() -> None:
    """The words that may stand there are listed, wherever it is."""
    via = b'{"said":{"by":"A","on":null,"via":[{"actor":"x","role":"friend"}]}}'
    for body, word in ((b'{"kind":"rumour"}', "prediction"), (via, "spokesperson")):
        either: Any = Statement | list[Statement]
        for type_, sent in ((Statement, body), (either, b"[%b]" % body)):
            with pytest.raises(InvalidInput) as caught:
                decode(sent, type_)
            assert word in caught.value.faults[0].message


def test_half_of_a_surrogate_pair_is_told_as_one() -> None:
    """It is not taken for a text that ends too early; that, and an escaped backslash, are."""
    for body, words in (
        (rb'{"text":"\ud800"}', "surrogate"),
        (rb'{"text":"\ud83d\ude00', "truncated"),
        (rb'{"text":"\\ud800', "truncated"),
    ):
        with pytest.raises(InvalidInput, match=words):
            decode(body, Statement)

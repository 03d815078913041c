"""JSON to typed values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from events.statement.shape import decode
from events.statement.statement import Statement
from tests.rows import each_row

LEAST = b'"kind":"claim","text":"x","said":{"by":"A","on":null}'


@each_row(
    ("body", "path"),
    [
        (b"", ""),
        (b"{", ""),
        (b'"\xff"', ""),
        (b"[" * 100_000, ""),
        (b'[{"kind":"claim","text":"\xff"}]', ""),
        (b"[1]", "/0"),
        (b'[{"kind":"x","text":"x","said":{"by":"A","on":null}}]', "/0/kind"),
        (
            b'[{"kind":"claim","text":"x","said":{"by":"A","on":null,"via":[{"role":"agency"}]}}]',
            "/0/said/via/0/actor",
        ),
        (b'[{%b,"a/b~c":1}]' % LEAST, "/0/a~1b~0c"),
        (b'[{%b,"b`c":1}]' % LEAST, "/0/b`c"),
        (b'[{%b,"b` - at `$.c d":1}]' % LEAST, "/0/b` - at `$.c d"),
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
def test_a_number_that_none_can_hold_is_a_fault(body: bytes) -> None:
    """It is refused at the top, since no value is left that could be walked."""
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
            assert any(word in fault.message for fault in caught.value.faults)


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_body_is_called_empty(body: bytes) -> None:
    """Whoever forgot the body gets that as the fault."""
    with pytest.raises(InvalidInput, match="it is empty"):
        decode(body, Statement)


def test_half_of_a_surrogate_pair_is_reported_as_one() -> None:
    """It is not taken for a text that ends too early; that, and an escaped backslash, are."""
    for body, words in (
        (rb'{"text":"\ud800"}', "surrogate"),
        (rb'{"text":"\ud83d\ude00', "ends too early"),
        (rb'{"text":"\\ud800', "ends too early"),
    ):
        with pytest.raises(InvalidInput, match=words):
            decode(body, Statement)


@each_row("body", [b"[1,", b'[{"kind":5', b"[null]]", b'[{"kind":"x"},\xff]'])
def test_a_value_of_the_wrong_type_hides_no_malformed_json(body: bytes) -> None:
    """A body that is cut off or malformed behind a value of the wrong type is reported as that."""
    with pytest.raises(InvalidInput) as caught:
        decode(body, list[Statement])
    [fault] = caught.value.faults
    assert fault.path == ""
    assert fault.message.startswith("The body is not JSON: ")

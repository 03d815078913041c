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

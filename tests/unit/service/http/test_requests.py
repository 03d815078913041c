"""The address and the headers of a request."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from service.http.requests import (
    entity_tags,
    header,
    idempotency_key,
    lines_by_name,
    path_is_text,
    replace_headers,
)
from tests.rows import each_row


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"headers": list(headers)}


def test_a_header_is_given_once() -> None:
    """Twice is refused, even with the same value; absent is None."""
    assert header(scope((b"a", b" x\t")), b"a") == "x"
    assert header(scope((b"a", b"x")), b"b") is None
    with pytest.raises(InvalidInput, match="Idempotency-Key only once"):
        header(scope(*[(b"idempotency-key", b"x")] * 2), b"idempotency-key")


_lines = st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.binary(max_size=3)))


@given(_lines, _lines)
def test_headers_are_grouped_by_name(
    before: list[tuple[bytes, bytes]], later: list[tuple[bytes, bytes]]
) -> None:
    """Each value in its order; and anew where a layer has replaced the headers."""
    asked = scope(*before)
    for headers in (before, later):
        replace_headers(asked, headers)
        for name in (b"a", b"b", b"c"):
            values = [value for key, value in headers if key == name]
            assert list(lines_by_name(asked).get(name, ())) == values


@given(st.binary(max_size=130))
def test_a_key_is_visible_ascii_or_refused(value: bytes) -> None:
    """Whatever bytes come as a key, it is one of 1 to 128 visible ASCII characters or none."""
    try:
        key = idempotency_key(scope((b"idempotency-key", value)))
    except InvalidInput:
        key = ""
    text = value.decode("latin-1").strip(" \t")
    valid = 1 <= len(text) <= 128 and all("\x21" <= c <= "\x7e" for c in text)
    assert key == (text if valid else "")


@given(st.lists(st.tuples(st.booleans(), st.from_regex(r"[a-z0-9,!]{0,5}", fullmatch=True))))
def test_the_strong_tags_of_a_list_are_found(tags: list[tuple[bool, str]]) -> None:
    """However a list is spread over headers, commas within a tag and weak tags included, the
    strong ones come out."""
    texts = [f'{"W/" if weak else ""}"{tag}"' for weak, tag in tags]
    wanted = tuple(tag for weak, tag in tags if not weak)
    joined = scope((b"if-match", " , ".join(texts).encode()))
    spread = scope(*((b"if-match", text.encode()) for text in texts))
    assert entity_tags(joined) == wanted
    assert entity_tags(spread) == (wanted if tags else None)


@pytest.mark.parametrize("value", [b"*", b" * "])
def test_any_tag_is_no_condition(value: bytes) -> None:
    """`*` asks only that the statement is there, which every rule asks."""
    assert entity_tags(scope((b"if-match", value))) is None
    assert entity_tags(scope()) is None


@each_row("value", [b"2", b'"2', b'"a" "b"', b'"a", *', b'w/"a"', b'"a"b'])
def test_a_malformed_list_of_tags_is_refused(value: bytes) -> None:
    """It is said so, rather than taken for a condition that never holds."""
    with pytest.raises(InvalidInput, match="If-Match"):
        entity_tags(scope((b"if-match", value)))


@each_row(
    ("path", "raw", "is_text"),
    [
        ("/a", b"/a", True),
        ("/\ufffd", b"/%EF%BF%BD", True),
        ("/\ufffd", b"/%FF", False),
        ("/\ufffd", b"/%C3(", False),
    ],
)
def test_a_path_is_text_or_reported_not_to_be(path: str, raw: bytes, is_text: bool) -> None:
    """U+FFFD that was sent is text; what a server put in its place is not."""
    assert path_is_text({"path": path, "raw_path": raw}) is is_text

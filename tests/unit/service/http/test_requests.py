"""The parts of a request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from service.http.requests import (
    BodyBudget,
    Disconnected,
    TooLarge,
    TooManyBodies,
    UnsupportedMediaType,
    entity_tags,
    header,
    idempotency_key,
    path_is_text,
    read_json,
    read_nothing,
)

JSON = (b"content-type", b"application/json")


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"headers": list(headers)}


class Sent:
    """A request whose body comes in these messages; `heard` counts those that were taken."""

    def __init__(self, headers: list[tuple[bytes, bytes]], messages: list[dict[str, Any]]) -> None:
        self.scope = scope(*headers)
        self._messages = messages
        self.heard = 0

    async def receive(self) -> dict[str, Any]:
        self.heard += 1
        return self._messages[self.heard - 1]


def sent(*chunks: bytes, headers: tuple[tuple[bytes, bytes], ...] = (JSON,)) -> Sent:
    """A body in chunks, the last of which ends it."""
    last = len(chunks) - 1
    messages = [
        {"type": "http.request", "body": chunk, "more_body": n < last}
        for n, chunk in enumerate(chunks)
    ]
    return Sent(list(headers), messages)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=6), st.integers(0, 60))
def test_a_body_is_whole_or_too_large(chunks: list[bytes], limit: int) -> None:
    """What is within the limit comes as it was sent; what is not is refused with the chunk that
    passes it, and no more is taken."""
    request = sent(*chunks)
    size = sum(map(len, chunks))
    if size <= limit:
        assert asyncio.run(read_json(request, limit, BodyBudget(1_000))) == b"".join(chunks)
        return
    with pytest.raises(TooLarge) as refusal:
        asyncio.run(read_json(request, limit, BodyBudget(1_000)))
    assert refusal.value.limit == limit
    assert sum(map(len, chunks[: request.heard - 1])) <= limit


@pytest.mark.parametrize("length", [b"11", b"9" * 400])
async def test_an_announced_length_is_enough(length: bytes) -> None:
    """A body that says that it is too long is refused before any of it is taken."""
    request = sent(b"x", headers=(JSON, (b"content-length", length)))
    with pytest.raises(TooLarge):
        await read_json(request, 10, BodyBudget(10))
    assert request.heard == 0


@pytest.mark.parametrize("length", [b"", b"-1", b"x", b"\xb2", b"3"])
async def test_a_length_that_says_nothing_is_left_to_the_bytes(length: bytes) -> None:
    """Only the bytes that come count."""
    assert (
        await read_json(
            sent(b"{}", headers=(JSON, (b"content-length", length))),
            10,
            BodyBudget(10),
        )
        == b"{}"
    )


async def test_a_client_that_leaves_has_sent_no_body() -> None:
    """What had come of it is not taken for the whole."""
    request = sent(b"{", b"")
    request._messages[1] = {"type": "http.disconnect"}
    with pytest.raises(Disconnected):
        await read_json(request, 10, BodyBudget(10))


async def test_all_bodies_together_have_one_budget() -> None:
    """What one request holds is not there for another until it is given back."""
    budget = BodyBudget(10)
    first, second = sent(b"12345", b"678"), sent(b"123")
    assert await read_json(first, 10, budget) == b"12345678"
    with pytest.raises(TooManyBodies):
        await read_json(second, 10, budget)
    budget.give_back(first.scope)
    budget.give_back(first.scope)
    assert await read_json(sent(b"1234567890"), 10, budget) == b"1234567890"


async def test_what_takes_no_body_refuses_one() -> None:
    """An empty body is none, in however many messages; a byte is refused."""
    await read_nothing(sent(b""))
    await read_nothing(sent(b"", b""))
    with pytest.raises(InvalidInput, match="takes no body"):
        await read_nothing(sent(b"", b"x"))
    left = sent(b"")
    left._messages[0] = {"type": "http.disconnect"}
    with pytest.raises(Disconnected):
        await read_nothing(left)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ((b"content-type", b"text/json"),),
        ((b"content-type", b"application/json;charset=utf-16"),),
        (JSON, (b"content-encoding", b"br")),
    ],
)
async def test_only_plain_json_is_taken(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    """Another media type, character set or coding is refused, with what is taken."""
    with pytest.raises(UnsupportedMediaType) as refusal:
        await read_json(sent(b"{}", headers=headers), 10, BodyBudget(10))
    assert refusal.value.supported == ("application/json",)


@pytest.mark.parametrize(
    "value", [b"application/json ", b'APPLICATION/json ; Charset="utf-8"', b"application/json;v=1"]
)
async def test_a_media_type_may_be_written_in_many_ways(value: bytes) -> None:
    """Case, white space, quotes and other parameters make no difference."""
    request = sent(b"{}", headers=((b"content-type", value), (b"content-encoding", b"identity")))
    assert await read_json(request, 10, BodyBudget(10)) == b"{}"


def test_a_header_is_given_once() -> None:
    """Twice is refused, even with the same value; absent is None."""
    assert header(scope((b"a", b" x\t")), b"a") == "x"
    assert header(scope((b"a", b"x")), b"b") is None
    with pytest.raises(InvalidInput, match="Idempotency-Key only once"):
        header(scope(*[(b"idempotency-key", b"x")] * 2), b"idempotency-key")


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


@pytest.mark.parametrize("value", [b"2", b'"2', b'"a" "b"', b'"a", *', b'w/"a"', b'"a"b'])
def test_a_malformed_list_of_tags_is_refused(value: bytes) -> None:
    """It is said so, rather than taken for a condition that never holds."""
    with pytest.raises(InvalidInput, match="If-Match"):
        entity_tags(scope((b"if-match", value)))


@pytest.mark.parametrize(
    ("path", "raw", "is_text"),
    [
        ("/a", b"/a", True),
        ("/\ufffd", b"/%EF%BF%BD", True),
        ("/\ufffd", b"/%FF", False),
        ("/\ufffd", b"/%C3(", False),
    ],
)
def test_a_path_is_text_or_told_not_to_be(path: str, raw: bytes, is_text: bool) -> None:
    """U+FFFD that was sent is text; what a server put in its place is not."""
    assert path_is_text({"path": path, "raw_path": raw}) is is_text

"""The body of a request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from service.http.bodies import BodyBudget, read_json, read_nothing
from service.http.requests import Disconnected, TooLarge, TooManyBodies, UnsupportedMediaType

JSON = (b"content-type", b"application/json")


class Sent:
    """A request whose body comes in these messages; `heard` counts those that were taken."""

    def __init__(self, headers: list[tuple[bytes, bytes]], messages: list[dict[str, Any]]) -> None:
        self.scope: dict[str, Any] = {"headers": headers}
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
    budget.release(first.scope)
    budget.release(first.scope)
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

"""Server-sent events, however the network cuts them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.client.transport.event_source import Message, messages

STREAM = (
    b"retry: 1000\nid: 41\nevent: caught-up\ndata: {}\n\n: keep-alive\n\n"
    b"id:\r\nevent: reset\r\ndata: one\r\ndata: two\r\n\r\n"
    b"data:\xc3\xa9\nunknown: 1\n\nid: 9\nevent: lost"
)
MESSAGES = [
    Message("caught-up", b"{}", "41", 1000),
    Message("reset", b"one\ntwo", "", None),
    Message("message", "é".encode(), None, None),
]


async def read(*chunks: bytes) -> list[Message]:
    async def come() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [message async for message in messages(come())]


@given(cuts=st.sets(st.integers(0, len(STREAM))))
async def test_any_cut_gives_the_same_messages(cuts: set[int]) -> None:
    """Comments and what is not whole at the end are no messages; an empty id is one."""
    edges = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(edges)]
    assert await read(*chunks) == MESSAGES


async def test_a_message_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has none is refused before it fills the memory."""
    monkeypatch.setattr("service.client.transport.event_source._LONGEST", 100)
    with pytest.raises(ValueError, match="no end"):
        await read(b"data: ", b"x" * 60, b"x" * 60)
    with pytest.raises(ValueError, match="no end"):
        await read(*[b"data: 12345678\n"] * 10)

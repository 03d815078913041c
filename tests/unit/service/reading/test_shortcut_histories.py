"""Cached answers in any history: never another one than the routes would give."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.errors import OnrecordError
from events.event.types import (
    StatementCorrected,
    StatementRedacted,
    StatementRelated,
    StatementRetracted,
)
from tests.searches import examples
from tests.unit.service.reading.asking import PATH, Both, Messages, asked, opened
from tests.writers import Writer, said

_IDS = ("a", "b", "c", "d")
_QUESTIONS = (
    "",
    "/statements",
    "/statements?limit=2",
    "/statements?limit=2&order=-recorded&count=true",
    "/statements?as_of=3&min_revision=2",
    "/statements?as_of=2999-01-01",
    "/statements?as_of={instant}",
    "/statements?cursor={next}",
    "/statements?standing=disputed&standing=retracted",
    "/statements?limit=none",
    "/statements/a",
    "/statements/b?as_of=4",
    "/statements/b/history",
    "/facets",
    "/buckets?every=year&on=said",
    "/actors",
    "/diff?from=2&to=4",
    "/events?limit=2",
)
_HEADERS: tuple[tuple[tuple[bytes, bytes], ...], ...] = (
    (),
    (),
    ((b"accept", b"application/x-ndjson"),),
    ((b"if-none-match", b"{tag}"),),
    ((b"if-none-match", b'"x", W/{tag}'),),
    ((b"if-none-match", b"{tag"),),
    ((b"origin", b"https://example.org"),),
    ((b"origin", b"https://example.org"), (b"if-none-match", b"*")),
)

_NEXT = re.compile(rb'"next":"([^"]+)"')


def _header(sent: Messages, name: bytes) -> bytes:
    headers: dict[bytes, bytes] = dict(sent[0]["headers"])
    return headers.get(name, b"")


async def _change(writer: Writer, what: int, which: int) -> None:
    """Have something happen to a statement, and wait until it can be seen."""
    id_ = _IDS[which]
    other = _IDS[(which + 1) % len(_IDS)]
    events: list[Any] = [
        StatementCorrected(changes={"text": f"Corrected {what}."}, reason="so"),
        StatementRelated(relation="disputes", target=other),
        StatementRetracted(reason="so"),
        StatementRedacted(revisions=(), reason="so"),
    ]
    try:
        if what < 3:
            done = await writer.record(said(id_, text=f"{id_} is free."))
        else:
            done = await writer.do(id_, events[what % len(events)])
    except OnrecordError:  # The rules refuse it: nothing is changed.
        return
    await writer.projector.progress.wait_for(writer.timeline, done.revision)


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.sampled_from((0, 3, 4, 5, 6, 7)), st.integers(0, 2)),
        st.tuples(
            st.just("ask"),
            st.integers(0, len(_QUESTIONS) - 1),
            st.integers(0, len(_HEADERS) - 1),
        ),
    ),
    min_size=8,
    max_size=40,
)


async def _play(steps: list[tuple[str, int, int]], room: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), room) as both:
            for id_ in range(3):
                await _change(both.writer, 0, id_)
            last = {b"{tag}": b'"none"', b"{tag": b'"'}
            places = {"{next}": "none", "{instant}": "2024-01-01T00:00:00Z"}
            first = ("/statements", "/statements?as_of=4")
            known: dict[tuple[str, tuple[tuple[bytes, bytes], ...]], None] = {}
            for address in first:
                known[address, ()] = None
                await _compare(both, address, ())
            for kind, m, n in steps:
                if kind == "change":
                    await _change(both.writer, m, n)
                    # What was asked before the change is asked after it.
                    for question in known:
                        await _compare(both, *question)
                    continue
                address = _QUESTIONS[m]
                for name, value in places.items():
                    address = address.replace(name, value)
                headers = tuple((name, last.get(value, value)) for name, value in _HEADERS[n])
                known[address, headers] = None
                wanted = await _compare(both, address, headers)
                last[b"{tag}"] = _header(wanted, b"etag") or b'"none"'
                if cursor := _NEXT.search(wanted[1]["body"]):
                    places["{next}"] = cursor[1].decode()


async def _compare(both: Both, address: str, headers: tuple[tuple[bytes, bytes], ...]) -> Messages:
    """Ask three times, both ways; return what the routes say. The last answer may be cached."""
    wanted: Messages = []
    for _ in range(3):
        wanted = await asked(both.routes, PATH + address, *headers)
        assert await asked(both.shortcut, PATH + address, *headers) == wanted, address
    return wanted


@examples(1 / 4)
@given(_steps, st.sampled_from([1 << 20, 100_000]))
def test_any_history_gives_the_answers_of_the_routes(
    steps: list[tuple[str, int, int]], room: int
) -> None:
    """Whatever is written, redacted and asked in which order, status, headers, body and template
    are those of the routes, though no message says to the shortcut what was folded."""
    asyncio.run(_play(steps, room))

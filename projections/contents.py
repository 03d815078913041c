"""The contents of statements: what was recorded or corrected, encoded once as it is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from events import dates
from events.statement import Statement
from events.wording import spelling_key
from projections.rows import Rows
from projections.schema import CONTENTS, OPEN_END, OPEN_START
from projections.search import text_of

__all__ = ["Span", "add_content", "forget_texts", "key_of", "span_of", "speaker_of", "statement_of"]

_ADD = "INSERT INTO contents (content, st, speaker, shown) VALUES (?, ?, ?, ?)"
_ADD_WORDS = "INSERT INTO search (rowid, words) VALUES (?, ?)"

_SHOWN = b'%b,"bounds":{"occurred":%b,"said":%b},"unsourced":%b,"recorded_at":%b,"corrected_at":%b}'

_encode = msgspec.json.Encoder().encode

key_of = lru_cache(maxsize=16_384)(spelling_key)
"""`spelling_key`, remembered: the same few actors speak again and again."""


def forget_texts() -> None:
    """Drop what is remembered of names and dates: some of it may have to be gone."""
    key_of.cache_clear()
    _bounds.cache_clear()


class Span(NamedTuple):
    """The outermost seconds of a date, open ones as the smallest and the largest number; None
    without a date."""

    start: int | None
    end: int | None


class _Kept(Statement, frozen=True, forbid_unknown_fields=False):
    """The statement within what is shown of it."""


_decoder = msgspec.json.Decoder(_Kept)


def span_of(text: str | None) -> Span:
    """The span of an EDTF date; raises DateError."""
    if text is None:
        return Span(None, None)
    date = dates.parse(text)
    start, end = date.earliest, date.latest
    return Span(OPEN_START if start is None else start, OPEN_END if end is None else end)


def add_content(  # noqa: PLR0913 - what is shown of a content
    rows: Rows,
    tl: int,
    st: int,
    revision: int,
    statement: Statement,
    recorded_at: str,
    corrected_at: str | None = None,
) -> int:
    """Keep the content that the event of `revision` gave the statement `st`, and its words; the
    content's key is returned."""
    content = tl * CONTENTS + revision
    shown = _SHOWN % (
        _encode(statement)[:-1],
        _bounds(statement.occurred),
        _bounds(statement.said.on),
        b"false" if statement.sources else b"true",
        _encode(recorded_at),
        _encode(corrected_at),
    )
    rows.add(_ADD, (content, st, key_of(statement.said.by), shown))
    rows.defer(_ADD_WORDS, (content, text_of(statement)))
    return content


def statement_of(rows: Rows, content: int) -> tuple[Statement, str]:
    """The statement that was kept, and when it was recorded, as it is shown."""
    row = rows.one("SELECT shown FROM contents WHERE content = ?", (content,))
    if row is None:
        raise LookupError(f"there is no content {content}")
    return _decoder.decode(row[0]), _when.decode(row[0]).recorded_at


def speaker_of(rows: Rows, content: int) -> str:
    """The key of the spelling in `said.by`."""
    row = rows.one("SELECT speaker FROM contents WHERE content = ?", (content,))
    if row is None:
        raise LookupError(f"there is no content {content}")
    return str(row[0])


class _Recorded(msgspec.Struct, frozen=True):
    recorded_at: str


_when = msgspec.json.Decoder(_Recorded)


@lru_cache(maxsize=8_192)
def _bounds(text: str | None) -> bytes:
    """The bounds of a date as they are shown."""
    if text is None:
        return b"null"
    date = dates.parse(text)
    start = _pair(date.start)
    end = start if date.end is date.start else _pair(date.end)
    return b'{"start":%b,"end":%b,"qualifiers":%b}' % (start, end, _encode(date.qualifiers))


def _pair(bounds: dates.Bounds) -> bytes:
    return b'{"earliest":%b,"latest":%b}' % (_second(bounds.earliest), _second(bounds.latest))


def _second(second: int | None) -> bytes:
    return b"null" if second is None else b'"%b"' % dates.rfc3339(second).encode()

"""The contents of statements: what was recorded or corrected, encoded once as it is shown."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec import structs

from events.edtf import dates
from events.edtf.calendar import DAY
from events.statement.statement import Statement
from events.statement.wording import spelling_key
from projections.fold.indexing.search import text_of
from projections.storage.rows import Rows
from projections.storage.schema import CONTENTS, MOST_LATE, OPEN_END, OPEN_START

__all__ = [
    "OuterBounds",
    "StoredDate",
    "add_content",
    "dated",
    "forget_texts",
    "key_of",
    "speakers_of",
    "statement_in",
    "statement_of",
]

_ADD = "INSERT INTO contents (content, st, speakers, shown) VALUES (?, ?, ?, ?)"
_ADD_WORDS = "INSERT INTO search (rowid, words) VALUES (?, ?)"

_SHOWN = b'%b,"bounds":{"occurred":%b,"said":%b},"unsourced":%b,"recorded_at":%b,"corrected_at":%b}'

_encode = msgspec.json.Encoder().encode

key_of = lru_cache(maxsize=16_384)(spelling_key)
"""`spelling_key` with a cache: the same few actors speak again and again."""


def forget_texts() -> None:
    """Drop the names and dates that are cached: they may come from a redacted text."""
    key_of.cache_clear()
    dated.cache_clear()


class OuterBounds(NamedTuple):
    """The first and last second of a date, the smallest and largest number if unbounded; None
    without a date."""

    start: int | None
    end: int | None


class StoredDate(NamedTuple):
    """A recorded date: its first and last second, how many days after the first it begins at the
    latest (None if nobody knows), and its bounds as they are shown."""

    outer: OuterBounds
    late: int | None
    shown: bytes


class _Kept(Statement, frozen=True, forbid_unknown_fields=False):
    """The part of a shown statement that is the statement itself."""


_decoder = msgspec.json.Decoder(_Kept)


def statement_in(shown: bytes) -> Statement:
    """The statement in a shown statement's JSON."""
    return Statement(**structs.asdict(_decoder.decode(shown)))


@lru_cache(maxsize=8_192)
def dated(text: str | None) -> StoredDate:
    """The bounds of a recorded date. Raises DateError."""
    if text is None:
        return StoredDate(OuterBounds(None, None), None, b"null")
    date = dates.parse_recorded(text)
    first, last = date.earliest, date.latest
    outer = OuterBounds(OPEN_START if first is None else first, OPEN_END if last is None else last)
    start = _pair(date.start)
    end = start if date.end is date.start else _pair(date.end)
    shown = b'{"start":%b,"end":%b,"qualifiers":%b}' % (start, end, _encode(date.qualifiers))
    return StoredDate(outer, _late(date.start), shown)


def add_content(  # noqa: PLR0913 - what is shown of a content
    rows: Rows,
    tl: int,
    st: int,
    revision: int,
    statement: Statement,
    recorded_at: str,
    corrected_at: str | None = None,
) -> int:
    """Add the content that the event of `revision` gave the statement `st`, and its words. Returns
    the content's key."""
    content = tl * CONTENTS + revision
    shown = _SHOWN % (
        _encode(statement)[:-1],
        dated(statement.occurred).shown,
        dated(statement.said.on).shown,
        b"false" if statement.sources else b"true",
        _encode(recorded_at),
        _encode(corrected_at),
    )
    rows.add(_ADD, (content, st, _encode(speakers_of(statement)), shown))
    rows.add(_ADD_WORDS, (content, text_of(statement)))
    return content


def speakers_of(statement: Statement) -> list[str]:
    """The keys of all speakers, each once; empty if nobody knows who they are."""
    said = statement.said
    keys = [] if said.by is None else [key_of(said.by)]
    return [*dict.fromkeys([*keys, *map(key_of, said.with_)])] if said.with_ else keys


def statement_of(rows: Rows, content: int) -> tuple[Statement, str]:
    """The statement of a content, and when it was recorded, as it is shown."""
    row = rows.one("SELECT shown FROM contents WHERE content = ?", (content,))
    if row is None:
        raise LookupError(f"there is no content {content}")
    return _decoder.decode(row[0]), _when.decode(row[0]).recorded_at


class _Recorded(msgspec.Struct, frozen=True):
    recorded_at: str


_when = msgspec.json.Decoder(_Recorded)


def _late(start: dates.Bounds) -> int | None:
    if start.earliest is None or start.latest is None:
        return None
    late = start.latest // DAY - start.earliest // DAY
    return late if late <= MOST_LATE else None


def _pair(bounds: dates.Bounds) -> bytes:
    return b'{"earliest":%b,"latest":%b}' % (_second(bounds.earliest), _second(bounds.latest))


def _second(second: int | None) -> bytes:
    return b"null" if second is None else b'"%b"' % dates.rfc3339(second).encode()

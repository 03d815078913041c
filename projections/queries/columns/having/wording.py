"""The rows that have the words of a search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.having import bitmap_cache
from projections.queries.columns.having.bitmap import Bitmap
from projections.queries.columns.having.bitmap_cache import bitmap_of
from projections.queries.columns.having.rare import Rare
from projections.storage.reader import Reader
from projections.storage.schema import CONTENTS

__all__ = ["having_word", "having_words", "without_word"]

_WORDS, _NO_WORDS = -1, -2
"""Mark the keys of words in the cache of bitmaps, and of words that must not occur."""

_MOST_CACHED = 2_000_000
"""The most rows of all cached searches; beyond it the least recently used are dropped. The cache
serves the next page, the facets and the buckets of the same words."""

# All numbers in one text: a row of SQLite for each would take ten times as long.
_WITH_WORDS = """
SELECT group_concat(rowid) FROM search WHERE search MATCH ? AND rowid > ? AND rowid <= ?
"""


def having_word(reader: Reader, columns: Columns, tl: int, match: str, size: int) -> Rare | Bitmap:
    """The rows that match a word, phrase or prefix (an FTS5 expression), of at least the first
    `size` rows, which the reader has to see: a list if they are few, else a bitmap. Raises
    QueryTooLong."""
    key = (_WORDS, (match,))
    known = columns.bitmaps.get(key)
    if known is None or known.count * bitmap_cache.SPARSE < known.size:
        rows = _rows_with(reader, columns, tl, match, size)
        if len(rows) * bitmap_cache.SPARSE < size:
            return Rare(key, len(rows), lambda _: rows)
        columns.searches.pop(match, None)
        columns.bitmaps[key] = Bitmap(key).extended(size, rows)
    return bitmap_of(columns, key, size, partial(_rows_since, reader, columns, tl, match, size))


def without_word(reader: Reader, columns: Columns, tl: int, match: str, size: int) -> Bitmap:
    """The same, always as a bitmap."""
    found = having_word(reader, columns, tl, match, size)
    if isinstance(found, Bitmap):
        return found
    return bitmap_of(columns, (_NO_WORDS, (match,)), size, found.rows)


def having_words(
    reader: Reader, columns: Columns, tl: int, matches: Sequence[str], size: int
) -> Rare:
    """Those that match any of the expressions."""
    found = [_rows_with(reader, columns, tl, match, size) for match in matches]
    return Rare((_WORDS, tuple(matches)), sum(map(len, found)), lambda _: _each_once(found))


def _each_once(found: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.unique(np.concatenate(found))


def _rows_with(reader: Reader, columns: Columns, tl: int, match: str, size: int) -> NDArray[Any]:
    """The rows that match, ascending. The words of a row never change, so only rows that are newer
    than the last search for the same are searched."""
    begin, rows = columns.searches.pop(match, (0, np.empty(0, np.uint32)))
    end = max(begin, _revision_of(columns, size))
    if begin < end:
        rows = np.concatenate([rows, _search(reader, columns, tl, match, begin, end)])
    columns.searches[match] = (end, rows)
    _drop_oldest(columns)
    return rows


def _rows_since(
    reader: Reader, columns: Columns, tl: int, match: str, size: int, since: int
) -> NDArray[Any]:
    """The matching rows from a row on."""
    begin, end = _revision_of(columns, since), _revision_of(columns, size)
    return _search(reader, columns, tl, match, begin, end)


def _revision_of(columns: Columns, size: int) -> int:
    """The revision of the last one of the first `size` rows."""
    return int(columns.revisions.values[size - 1]) if size else 0


def _search(
    reader: Reader, columns: Columns, tl: int, match: str, begin: int, end: int
) -> NDArray[Any]:
    """The matching rows of the revisions after `begin` up to `end`."""
    base = tl * CONTENTS
    row = reader.one(_WITH_WORDS, (match, base + begin, base + end))
    found = np.fromstring((row and row[0]) or "", np.int64, sep=",") - base
    found.sort(kind="stable")
    places = np.searchsorted(columns.revisions.values, found.astype(np.uint32))
    return places.astype(np.uint32)


def _drop_oldest(columns: Columns) -> None:
    size = sum(len(rows) + 1_000 for _, rows in [*columns.searches.values()])
    for match, (_, rows) in [*columns.searches.items()]:
        if size <= _MOST_CACHED:
            return
        size -= len(rows) + 1_000
        columns.searches.pop(match, None)

"""Which rows have the words of a search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.having import kept_bits
from projections.queries.columns.having.bits import Bits
from projections.queries.columns.having.kept_bits import bits_of
from projections.queries.columns.having.rare import Rare
from projections.storage.reader import Reader
from projections.storage.schema import CONTENTS

__all__ = ["having_word", "having_words", "without_word"]

_WORDS, _NO_WORDS = -1, -2
"""The fields of words among what is kept, and of words that must not be there."""

_MOST_KEPT = 2_000_000
"""Rows of all searches that are kept for the next page, the facets and the buckets of the same
words; beyond it the ones that were asked longest ago are dropped."""

# One text of numbers: a row of SQLite for each would take ten times as long.
_WITH_WORDS = """
SELECT group_concat(rowid) FROM search WHERE search MATCH ? AND rowid > ? AND rowid <= ?
"""


def having_word(reader: Reader, columns: Columns, tl: int, match: str, size: int) -> Rare | Bits:
    """Which of the first `size` rows at least have a word, a phrase or a beginning of words, as an
    expression of FTS5: what finds them where they are few, else truth values. Raises
    QueryTooLong."""
    key = (_WORDS, (match,))
    known = columns.bits.get(key)
    if known is None or known.count * kept_bits.SPARSE < known.size:
        rows = _rows_with(reader, columns, tl, match)
        if len(rows) * kept_bits.SPARSE < size:
            return Rare(key, len(rows), lambda _: rows)
        columns.searches.pop(match, None)
        columns.bits[key] = Bits(key).extended(size, rows)
    return bits_of(columns, key, size, partial(_rows_since, reader, columns, tl, match))


def without_word(reader: Reader, columns: Columns, tl: int, match: str, size: int) -> Bits:
    """The same as truth values, however few there are."""
    found = having_word(reader, columns, tl, match, size)
    if isinstance(found, Bits):
        return found
    return bits_of(columns, (_NO_WORDS, (match,)), size, found.rows)


def having_words(reader: Reader, columns: Columns, tl: int, matches: Sequence[str]) -> Rare:
    """Which rows have what any of some expressions asks for."""
    found = [_rows_with(reader, columns, tl, match) for match in matches]
    return Rare((_WORDS, tuple(matches)), sum(map(len, found)), lambda _: _each_once(found))


def _each_once(found: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.unique(np.concatenate(found))


def _rows_with(reader: Reader, columns: Columns, tl: int, match: str) -> NDArray[Any]:
    """The rows, ascending, whose words match. The words of a row never change, so that only rows
    are searched that are new since the last search for the same."""
    begin, rows = columns.searches.pop(match, (0, np.empty(0, np.uint32)))
    end = max(begin, columns.revision)
    if begin < end:
        rows = np.concatenate([rows, _search(reader, columns, tl, match, begin, end)])
    columns.searches[match] = (end, rows)
    _drop_oldest(columns)
    return rows


def _rows_since(reader: Reader, columns: Columns, tl: int, match: str, since: int) -> NDArray[Any]:
    """Those from a row on."""
    begin = int(columns.revisions.values[since - 1]) if since else 0
    return _search(reader, columns, tl, match, begin, columns.revision)


def _search(
    reader: Reader, columns: Columns, tl: int, match: str, begin: int, end: int
) -> NDArray[Any]:
    """The rows behind the revision `begin` up to `end`."""
    base = tl * CONTENTS
    row = reader.one(_WITH_WORDS, (match, base + begin, base + end))
    found = np.fromstring((row and row[0]) or "", np.int64, sep=",") - base
    found.sort(kind="stable")
    places = np.searchsorted(columns.revisions.values, found.astype(np.uint32))
    return places.astype(np.uint32)


def _drop_oldest(columns: Columns) -> None:
    kept = sum(len(rows) + 1_000 for _, rows in [*columns.searches.values()])
    for match, (_, rows) in [*columns.searches.items()]:
        if kept <= _MOST_KEPT:
            return
        kept -= len(rows) + 1_000
        columns.searches.pop(match, None)

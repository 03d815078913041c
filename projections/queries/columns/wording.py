"""Which rows have the words of a search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.storage.reader import Reader
from projections.storage.schema import CONTENTS

__all__ = ["rows_with_words"]

_MOST_KEPT = 2_000_000
"""Rows of all searches that are kept for the next page, the facets and the buckets of the same
words; beyond it the ones that were asked longest ago are dropped."""

# One text of numbers: a row of SQLite for each would take ten times as long.
_WITH_WORDS = """
SELECT group_concat(rowid) FROM search WHERE search MATCH ? AND rowid > ? AND rowid <= ?
"""


def rows_with_words(reader: Reader, columns: Columns, tl: int, match: str) -> NDArray[Any]:
    """The rows, ascending, whose words match an expression of FTS5. Raises QueryTooLong.

    The words of a row never change, so that only rows are searched that are new since the last
    search for the same.
    """
    base, end = tl * CONTENTS, columns.revision
    begin, rows = columns.searches.pop(match, (0, np.empty(0, np.uint32)))
    if begin < end:
        row = reader.one(_WITH_WORDS, (match, base + begin, base + end))
        found = np.fromstring((row and row[0]) or "", np.int64, sep=",") - base
        found.sort(kind="stable")
        places = np.searchsorted(columns.revisions.values, found.astype(np.uint32))
        rows = np.concatenate([rows, places.astype(np.uint32)])
    columns.searches[match] = (max(begin, end), rows)
    _drop_oldest(columns)
    return rows


def _drop_oldest(columns: Columns) -> None:
    kept = sum(len(rows) + 1_000 for _, rows in [*columns.searches.values()])
    for match, (_, rows) in [*columns.searches.items()]:
        if kept <= _MOST_KEPT:
            return
        kept -= len(rows) + 1_000
        columns.searches.pop(match, None)

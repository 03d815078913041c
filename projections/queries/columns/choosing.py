"""Which rows a filter selects as of a revision."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from projections.fold.indexing.search import SearchQuery, search_queries
from projections.queries.columns.columns import Columns
from projections.queries.columns.conditions import RowCheck, mask_of
from projections.queries.columns.grown import picked
from projections.queries.columns.having import bitmap_cache
from projections.queries.columns.having.bitmap import Bitmap
from projections.queries.columns.having.bitmap_cache import bitmap_of_all
from projections.queries.columns.having.naming import having_term
from projections.queries.columns.having.rare import Among, Rare
from projections.queries.columns.having.wording import having_word, having_words, without_word
from projections.queries.columns.matching_rows import MatchingRows
from projections.queries.columns.orders.windows import edges_of
from projections.queries.listing.filter import StatementFilter, terms_of
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.reader import Reader
from projections.storage.schema import KINDS, STANDINGS

__all__ = ["matching_of"]

_at: Final = attrgetter("at")


def matching_of(
    reader: Reader, columns: Columns, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> MatchingRows:
    """The rows that are valid at `revision` and match the filter. Raises QueryTooLong if words are
    searched."""
    tl, reached = ref.tl, columns.revision
    if filter_.q:
        # Words are searched in the tables, of which the reader may see an earlier state.
        seen = timeline_at(reader, ref.name)
        reached = min(reached, ref.revision if seen is None else seen.revision)
    size = columns.rows_at(reached)
    rare: list[Rare] = []
    bitmaps: list[Bitmap] = []
    without: list[Bitmap] = []
    for term in terms_of(reader, tl, filter_, revision):
        _sort_out(having_term(columns, term, size), rare, bitmaps)
    if filter_.q and (questions := search_queries(filter_.q)):
        without = _add_words(reader, columns, tl, questions, size, rare, bitmaps)
    if len(bitmaps) + len(without) > 1 and not rare:
        both = bitmap_of_all(columns, bitmaps, without, size)
        bitmaps, without = [both], []
        if both.count * bitmap_cache.SPARSE < size:
            rare, bitmaps = [Rare(both.key, both.count, lambda _: both.rows())], []
    conditions: list[RowCheck] = [*map(_at, bitmaps), *map(_lacking, without)]
    _add_conditions(conditions, columns, filter_, revision)
    among = Among(rare, size) if rare else None
    return MatchingRows(columns, revision, among, conditions, edges_of(filter_))


def _sort_out(one: Rare | Bitmap, rare: list[Rare], bitmaps: list[Bitmap]) -> None:
    if isinstance(one, Rare):
        rare.append(one)
    else:
        bitmaps.append(one)


def _add_words(  # noqa: PLR0913 - what is asked, of what, and where to put it
    reader: Reader,
    columns: Columns,
    tl: int,
    questions: Sequence[SearchQuery],
    size: int,
    rare: list[Rare],
    bitmaps: list[Bitmap],
) -> list[Bitmap]:
    """Add what rows must have; returns what they must not have."""
    for one in _with_words(reader, columns, tl, questions, size):
        _sort_out(one, rare, bitmaps)
    if len(questions) > 1:
        return []
    return [without_word(reader, columns, tl, word, size) for word in questions[0].unwanted]


def _lacking(bitmap: Bitmap) -> RowCheck:
    return lambda at: ~bitmap.at(at)


def _with_words(
    reader: Reader, columns: Columns, tl: int, questions: Sequence[SearchQuery], size: int
) -> Sequence[Rare | Bitmap]:
    """The sets of rows that match any of the search lines. For a single line they are its words,
    each as a set; which words a row must not have is tested elsewhere."""
    if len(questions) == 1:
        return [having_word(reader, columns, tl, word, size) for word in questions[0].wanted]
    if all(question.match is not None for question in questions):
        found = having_words(
            reader, columns, tl, [question.match or "" for question in questions], size
        )
        few = found.most * bitmap_cache.SPARSE < size
        return [found if few else Bitmap(found.key).extended(size, found.rows(0))]
    either = np.zeros(size, np.bool_)
    for question in questions:
        asked = having_words(reader, columns, tl, [question.match or question.without or ""], size)
        mask = mask_of(asked.rows(0), size)
        either |= ~mask if question.match is None else mask
    return [Bitmap(tuple(questions)).extended(size, np.flatnonzero(either))]


def _add_conditions(
    conditions: list[RowCheck], columns: Columns, filter_: StatementFilter, revision: int
) -> None:
    """Add the conditions on the columns, the fastest first; those of windows are tested last."""
    if filter_.kinds:
        numbers = [KINDS.index(kind) for kind in filter_.kinds]
        conditions.append(lambda at: _one_of(picked(columns.kind.values, at), numbers))
    if filter_.standings:
        standings = [STANDINGS.index(standing) for standing in filter_.standings]
        conditions.append(lambda at: _one_of(columns.standings_of(at, revision), standings))
    if filter_.unsourced is not None:
        wanted = filter_.unsourced
        conditions.append(lambda at: picked(columns.unsourced.values, at) == wanted)
    if filter_.corrected is not None:
        differ = np.not_equal if filter_.corrected else np.equal
        conditions.append(
            lambda at: differ(picked(columns.revisions.values, at), picked(columns.st.values, at))
        )
    conditions.append(lambda at: picked(columns.until.values, at) > revision)


def _one_of(values: NDArray[Any], numbers: Sequence[int]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = values == numbers[0]
    for number in numbers[1:]:
        found |= values == number
    return found

"""Which rows a filter selects as of a revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.fold.indexing.search import Sought, sought_in
from projections.queries.columns.columns import Columns
from projections.queries.columns.conditions import RowCheck, truths_of
from projections.queries.columns.grown import picked
from projections.queries.columns.having import kept_bits
from projections.queries.columns.having.bits import Bits
from projections.queries.columns.having.kept_bits import bits_of_all
from projections.queries.columns.having.naming import having_term
from projections.queries.columns.having.rare import Among, Rare
from projections.queries.columns.having.wording import having_word, having_words, without_word
from projections.queries.columns.hits import Hits
from projections.queries.listing.filter import StatementFilter, Window, terms_of
from projections.storage.reader import Reader
from projections.storage.schema import KINDS, STANDINGS

__all__ = ["hits_of"]


def hits_of(
    reader: Reader, columns: Columns, tl: int, filter_: StatementFilter, revision: int
) -> Hits:
    """The rows that are valid at `revision` and match the filter. Raises QueryTooLong if words are
    searched."""
    size = columns.rows_at(columns.revision)
    having: list[Rare | Bits] = [
        having_term(columns, term, size) for term in terms_of(reader, tl, filter_, revision)
    ]
    without: list[Bits] = []
    if filter_.q and (questions := sought_in(filter_.q)):
        having += _with_words(reader, columns, tl, questions, size)
        if len(questions) == 1:
            without = [without_word(reader, columns, tl, w, size) for w in questions[0].unwanted]
    rare = [one for one in having if isinstance(one, Rare)]
    bits = [one for one in having if isinstance(one, Bits)]
    if len(bits) + len(without) > 1 and not rare:
        both = bits_of_all(columns, bits, without, size)
        bits, without = [both], []
        if both.count * kept_bits.SPARSE < size:
            rare, bits = [Rare(both.key, both.count, lambda _: both.rows())], []
    conditions: list[RowCheck] = [
        *[one.at for one in bits],
        *[partial(_lacks, one) for one in without],
        *_conditions(columns, filter_, revision),
    ]

    return Hits(columns, filter_, revision, Among(rare, size) if rare else None, conditions)


def _lacks(bits: Bits, at: Any) -> NDArray[np.bool_]:
    return ~bits.at(at)


def _with_words(
    reader: Reader, columns: Columns, tl: int, questions: Sequence[Sought], size: int
) -> Sequence[Rare | Bits]:
    """The sets of rows that match any of the search lines. For a single line they are its words,
    each as a set; which words a row must not have is tested elsewhere."""
    if len(questions) == 1:
        return [having_word(reader, columns, tl, word, size) for word in questions[0].wanted]
    if all(question.match is not None for question in questions):
        found = having_words(reader, columns, tl, [question.match or "" for question in questions])
        few = found.most * kept_bits.SPARSE < size
        return [found if few else Bits(found.key).extended(size, found.rows(0))]
    either = np.zeros(size, np.bool_)
    for question in questions:
        asked = having_words(reader, columns, tl, [question.match or question.without or ""])
        truths = truths_of(asked.rows(0), size)
        either |= ~truths if question.match is None else truths
    return [Bits(tuple(questions)).extended(size, np.flatnonzero(either))]


def _conditions(columns: Columns, filter_: StatementFilter, revision: int) -> Iterator[RowCheck]:
    """The conditions on the columns, the fastest first."""
    if filter_.kinds:
        numbers = [KINDS.index(kind) for kind in filter_.kinds]
        yield lambda at: _one_of(picked(columns.kind.values, at), numbers)
    if filter_.standings:
        standings = [STANDINGS.index(standing) for standing in filter_.standings]
        yield lambda at: _one_of(columns.standings_of(at, revision), standings)
    if filter_.unsourced is not None:
        wanted = np.bool_(filter_.unsourced)
        yield lambda at: picked(columns.unsourced.values, at) == wanted
    if filter_.corrected is not None:
        differ = np.not_equal if filter_.corrected else np.equal
        yield lambda at: differ(picked(columns.revisions.values, at), picked(columns.st.values, at))
    yield lambda at: picked(columns.until.values, at) > np.uint32(revision)
    for clock, window in (("occurred", filter_.occurred), ("said", filter_.said)):
        if window is not None:
            yield partial(_touches, columns, clock, window, filter_.match == "possible")


def _touches(
    columns: Columns, clock: str, window: Window, possible: bool, at: Any
) -> NDArray[np.bool_]:
    starts = picked(columns.starts[clock].values, at)
    ends = picked(columns.ends[clock].values, at)
    first, *others = _window(starts, ends, window, possible)
    for other in others:
        first &= other
    return first


def _window(
    starts: NDArray[Any], ends: NDArray[Any], window: Window, possible: bool
) -> Iterator[NDArray[np.bool_]]:
    earliest, latest = window
    if possible:
        starts, ends = ends, starts
    if earliest is not None:
        yield starts >= np.int64(earliest)
    if latest is not None:
        yield ends <= np.int64(latest)
    yield (ends <= starts) if possible else (starts <= ends)


def _one_of(values: NDArray[Any], numbers: Sequence[int]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = values == np.uint8(numbers[0])
    for number in numbers[1:]:
        found |= values == np.uint8(number)
    return found

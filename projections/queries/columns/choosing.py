"""Which rows a filter selects as of a revision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.fold.indexing.search import Sought, sought_in
from projections.queries.columns.columns import ACTOR, Columns
from projections.queries.columns.hits import Hits, truths_of
from projections.queries.columns.wording import rows_with_words
from projections.queries.listing.filter import StatementFilter, Term, Window, terms_of
from projections.storage.reader import Reader
from projections.storage.schema import KINDS, STANDINGS

__all__ = ["hits_of", "term_mask"]

_SPARSE = 32
"""Where fewer than one in so many rows can match, these are looked at, else all."""

_WORDS = -1
"""The field of words among the truth values that are kept."""

_MOST_KEPT = 8 << 20
"""Truth values of one timeline's terms that are kept for the next question about the same; beyond
it those that were asked longest ago are dropped."""


def hits_of(
    reader: Reader, columns: Columns, tl: int, filter_: StatementFilter, revision: int
) -> Hits:
    """The rows that are valid at `revision` and match. Raises QueryTooLong where words are
    sought."""
    size = columns.rows_at(revision)
    sets, masks = _having(columns, terms_of(reader, tl, filter_, revision), size)
    if questions := sought_in(filter_.q):
        found = [
            rows_with_words(reader, columns, tl, q.match or q.without or "") for q in questions
        ]
        if any(question.match is None for question in questions):
            masks.append(_either(columns, questions, found)[:size])
        elif len(found) == 1 and len(found[0]) * _SPARSE >= size:
            masks.append(_word_mask(columns, questions[0].match or "", found[0], size))
        else:
            sets.append(found[0] if len(found) == 1 else np.unique(np.concatenate(found)))
    sets.sort(key=len)
    few = None
    if sets and len(sets[0]) * _SPARSE < size:
        few = sets.pop(0)
        few = few[: np.searchsorted(few, np.uint32(size))]
    masks += [truths_of(rows, size) for rows in sets]

    def test(at: Any) -> NDArray[np.bool_]:
        passed: NDArray[np.bool_] = columns.until.values[at] > np.uint32(revision)
        for mask in masks:
            passed &= mask[at]
        for condition in _conditions(columns, filter_, revision, at):
            passed &= condition
        return passed

    return Hits(columns, filter_, revision, few, test)


def _having(
    columns: Columns, terms: Sequence[Term], size: int
) -> tuple[list[NDArray[Any]], list[NDArray[np.bool_]]]:
    """The rows that have each term: their numbers where they are few, else truth values."""
    sets: list[NDArray[Any]] = []
    masks: list[NDArray[np.bool_]] = []
    for term in terms:
        field = term.fields[0] if len(term.fields) == 1 else ACTOR
        if columns.terms[field].count_of(term.keys) * _SPARSE < size:
            sets.append(columns.terms[field].rows_of(term.keys))
        else:
            masks.append(term_mask(columns, field, term.keys))
    return sets, masks


def term_mask(columns: Columns, field: int, keys: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether each row has any of the keys in the field. Which of them a row has never changes, so
    that only rows are looked at that are new since the last question."""
    return _mask(
        columns,
        (field, keys),
        len(columns),
        lambda known: columns.terms[field].rows_of(keys, known),
    )


def _word_mask(columns: Columns, match: str, rows: NDArray[Any], size: int) -> NDArray[np.bool_]:
    """The same for the words of a search that has just found `rows`; of the first `size` rows at
    least."""
    revision, known = columns.searches.get(match, (0, None))
    if known is not rows:  # it was too much to be kept, or another thread has asked the same
        return truths_of(rows, size)
    return _mask(columns, (_WORDS, (match,)), columns.rows_at(revision), lambda _: rows)


def _mask(
    columns: Columns,
    key: tuple[int, tuple[str, ...]],
    size: int,
    rows_since: Callable[[int], NDArray[Any]],
) -> NDArray[np.bool_]:
    """The truth values that are kept under the key, for the first `size` rows at least."""
    mask: NDArray[Any] = columns.masks.pop(key, np.zeros(0, np.bool_))
    known = len(mask)
    if known < size:
        wider = np.zeros(size, np.bool_)
        wider[:known] = mask
        rows = rows_since(known)
        wider[rows[: np.searchsorted(rows, np.uint32(size))]] = True
        mask = wider
    columns.masks[key] = mask
    _drop_oldest(columns)
    return mask


def _drop_oldest(columns: Columns) -> None:
    kept = sum(map(len, [*columns.masks.values()]))
    for key, mask in [*columns.masks.items()]:
        if kept <= _MOST_KEPT:
            return
        kept -= len(mask)
        columns.masks.pop(key, None)


def _either(
    columns: Columns, questions: Sequence[Sought], found: Sequence[NDArray[Any]]
) -> NDArray[np.bool_]:
    """Which rows have what any question asks for, where some ask only what must not be there."""
    either = np.zeros(len(columns), np.bool_)
    for question, rows in zip(questions, found, strict=True):
        truths = truths_of(rows, len(either))
        either |= ~truths if question.match is None else truths
    return either


def _conditions(
    columns: Columns, filter_: StatementFilter, revision: int, at: Any
) -> Iterator[NDArray[np.bool_]]:
    """The conditions on the columns, for the rows `at` a slice or an array of numbers."""
    for clock, window in (("occurred", filter_.occurred), ("said", filter_.said)):
        if window is not None:
            starts = columns.starts[clock].values[at]
            ends = columns.ends[clock].values[at]
            yield from _window(starts, ends, window, filter_.match == "possible")
    if filter_.kinds:
        numbers = [KINDS.index(kind) for kind in filter_.kinds]
        yield _one_of(columns.kind.values[at], numbers)
    if filter_.standings:
        numbers = [STANDINGS.index(standing) for standing in filter_.standings]
        yield _one_of(columns.standings_at(revision)[at], numbers)
    if filter_.unsourced is not None:
        unsourced = columns.unsourced.values[at]
        yield unsourced if filter_.unsourced else ~unsourced
    if filter_.corrected is not None:
        as_recorded = columns.revisions.values[at] == columns.st.values[at]
        yield ~as_recorded if filter_.corrected else as_recorded


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
    table = np.zeros(256, np.bool_)
    table[numbers] = True
    chosen: NDArray[np.bool_] = table[values]
    return chosen

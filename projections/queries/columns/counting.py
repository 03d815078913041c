"""Counts over the rows that a filter selects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from events.edtf.calendar import DAY

__all__ = ["days_of", "largest_of", "starting_between", "stretches_of", "tally"]

_SHORT = 200_000
"""The most days, from the first to the last, that are counted with a table: 64 bytes a day."""

_STANDINGS = 8
"""More than there are standings."""


def tally(values: NDArray[Any]) -> dict[int, int]:
    """How often each of these small numbers occurs."""
    counts = np.bincount(values)
    return {int(value): int(counts[value]) for value in np.flatnonzero(counts)}


def days_of(starts: NDArray[Any], standings: NDArray[Any]) -> Iterator[tuple[int, dict[int, int]]]:
    """For each day on which rows start: its first second, and the number of rows by standing."""
    if not len(starts):
        return
    both = starts // DAY
    first, last = int(both.min()), int(both.max())
    both -= first  # each in its place: of many rows an array more is many bytes more
    both *= _STANDINGS
    both += standings
    if last - first < _SHORT:
        counts = np.bincount(both)
        found = np.flatnonzero(counts)
        counted = counts[found]
    else:
        found, counted = np.unique(both, return_counts=True)
    for number, count in zip(found.tolist(), counted.tolist(), strict=True):
        day, standing = divmod(number, _STANDINGS)
        yield (day + first) * DAY, {standing: count}


def stretches_of(
    starts: NDArray[Any], late: NDArray[Any], standings: NDArray[Any]
) -> Iterator[tuple[int, int, dict[int, int]]]:
    """For each pair of days between which rows start: the first and the last of them, and the
    number of rows by standing. `late` are days after the start's."""
    days = starts // DAY
    order = np.lexsort((standings, late, days))
    columns = [values[order] for values in (days, late, standings)]
    differs = np.ones(len(order), bool)
    if len(order):
        differs[1:] = np.logical_or.reduce([values[1:] != values[:-1] for values in columns])
    first = np.flatnonzero(differs)
    counts = np.diff(first, append=len(order)).tolist()
    found = (values[first].tolist() for values in columns)
    for day, after, standing, count in zip(*found, counts, strict=True):
        yield day, day + after, {standing: count}


def starting_between(
    sts: NDArray[Any], standings: NDArray[Any], edges: Sequence[int]
) -> list[dict[int, int]]:
    """For each edge: how many of these statements are from it up to the next edge, by standing."""
    both = np.searchsorted(np.array(edges, np.uint32), sts, "right")
    both -= 1
    both *= _STANDINGS
    both += standings
    counts = np.bincount(both, minlength=len(edges) * _STANDINGS)
    table = counts.reshape(-1, _STANDINGS)
    return [{n: int(line[n]) for n in np.flatnonzero(line).tolist()} for line in table]


def largest_of(counts: NDArray[Any], keys: Sequence[str], most: int) -> dict[str, int]:
    """The `most` largest counts above zero; of equal counts, those of the first keys."""
    found = np.flatnonzero(counts)
    if len(found) > most:
        least = np.partition(counts[found], len(found) - most)[len(found) - most]
        found = found[counts[found] >= least]
    counted = sorted((-int(counts[number]), keys[number]) for number in found.tolist())
    return {key: -count for count, key in counted[:most]}

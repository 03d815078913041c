"""The postings of one field of terms, such as tags: which rows have which key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.grown import GrownArray
from projections.queries.columns.having.shared_keys import SharedKeys

__all__ = ["NO_ROWS", "Postings"]

_PART = 65_536
"""Pairs of a key and a row that are sorted together, which takes some milliseconds."""

_FEW = 2_048
"""Up to this many unsorted pairs are scanned for each key."""

_TIMES = 8
"""A new part is joined with the one before, unless that has this many times as many pairs. So a
lookup reads few parts, and each pair is sorted a few times only."""

NO_ROWS: NDArray[np.uint32] = np.empty(0, np.uint32)


class _Part(NamedTuple):
    """Pairs by key: those of the key `numbers[n]` are `rows[starts[n] : starts[n + 1]]`."""

    numbers: NDArray[Any]
    starts: NDArray[Any]
    rows: NDArray[Any]
    last: int
    """The largest row number."""

    @classmethod
    def of(cls, numbers: NDArray[Any], rows: NDArray[Any]) -> _Part:
        order = np.argsort(numbers, kind="stable")
        sorted_numbers = numbers[order]
        first = np.flatnonzero(np.diff(sorted_numbers, prepend=np.uint32(2**32 - 1)))
        starts = np.append(first, len(rows))
        return cls(sorted_numbers[first], starts, rows[order], int(rows.max(initial=0)))

    @classmethod
    def joined(cls, parts: Sequence[_Part]) -> _Part:
        """Consecutive parts, joined to one. Beside these and the new one it takes little memory,
        where sorting all pairs again would take several times as much."""
        if len(parts) == 1:
            return parts[0]
        numbers = np.unique(np.concatenate([part.numbers for part in parts]))
        keys = [numbers.searchsorted(part.numbers) for part in parts]
        starts = np.zeros(len(numbers) + 1, np.intp)
        for part, own in zip(parts, keys, strict=True):
            starts[own + 1] += np.diff(part.starts)
        np.cumsum(starts, out=starts)
        rows, free = np.empty(int(starts[-1]), np.uint32), starts[:-1].copy()
        for part, own in zip(parts, keys, strict=True):
            part._put_to(rows, free[own])
            free[own] += np.diff(part.starts)
        return cls(numbers, starts, rows, max(part.last for part in parts))

    def _put_to(self, rows: NDArray[Any], places: NDArray[Any]) -> None:
        """Put the rows of each key among others, from its place on."""
        shifts = places - self.starts[:-1]
        for first in range(0, len(self.rows), _PART):
            some = self.rows[first : first + _PART]
            at = np.arange(first, first + len(some))
            rows[at + shifts.take(self.starts.searchsorted(at, "right") - 1)] = some

    def rows_of(self, number: int) -> NDArray[Any]:
        begin, end = self._place_of(number)
        return self.rows[begin:end]

    def count_of(self, number: int) -> int:
        begin, end = self._place_of(number)
        return end - begin

    def _place_of(self, number: int) -> tuple[int, int]:
        numbers, at = self.numbers, number
        if number >= len(numbers) or numbers[number] != number:  # some smaller numbers are missing
            at = int(numbers.searchsorted(np.uint32(number)))
            if at == len(numbers) or numbers[at] != number:
                return 0, 0
        return int(self.starts[at]), int(self.starts[at + 1])


class _Pairs(NamedTuple):
    """All pairs: those of the sorted parts, and new ones that are not sorted yet."""

    parts: tuple[_Part, ...]
    numbers: GrownArray
    rows: GrownArray

    def newest(self) -> tuple[NDArray[Any], NDArray[Any]]:
        rows = self.rows.values
        return self.numbers.values[: len(rows)], rows

    def beyond(self, end: int) -> tuple[GrownArray, GrownArray]:
        """The new pairs without the first `end`."""
        left = GrownArray(np.uint32), GrownArray(np.uint32)
        for values, rest in zip(self.newest(), left, strict=True):
            rest.extend(values[end:])
        return left


class Postings:
    """One thread adds rows, in ascending order; others may read meanwhile."""

    def __init__(self) -> None:
        self.keys: list[str] | SharedKeys = []
        self._numbers: dict[str, int] = {}
        """The numbers of the keys; those of shared keys only once they were asked for a new row."""
        self._pairs = _Pairs((), GrownArray(np.uint32), GrownArray(np.uint32))

    def parts(self) -> dict[str, Any]:
        """What makes the same postings again. The caller keeps others from adding."""
        pairs = self._pairs
        return {
            "keys": self.keys[:],
            "parts": [part._asdict() for part in pairs.parts],
            "newest": [pairs.numbers.copied(), pairs.rows.copied()],
        }

    @classmethod
    def of(cls, parts: dict[str, Any]) -> Postings:
        """The postings with these parts."""
        made = cls()
        if isinstance(parts["keys"], dict):
            made.keys = SharedKeys.of(parts["keys"])
        else:
            made.keys = parts["keys"]
            made._numbers = {key: number for number, key in enumerate(made.keys)}
        made._pairs = _Pairs(tuple(_Part(**part) for part in parts["parts"]), *parts["newest"])
        return made

    def number(self, key: str) -> int:
        """The number of a key; a new key gets a new one."""
        number = self._numbers.get(key)
        if number is None:
            number = self._shared(key)
            if number is None:
                number = len(self.keys)
                self.keys.append(key)
            self._numbers[key] = number
        return number

    def number_of(self, key: str) -> int | None:
        """The number of a key; None if no row has the key."""
        number = self._numbers.get(key)
        return self._shared(key) if number is None else number

    def _shared(self, key: str) -> int | None:
        return self.keys.find(key) if isinstance(self.keys, SharedKeys) else None

    def extend(self, numbers: list[int], rows: list[int]) -> None:
        """Add pairs of a key's number and a row."""
        pairs = self._pairs
        pairs.numbers.extend(numbers)
        pairs.rows.extend(rows)
        if len(pairs.rows) >= _PART:
            parts = (*pairs.parts, _Part.of(*pairs.newest()))
            self._pairs = _Pairs(parts, GrownArray(np.uint32), GrownArray(np.uint32))

    def compact(self, lock: AbstractContextManager[Any]) -> None:
        """Sort new pairs, and join parts until few are left: four million pairs in some 0.5 s,
        during which other threads can run. `lock` keeps others from adding; it is held only for
        moments."""
        with lock:
            pairs = self._pairs
            numbers, rows = pairs.newest()
        parts, end = [*pairs.parts], len(rows) if len(rows) > _FEW else 0
        if end:
            parts.append(_Part.of(numbers, rows))
        last = [parts.pop()] if parts else []
        while parts and len(parts[-1].rows) < _TIMES * sum(len(part.rows) for part in last):
            last.insert(0, parts.pop())
        if not end and len(last) < 2:
            return
        settled = (*parts, _Part.joined(last))
        with lock:
            now = self._pairs
            if now.numbers is pairs.numbers:
                self._pairs = _Pairs(settled, *now.beyond(end))
            elif not end:  # otherwise the new pairs have become a part meanwhile
                self._pairs = now._replace(parts=(*settled, *now.parts[len(pairs.parts) :]))

    def count_of(self, keys: Iterable[str]) -> int:
        """The number of pairs with any of the keys."""
        pairs, count = self._pairs, 0
        numbers, _ = pairs.newest()
        for number in self._numbers_of(keys):
            count += int(np.count_nonzero(numbers == number))
            for part in pairs.parts:
                count += part.count_of(number)
        return count

    def rows_of(self, keys: Iterable[str], since: int = 0) -> NDArray[Any]:
        """The rows with any of the keys, ascending, each once. Rows before `since` may be
        missing."""
        found = self._numbers_of(keys)
        if not found:
            return NO_ROWS
        pairs = self._pairs
        numbers, rows = pairs.newest()
        parts = [part for part in pairs.parts if part.last >= since]
        pieces = [part.rows_of(number) for part in parts for number in found]
        pieces += [rows[numbers == np.uint32(number)] for number in found]
        whole = np.concatenate(pieces)
        return whole if len(found) == 1 else _each_once(whole)

    def _numbers_of(self, keys: Iterable[str]) -> list[int]:
        numbers = map(self.number_of, dict.fromkeys(keys))
        return [number for number in numbers if number is not None]

    def counts(self, chosen: NDArray[np.bool_]) -> NDArray[Any]:
        """For each key, how many of the `chosen` rows (a boolean mask) have it."""
        pairs = self._pairs
        parts = [part for part in (*pairs.parts, _Part.of(*pairs.newest())) if len(part.rows)]
        last = max((part.last for part in parts), default=-1)
        if last >= len(chosen):  # rows were added since the choice
            chosen = np.pad(chosen, (0, last + 1 - len(chosen)))
        counts = np.zeros(len(self.keys), np.uint32)
        for part in parts:
            found = chosen[part.rows]
            counts[part.numbers] += np.add.reduceat(found, part.starts[:-1], dtype=np.uint32)
        return counts


def _each_once(rows: NDArray[Any]) -> NDArray[Any]:
    """The rows, ascending, each once. Many rows are marked in a table, which is quicker than
    sorting."""
    last = int(rows.max(initial=0))
    if len(rows) * 16 < last:
        return np.unique(rows)
    table = np.zeros(last + 1, np.bool_)
    table[rows] = True
    return np.flatnonzero(table).astype(np.uint32)

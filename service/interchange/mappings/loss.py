"""The loss report: what became of every cell, and why rows were refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

from service.interchange.mappings.cautions import SWAPPED
from service.interchange.mappings.composer import Composed
from service.interchange.mappings.evaluation import Evaluation, RowCells, RowFault
from service.interchange.mappings.mapping import RowMapping
from service.interchange.tables.row import TableRow
from service.messages.imports import ColumnLoss, LossExample, Remark

__all__ = ["LossAccount"]

_EXAMPLES: Final = 3
_MOST_REMARKS: Final = 100
_SHOWN: Final = 200
_BEFORE: Final = 15
"""How many unchanged characters an example begins with."""
_FURTHER: Final = "Further reasons, which are not listed one by one."


class LossAccount:
    """Counts over all rows of a file. Its size does not grow with the number of rows."""

    def __init__(self, mapping: RowMapping) -> None:
        self._mapping = mapping
        self._key = frozenset(mapping.key)
        self.columns: dict[str, ColumnLoss] = {}
        self._reasons: dict[tuple[str, str | None], Remark] = {}
        self._warnings: dict[tuple[str, str | None], Remark] = {}
        self._settled: set[str] = set()

    @property
    def reasons(self) -> list[Remark]:
        """Why rows were refused, the most frequent first."""
        return _by_rows(self._reasons)

    @property
    def warnings(self) -> list[Remark]:
        """The cautions, most frequent first. A column in which one date shows the order of day and
        month needs no caution about swapping them."""
        settled = {(SWAPPED, column) for column in self._settled}
        return _by_rows({at: each for at, each in self._warnings.items() if at not in settled})

    def accept(self, row: TableRow, composed: Composed) -> None:
        """Count the cells of a row that became a statement."""
        self._settled.update(use.columns[0] for use in composed.uses if use.settled)
        uses = _uses_by_column(composed.uses)
        cells = RowCells(row.cells, self._mapping.missing)
        for name in row.cells:
            text = cells.text(name)
            loss = self.columns.setdefault(name, ColumnLoss())
            if not text:
                continue
            if name in self._mapping.ignored:
                loss.ignored += 1
            elif name in self._key or _is_whole(text, uses.get(name, ())):
                loss.mapped += 1
            elif name in uses:
                loss.rewritten += 1
                _exemplify(loss, row.line, text, uses[name][0].after)
            else:
                loss.dropped += 1
                _exemplify(loss, row.line, text, None)

    def refuse(self, line: int, faults: Iterable[RowFault]) -> None:
        """Count the reasons of a refused row, each once."""
        _count(self._reasons, line, faults)

    def warn(self, line: int, faults: Iterable[RowFault]) -> None:
        """Count the cautions of a row."""
        _count(self._warnings, line, faults)


def _is_whole(text: str, uses: Sequence[Evaluation]) -> bool:
    """Whether the whole cell is in the statement: by one use, or by several uses of unchanged
    parts, such as the two numbers of a point."""
    if any(not use.rewritten for use in uses):
        return True
    if len(uses) < 2:
        return False
    for use in uses:
        text = text.replace(use.after, "", 1)
    return not any(map(str.isalnum, text))


def _uses_by_column(uses: Iterable[Evaluation]) -> dict[str, list[Evaluation]]:
    found: dict[str, list[Evaluation]] = {}
    for use in uses:
        for column in use.columns:
            found.setdefault(column, []).append(use)
    return found


def _exemplify(loss: ColumnLoss, line: int, value: str, became: str | None) -> None:
    """Add an example, which begins a little before the first difference of the two texts."""
    if len(loss.examples) >= _EXAMPLES:
        return
    pairs = zip(value, became or "", strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = alike - _BEFORE if alike > 2 * _BEFORE else 0
    begun = "…" if start else ""
    value = f"{begun}{value[start : start + _SHOWN]}"
    after = None if became is None else f"{begun}{became[start : start + _SHOWN]}"
    loss.examples.append(LossExample(line=line, value=value, became=after))


def _count(
    remarks: dict[tuple[str, str | None], Remark], line: int, faults: Iterable[RowFault]
) -> None:
    counted: set[tuple[str, str | None]] = set()
    for column, value, reason, advice in faults:
        key = (reason, column)
        if key not in remarks and len(remarks) >= _MOST_REMARKS:
            key, column, reason, value, advice = (_FURTHER, None), None, _FURTHER, "", ""
        if key in counted:
            continue
        counted.add(key)
        if key in remarks:
            remarks[key].rows += 1
        else:
            remarks[key] = Remark(
                reason=reason, rows=1, line=line, column=column, value=value, advice=advice
            )


def _by_rows(remarks: dict[tuple[str, str | None], Remark]) -> list[Remark]:
    return sorted(remarks.values(), key=lambda remark: (-remark.rows, remark.line))

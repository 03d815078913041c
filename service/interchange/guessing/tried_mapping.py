"""Tries a first mapping on the rows that it was guessed from, and removes what makes them be
refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from events.statement.wording import DECIMAL, LINK
from service.interchange.guessing.columns.time_words import names_a_time
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.constants import expressions_at
from service.interchange.mappings.evaluation import RowCells, RowFault, evaluate
from service.interchange.mappings.expression import Expression
from service.interchange.mappings.mapping import RowMapping, mapping_of
from service.interchange.mappings.operations.link_text import written_link
from service.interchange.mappings.operations.number_form import NumberForm
from service.interchange.tables.row import TableRow

__all__ = ["take_back"]

_KEPT: Final = frozenset(("text", "kind", "extra"))
"""Fields that are not changed."""
_DEGREES: Final = ("latitude", "longitude")
_NUMBERS: Final = frozenset(("low", "best", "high", "value", *_DEGREES))
_LINKS: Final = frozenset(("url", "archive_url"))
_SPAN: Final = frozenset(("start", "end"))
_TIMES: Final = (" ", "T")
"""Separators between a day and its time."""
_MOST_WORDS: Final = 64
_ROUNDS: Final = 6
_NEEDED: Final = {
    "about": ("actor",),
    "places": ("name",),
    "quantities": ("low", "best", "high"),
    "sources": ("title", "publisher", "url"),
}
"""A list item needs one of these."""


class _Used(NamedTuple):
    """An expression in a statement: the steps to it, and its JSON."""

    steps: list[str]
    given: dict[str, Any]

    @property
    def name(self) -> str:
        """The field of the expression."""
        return self.steps[-1]

    @property
    def expression(self) -> Expression:
        """The present expression."""
        return msgspec.convert(self.given, Expression)


def take_back(descriptor: dict[str, Any], rows: Sequence[TableRow]) -> set[str]:
    """Change the mapping until it refuses few rows because of any column, and no row for a cell
    that is no date, number or link. Such cells count as empty, unless somebody must look at them.
    Returns the columns that are no longer used completely. Rows without a text, and rows that
    contradict themselves, are still refused."""
    statement = descriptor["resources"][0]["onrecord"]["statement"]
    mapping = mapping_of(descriptor)
    changed = {name for each in _used(statement) for name in _pass_over_unread(each, mapping, rows)}
    for _ in range(_ROUNDS):
        column = _refusing(mapping_of(descriptor), rows)
        found = [used for used in _used(statement) if column in used.expression.columns]
        if column is None or not found:
            break
        in_span = not _SPAN.isdisjoint(used.name for used in found)
        span = [used for used in _used(statement) if in_span and used.name in _SPAN]
        changed |= {name for used in (*found, *span) for name in used.expression.columns}
        cut = [_cut_to_day(used) for used in span]
        if not any(cut):
            _remove_all(statement, column)
    return changed


def _used(statement: dict[str, Any]) -> Iterator[_Used]:
    """The expressions that may be changed, the last one first, so that it can be removed."""
    for at, names, given in reversed([*expressions_at(statement, "")]):
        if names[0] not in _KEPT:
            yield _Used(at.split("/")[1:], given)


def _pass_over_unread(used: _Used, mapping: RowMapping, rows: Sequence[TableRow]) -> Iterator[str]:
    """Let cells that an expression cannot read count as empty, if it reads most of them. Cells with
    a digit, or that name a time, are still refused as dates, because otherwise the row would
    silently lose its date."""
    expression = used.expression
    if len(expression.columns) != 1 or "column" not in used.given:
        return
    bare = msgspec.structs.replace(expression, date=None)
    unread, count = Counter[str](), 0
    for row in rows:
        cells = RowCells(row.cells, mapping.missing)
        for text in filter(None, evaluate(bare, cells, []).texts):
            count += 1
            unread[text] += not _is_read(used.name, expression, mapping, text)
    words = [text for text, times in unread.items() if times]
    if expression.date is not None:
        words = [t for t in words if not (any(map(str.isdigit, t)) or names_a_time(t))]
    if words and 2 * sum(unread.values()) < count and len(words) <= _MOST_WORDS:
        used.given["lookup"] = (used.given.get("lookup") or {}) | dict.fromkeys(words)
        yield expression.columns[0]


def _is_read(name: str, expression: Expression, mapping: RowMapping, text: str) -> bool:
    """Whether an expression can read a cell's text after its operations."""
    if expression.date is not None:
        troubles = list[RowFault]()
        evaluate(Expression(value=text, date=expression.date), RowCells({}, ()), troubles)
        return not troubles
    if name in _NUMBERS:
        form = mapping.numbers.get(expression.columns[0], NumberForm())
        return DECIMAL.admits(form.decimal_string(text))
    return name not in _LINKS or LINK.admits(written_link(text))


def _refusing(mapping: RowMapping, rows: Sequence[TableRow]) -> str | None:
    """The column because of which most of its rows are refused."""
    composer, refused = Composer(mapping), Counter[str]()
    for row in rows:
        made = composer.compose(row)
        faults = [*made.faults, *faults_of_row(made.statement, made.trail)]
        refused.update({fault.column for fault in faults if fault.column})
    cells = [RowCells(row.cells, mapping.missing) for row in rows]
    for column, times in refused.most_common():
        if 2 * times > sum(bool(row.text(column)) for row in cells):
            return column
    return None


def _cut_to_day(used: _Used) -> bool:
    """Take the time of day from a start or an end, because a range of dates cannot have one."""
    given = used.given
    if "template" in given:
        column = used.expression.columns[0]
        given.pop("template")
        given["column"] = column
        return True
    if "split" in given or "column" not in given:
        return False
    given |= {"split": [*_TIMES], "take": "first"}
    return True


def _remove_all(statement: dict[str, Any], column: str) -> None:
    """Remove every expression that reads a column."""
    while used := next((u for u in _used(statement) if column in u.expression.columns), None):
        _remove(statement, used.steps)


def _remove(statement: dict[str, Any], steps: list[str]) -> None:
    """Remove an expression, and every object that lacks what it needs without the expression."""
    *above, name = steps
    holder: Any = statement
    for step in above:
        holder = holder[int(step) if isinstance(holder, list) else step]
    if isinstance(holder, list):
        del holder[int(name)]
    else:
        for removed in (*_DEGREES, name) if name in _DEGREES else (name,):
            holder.pop(removed, None)
    if not above or above == ["said"]:
        return
    needed = _NEEDED.get(above[0], ("label",) if above == ["rating"] else ())
    if not holder or (needed and isinstance(holder, dict) and not any(n in holder for n in needed)):
        _remove(statement, above)

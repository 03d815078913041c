"""Turns a row into the statement that a mapping describes, and tracks what it used."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from events.errors import DateError
from service.interchange.mappings.evaluation import Evaluation, RowCells, RowFault, evaluate
from service.interchange.mappings.expression import Expression
from service.interchange.mappings.fields import (
    DateField,
    Field,
    GroupField,
    ItemsField,
    NamedTextsField,
    TextField,
    TextsField,
)
from service.interchange.mappings.mapping import RowMapping
from service.interchange.mappings.operations.cleaning import other_names
from service.interchange.mappings.operations.dates.span import PRECISIONS, span_of
from service.interchange.mappings.operations.exact_text import ExactText
from service.interchange.mappings.operations.link_text import written_link
from service.interchange.mappings.operations.number_form import NumberForm
from service.interchange.tables.row import TableRow

__all__ = ["Composed", "Composer", "made_source_id"]

_NUMBERED: Final = NumberForm()
_DEGREES: Final = ("latitude", "longitude")
_REAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE](?:-[0-9]{1,3}|\+?[0-9]{1,2}))?")
"""A finite number, as programs write one."""
_NO_PRECISION: Final = f"This is no precision. There are {', '.join(PRECISIONS)}."
_PRECISION_ADVICE: Final = "Mend the cell, or let `lookup` make one of these of it."


class Composed(NamedTuple):
    """A row as a statement in JSON, without an id of its own yet. `faults` say why it is refused;
    `uses` has what was read and what became of it; `trail` the columns of each field, by pointer;
    `twice` is a speaker whom two columns name."""

    statement: dict[str, Any]
    faults: list[RowFault]
    uses: list[Evaluation]
    trail: Mapping[str, tuple[str, ...]]
    twice: str | None = None


class Composer:
    """Applies one mapping to row after row."""

    def __init__(self, mapping: RowMapping) -> None:
        self.mapping = mapping

    def compose(self, row: TableRow) -> Composed:
        """The statement of a row."""
        work = _Composing(self.mapping, RowCells(row.cells, self.mapping.missing))
        statement = work.group(self.mapping.outline, "") or {}
        said = statement.setdefault("said", {})
        said.setdefault("by", None)
        said.setdefault("on", None)
        twice = work.without_twice(said)
        for source in statement.get("sources", ()):
            _complete(source)
        return Composed(statement, work.faults, work.uses, work.trail, twice)


def _complete(source: dict[str, Any]) -> None:
    """Give a source its required title and id; the same source always gets the same id."""
    source.setdefault("title", source.get("publisher") or source.get("url", "")[:200])
    source.setdefault("id", made_source_id(source))


def made_source_id(source: Mapping[str, str]) -> str:
    """The id that a source without one gets for its title, publisher and address."""
    described = "\n".join(str(source.get(name, "")) for name in ("title", "publisher", "url"))
    return f"s-{sha256(described.encode()).hexdigest()[:16]}"


class _Composing:
    """The composition of one row. Texts for an item that is finally left out count as unused."""

    def __init__(self, mapping: RowMapping, row: RowCells) -> None:
        self._mapping = mapping
        self._row = row
        self.faults: list[RowFault] = []
        self.uses: list[Evaluation] = []
        self.trail: dict[str, tuple[str, ...]] = {}

    def without_twice(self, said: dict[str, Any]) -> str | None:
        """Leave each speaker once, and no empty list of others. Returns a speaker whom two columns
        named; a column of all speakers may repeat the first one."""
        others, again = other_names(said.pop("with", []), said["by"])
        said |= {"with": others} if others else {}
        by, with_ = (self.trail.get(f"/said/{name}", ()) for name in ("by", "with"))
        is_one_column = len({*with_}) < 2 and {*by} <= {*with_}
        return None if is_one_column else next(iter(again), None)

    def group(self, group: GroupField, at: str, index: int | None = None) -> dict[str, Any] | None:
        """The object, without empty members; None if a required member is missing. `index` selects
        among the parts of `split`."""
        uses, trail = len(self.uses), dict(self.trail) if group.needed else {}
        found: dict[str, Any] = {}
        for name, member in group.members.items():
            value = self._value(member, f"{at}/{name}", index)
            is_number = isinstance(member, TextField) and member.is_number
            if is_number and name in _DEGREES and isinstance(value, str) and value:
                value = self._degrees(value, f"{at}/{name}")
            if value not in (None, "", [], {}) or isinstance(value, ExactText):
                found[name] = str(value) if isinstance(value, ExactText) else value
        if group.needed and not any(name in found for name in group.needed):
            del self.uses[uses:]
            self.trail = trail
            return None
        return found

    def _value(self, field: Field, at: str, index: int | None) -> Any:
        match field:
            case TextField():
                return self._text(field, at, index)
            case DateField():
                return self._date(field, at, index)
            case TextsField(expressions=expressions):
                texts = self._texts(expressions, at)
                return texts if at == "/said/with" else [*map(str, texts)]
            case GroupField():
                return self.group(field, at)
            case NamedTextsField(group=group, columns=columns):
                others = [self._named_texts(column, at) for column in columns]
                return dict(ChainMap(self.group(group, at) or {}, *others))
            case ItemsField(groups=groups):
                items: list[dict[str, Any]] = []
                for group in groups:
                    self._add_items(group, at, items)
                return items

    def _text(self, field: TextField, at: str, index: int | None) -> str:
        expression = field.expression
        evaluated = evaluate(expression, self._row, self.faults)
        if index is None or not evaluated.several:
            text = evaluated.text
        else:
            text = evaluated.texts[index] if index < len(evaluated.texts) else ""
        if field.is_number and expression.columns:
            text = self._mapping.numbers.get(expression.columns[0], _NUMBERED).decimal_string(text)
        if field.is_link and (link := written_link(text)) != text:
            evaluated, text = evaluated._replace(rewritten=True), link
        if field.most is not None and len(text) > field.most:
            evaluated, text = evaluated._replace(rewritten=True), f"{text[: field.most - 1]}…"
        self._used(evaluated, text, at)
        return text

    def _texts(self, expressions: tuple[Expression, ...], at: str) -> list[str]:
        """Each text once, except exact ones."""
        found: list[str] = []
        for each in expressions:
            evaluated = evaluate(each, self._row, self.faults)
            for text in evaluated.texts:
                if isinstance(text, ExactText) or (text and text not in found):
                    found.append(text)
            self._used(evaluated, evaluated.text, at)
        return found

    def _named_texts(self, column: str, at: str) -> dict[str, str]:
        """The texts of a cell that is a JSON object of texts."""
        cell = self._row.text(column)
        if not cell:
            return {}
        try:
            found = msgspec.json.decode(cell, type=dict[str, str])
        except (msgspec.DecodeError, RecursionError):
            told = ("This is no JSON object of texts.", 'Write it as {"name": "text"}.')
            self.faults.append(RowFault(column, cell[:200], *told))
            return {}
        self._used(Evaluation((cell,), columns=(column,), before=cell), cell, at)
        return found

    def _date(self, field: DateField, at: str, index: int | None) -> str:
        before = len(self.faults)
        start, end, precision = (
            "" if each is None else self._text(TextField(each), at, index) for each in field
        )
        if field.end is None and field.precision is None:
            return start
        if field.precision is not None and precision and precision not in PRECISIONS:
            column = next(iter(field.precision.columns), None)
            self.faults.append(RowFault(column, precision[:200], _NO_PRECISION, _PRECISION_ADVICE))
            return ""
        try:
            return span_of(start, end, precision or "exact")
        except DateError as error:
            if len(self.faults) == before:
                column = next(iter(self.trail.get(at, ())), None)
                value = " / ".join(filter(None, (start, end, precision)))
                advice = "Mend the cells, or what the mapping makes of them."
                self.faults.append(RowFault(column, value, error.message, advice))
            return ""

    def _degrees(self, text: str, at: str) -> float | None:
        if _REAL.fullmatch(text):
            return float(text)
        column = next(iter(self.trail.get(at, ())), None)
        advice = "Write it in decimal degrees, such as 51.5 or -0.12."
        self.faults.append(RowFault(column, text[:200], "No number of degrees.", advice))
        return None

    def _add_items(self, group: GroupField, at: str, items: list[dict[str, Any]]) -> None:
        """Add the items of a group: as many as `split` makes of its columns."""
        lengths = self._lengths(group)
        if len(set(lengths.values())) > 1:
            shown = ", ".join(f"{column} has {length}" for column, length in lengths.items())
            reason = f"The lists of one item have different lengths: {shown}."
            advice = "Give them the same number of parts, or take one part of each."
            self.faults.append(RowFault(next(iter(lengths)), "", reason, advice))
            return
        for index in range(max(lengths.values(), default=1)):
            found = self.group(group, f"{at}/{len(items)}", index)
            if found is not None:
                items.append(found)

    def _lengths(self, group: GroupField) -> dict[str, int]:
        """The number of parts of each column of the group that has more than one."""
        found: dict[str, int] = {}
        for member in group.members.values():
            for each in member[:1] if isinstance(member, TextField) else member[:3]:
                if not isinstance(each, Expression) or not self._may_be_several(each):
                    continue
                evaluated = evaluate(each, self._row, [])
                if evaluated.several and len(evaluated.texts) > 1:
                    found[each.columns[0]] = len(evaluated.texts)
        return found

    def _may_be_several(self, expression: Expression) -> bool:
        return expression.columns != () and (
            expression.is_several or isinstance(self._row.cell(expression.columns[0]), tuple)
        )

    def _used(self, evaluated: Evaluation, after: str, at: str) -> None:
        if evaluated.columns:
            self.trail[at] = (*self.trail.get(at, ()), *evaluated.columns)
            if evaluated.before:
                self.uses.append(evaluated._replace(after=after))

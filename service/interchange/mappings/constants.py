"""Checks the constants of a mapping (values, results of a lookup, values for missing cells) by the
rules of statements, before any row is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET

from events.errors import Fault
from events.statement.faults import faults_of
from events.statement.shape import faults_of_value
from events.statement.statement import Statement
from events.statement.validation import escape
from service.interchange.mappings.evaluation import RowCells, RowFault, evaluate
from service.interchange.mappings.expression import Expression, is_expression
from service.interchange.mappings.operations.dates.date_pattern import is_pattern
from service.interchange.mappings.operations.dates.span import OPEN, PRECISIONS
from service.interchange.mappings.operations.number_form import NumberForm

__all__ = ["ExpressionAt", "expressions_at", "faults_of_constants"]

_ITEMS: Final[dict[str, dict[str, Any]]] = {
    "about": {"actor": "A"},
    "places": {"name": "A"},
    "quantities": {"what": "A", "unit": "A"},
    "sources": {"id": "s", "title": "A"},
    "via": {"actor": "A", "role": "agency"},
}
"""The lists of a statement, each with an item that has everything required beside the constant."""
_ALONE: Final = {"about": "actor", "places": "name", "via": "actor", "sources": "title"}
"""The member that an expression alone means."""
_NUMBERS: Final = ("low", "best", "high", "value", "worst")
_BOUNDS: Final = ("low", "best", "high")
_OTHER_DEGREES: Final = {"latitude": "longitude", "longitude": "latitude"}
_DATE_PARTS: Final = ("start", "end", "precision")
_NO_ROW: Final = RowCells({}, frozenset([""]))


class ExpressionAt(NamedTuple):
    """An expression of a mapping's statement: its pointer, and the names of its field."""

    at: str
    names: tuple[str, ...]
    expression: Mapping[str, Any]


def expressions_at(given: Any, at: str, names: tuple[str, ...] = ()) -> Iterator[ExpressionAt]:
    """Every expression below the pointer `at`."""
    if is_expression(given):
        yield ExpressionAt(at, names, given)
    elif isinstance(given, dict):
        for name, member in given.items():
            yield from expressions_at(member, f"{at}/{escape(str(name))}", (*names, str(name)))
    elif isinstance(given, list):
        for number, item in enumerate(given):
            yield from expressions_at(item, f"{at}/{number}", names)


def faults_of_constants(statement: Any, at: str) -> list[Fault]:
    """What the rules refuse of the constants in a mapping's statement, which is at the pointer
    `at`. Expressions with other faults are skipped."""
    return [fault for each in expressions_at(statement, at) for fault in _faults_at(each)]


def _faults_at(each: ExpressionAt) -> Iterator[Fault]:
    try:
        expression = msgspec.convert(each.expression, Expression)
    except msgspec.ValidationError:
        return
    for below, texts in _constants(expression):
        if isinstance(texts, RowFault):
            yield Fault(each.at + below, f"{texts.reason} {texts.advice}")
            continue
        for text in filter(None, texts):
            if message := _refusal(each.names, text):
                yield Fault(each.at + below, message)
                break


def _constants(expression: Expression) -> Iterator[tuple[str, Sequence[str] | RowFault]]:
    """The constants of an expression as they get into statements, each with its pointer below the
    expression; or why one is not a date."""
    if expression.value is not UNSET:
        yield _after("/value", expression)
    elif expression.template is not UNSET and not expression.columns:
        yield _after("/template", expression)
    given = {f"/lookup/{escape(name)}": text for name, text in (expression.lookup or {}).items()}
    if isinstance(expression.else_, str):
        given["/else"] = expression.else_
    for below, text in given.items():
        yield _after(
            below, Expression(value=text or "", slug=expression.slug, date=expression.date)
        )
    if expression.empty is not None:
        yield "/empty", (expression.empty,)


def _after(below: str, expression: Expression) -> tuple[str, Sequence[str] | RowFault]:
    """The texts of an expression that reads no column."""
    if any(not is_pattern(pattern) for pattern in expression.patterns):
        return below, ()
    troubles: list[RowFault] = []
    found = evaluate(expression, _NO_ROW, troubles)
    return below, troubles[0] if troubles else found.texts


def _refusal(names: tuple[str, ...], text: str) -> str | None:
    """Why a field cannot be this text; None if it can, or if there is no such field."""
    if names[-1] == "precision" and len(names) > 1:
        there = ", ".join(PRECISIONS)
        return None if text in PRECISIONS else f"{text[:60]!r} is no precision. There are {there}."
    if names[-1] == "end" and len(names) > 1 and text == OPEN:
        return None
    if names[-1] in _DATE_PARTS and len(names) > 1:
        names = names[:-1]
    if names[-1] in _ALONE and len(names) < 3:
        names = (*names, _ALONE[names[-1]])
    number = NumberForm().decimal_string(text) if names[-1] in _NUMBERS else text
    value: Any = number
    if names[-1] in _OTHER_DEGREES:
        try:
            value = float(text)
        except ValueError:
            return f"{text[:60]!r} is no number of degrees."
    members = _around(names, value)
    said = {"by": None, "on": None} | members.get("said", {})
    return _message({"kind": "claim", "text": "A"} | members | {"said": said}, names)


def _around(names: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The members of a statement around the value."""
    name, *below = names
    if not below:
        return {name: [value] if name in ("with", "tags") else value}
    inner = _around(tuple(below), value)
    if name == "rating":
        inner = {"label": "A"} | inner
    if name not in _ITEMS:
        return {name: inner}
    item = _ITEMS[name] | inner
    if name == "quantities" and not any(bound in item for bound in _BOUNDS):
        item["best"] = "1"
    for degrees, other in _OTHER_DEGREES.items():
        if degrees in item:
            item.setdefault(other, 0)
    return {name: [item]}


def _message(statement: dict[str, Any], names: tuple[str, ...]) -> str | None:
    try:
        faults = faults_of(msgspec.convert(statement, Statement))
    except msgspec.ValidationError:
        faults = faults_of_value(statement, Statement, faults_of)
    last = f"/{escape(names[-1])}"
    found = [f for f in faults if last in f.path and not f.message.startswith("There is no field")]
    return found[0].message if found else None

"""Reads the `statement` of a mapping: its fields, and what each of them may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from events.errors import Fault
from service.interchange.mappings.expression import Expression, is_expression, read_expression
from service.interchange.mappings.fields import (
    DateField,
    Field,
    GroupField,
    ItemsField,
    NamedTextsField,
    TextField,
    TextsField,
)

__all__ = ["read_outline"]

_Read = Callable[[Any, str, list[Fault]], Field | None]


def read_outline(given: Any, at: str, faults: list[Fault]) -> GroupField:
    """The fields in the object at the pointer `at`; faults are added to `faults`."""
    found = _STATEMENT(given, at, faults)
    outline = found if isinstance(found, GroupField) else GroupField({})
    for name in ("kind", "text"):
        if name not in outline.members and not any(
            f.path.startswith(f"{at}/{name}") for f in faults
        ):
            faults.append(Fault(at, f"A statement needs {name}: say what it is made of."))
    return outline


def _text(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    expression = _single(given, at, faults)
    return None if expression is None else TextField(expression)


def _further_text(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    expression = _single(given, at, faults)
    return None if expression is None else TextField(expression, most=2_000)


def _number(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    expression = _single(given, at, faults)
    return None if expression is None else TextField(expression, is_number=True)


def _part(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    """A text of a list item; `split` makes several items."""
    expression = _expression(given, at, faults)
    return None if expression is None else TextField(expression)


def _link(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    expression = _single(given, at, faults)
    return None if expression is None else TextField(expression, is_link=True)


def _part_link(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    expression = _expression(given, at, faults)
    return None if expression is None else TextField(expression, is_link=True)


def _part_number(given: Any, at: str, faults: list[Fault]) -> TextField | None:
    expression = _expression(given, at, faults)
    return None if expression is None else TextField(expression, is_number=True)


def _part_date(given: Any, at: str, faults: list[Fault]) -> DateField | None:
    """A date of a list item; `split` makes several items, as for the other parts."""
    if not is_expression(given):
        return _date(given, at, faults)
    expression = _expression(given, at, faults)
    return None if expression is None else DateField(expression)


def _date(given: Any, at: str, faults: list[Fault]) -> DateField | None:
    if is_expression(given):
        expression = _single(given, at, faults)
        return None if expression is None else DateField(expression)
    names = ("start", "end", "precision")
    if not isinstance(given, dict) or not any(name in given for name in names):
        faults.append(Fault(at, "A date is an expression, or has a start, an end and a precision."))
        return None
    before = len(faults)
    _check_names(given, names, at, faults)
    parts = [_single(given[n], f"{at}/{n}", faults) if n in given else None for n in names]
    return DateField(*parts) if len(faults) == before else None


def _texts(given: Any, at: str, faults: list[Fault]) -> TextsField | None:
    if not isinstance(given, list):
        expression = _expression(given, at, faults)
        return None if expression is None else TextsField((expression,))
    expressions = [_expression(each, f"{at}/{number}", faults) for number, each in enumerate(given)]
    return TextsField(tuple(filter(None, expressions)))


def _expression(given: Any, at: str, faults: list[Fault]) -> Expression | None:
    if not is_expression(given):
        faults.append(Fault(at, "This is no expression: it needs a column, a value or a template."))
        return None
    return read_expression(given, at, faults)


def _single(given: Any, at: str, faults: list[Fault]) -> Expression | None:
    expression = _expression(given, at, faults)
    if expression is not None and expression.is_several:
        faults.append(Fault(f"{at}/split", "Only one text fits here: say with take which part."))
        return None
    return expression


def _group(members: Mapping[str, _Read], *needed: str, always: tuple[str, ...] = ()) -> _Read:
    """An object that is left out if it has none of `needed`; a mapping must give every member of
    `always`."""

    def read(given: Any, at: str, faults: list[Fault]) -> GroupField | None:
        if not isinstance(given, dict):
            faults.append(Fault(at, f"This is an object of {', '.join(members)}."))
            return None
        _check_names(given, tuple(members), at, faults)
        faults += [
            Fault(at, f"This needs {name}, too: say what it is made of.")
            for name in always
            if name not in given
        ]
        return GroupField(_members(given, members, at, faults), needed)

    return read


def _members(
    given: Mapping[str, Any], members: Mapping[str, _Read], at: str, faults: list[Fault]
) -> dict[str, Field]:
    found = {
        name: members[name](value, f"{at}/{_pointer(name)}", faults)
        for name, value in given.items()
        if name in members
    }
    return {name: field for name, field in found.items() if field is not None}


def _items(members: Mapping[str, _Read], *needed: str, always: tuple[str, ...] = ()) -> _Read:
    """A list of objects. A single object counts as a list of one, and an expression alone is the
    required member of an item."""
    group = _group(members, *needed, always=always)

    def read(given: Any, at: str, faults: list[Fault]) -> ItemsField | None:
        listed = given if isinstance(given, list) else [given]
        found: list[GroupField] = []
        for number, each in enumerate(listed):
            path = f"{at}/{number}" if isinstance(given, list) else at
            item = {needed[0]: each} if is_expression(each) else each
            read_group = group(item, path, faults)
            if isinstance(read_group, GroupField):
                found.append(read_group)
        return ItemsField(tuple(found))

    return read


def _extra(given: Any, at: str, faults: list[Fault]) -> Field | None:
    """An object of names; in a list, columns whose cells are JSON objects may be added."""
    if not isinstance(given, list):
        return _named_texts(given, at, faults)
    columns: list[str] = []
    named: dict[str, Field] = {}
    for number, each in enumerate(given):
        if isinstance(each, dict) and [*each] == ["column"] and isinstance(each["column"], str):
            columns.append(each["column"])
        elif group := _named_texts(each, f"{at}/{number}", faults):
            named |= group.members
    return NamedTextsField(GroupField(named), tuple(columns))


def _named_texts(given: Any, at: str, faults: list[Fault]) -> GroupField | None:
    if not isinstance(given, dict) or is_expression(given):
        faults.append(Fault(at, "This is an object of names, each with an expression."))
        return None
    return GroupField(_members(given, dict.fromkeys(given, _further_text), at, faults))


def _check_names(
    given: Mapping[str, Any], names: tuple[str, ...], at: str, faults: list[Fault]
) -> None:
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            advice = f"Did you mean {near[0]}?" if near else f"There are {', '.join(names)}."
            faults.append(Fault(f"{at}/{_pointer(name)}", f"There is no field {name!r}. {advice}"))


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


_ORIGIN: Final = {"dataset": _text, "id": _text, "url": _link, "sha256": _text}
_VIA: Final = {"actor": _part, "role": _part, "on": _part_date}
_SAID: Final = {
    "by": _text,
    "with": _texts,
    "on": _date,
    "via": _items(_VIA, "actor", always=("role",)),
}
_PLACE: Final = {"name": _part, "latitude": _part_number, "longitude": _part_number}
_QUANTITY: Final = {
    "what": _part,
    "low": _part_number,
    "best": _part_number,
    "high": _part_number,
    "unit": _part,
    "qualifier": _part,
}
_SOURCE: Final = {
    "id": _part,
    "title": _part,
    "publisher": _part,
    "url": _part_link,
    "published": _part_date,
    "quote": _part,
    "locator": _part,
    "archive_url": _part_link,
    "sha256": _part,
    "retrieved_at": _part,
}
_RATING: Final = {"label": _text, "value": _number, "best": _number, "worst": _number}
_STATEMENT: Final = _group(
    {
        "id": _text,
        "kind": _text,
        "text": _text,
        "language": _text,
        "said": _group(_SAID),
        "occurred": _date,
        "about": _items({"actor": _part, "role": _part}, "actor"),
        "places": _items(_PLACE, "name"),
        "quantities": _items(_QUANTITY, "low", "best", "high", always=("what", "unit")),
        "sources": _items(_SOURCE, "title", "url", "publisher"),
        "rating": _group(_RATING, "label"),
        "tags": _texts,
        "origin": _group(_ORIGIN),
        "extra": _extra,
    }
)

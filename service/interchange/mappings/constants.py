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
from service.interchange.mappings.operations.dates.date_pattern import is_pattern
from service.interchange.mappings.operations.dates.span import OPEN, PRECISIONS
from service.interchange.mappings.operations.number_form import NumberForm
from service.interchange.mappings.place import MappedPlace, is_place
from service.interchange.mappings.place_texts import RowCells, RowFault, texts_of_place

__all__ = ["PlaceAt", "faults_of_constants", "places_at"]

_ITEMS: Final[dict[str, dict[str, Any]]] = {
    "about": {"actor": "A"},
    "places": {"name": "A"},
    "quantities": {"what": "A", "unit": "A"},
    "sources": {"id": "s", "title": "A"},
    "via": {"actor": "A", "role": "agency"},
}
"""The lists of a statement, each with an item that has everything required beside the constant."""
_ALONE: Final = {"about": "actor", "places": "name", "via": "actor", "sources": "title"}
"""The member that a place alone means."""
_NUMBERS: Final = ("low", "best", "high", "value", "worst")
_BOUNDS: Final = ("low", "best", "high")
_OTHER_DEGREES: Final = {"latitude": "longitude", "longitude": "latitude"}
_DATE_PARTS: Final = ("start", "end", "precision")
_NO_ROW: Final = RowCells({}, frozenset([""]))


class PlaceAt(NamedTuple):
    """A place of a mapping's statement: its pointer, and the names of its field."""

    at: str
    names: tuple[str, ...]
    place: Mapping[str, Any]


def places_at(given: Any, at: str, names: tuple[str, ...] = ()) -> Iterator[PlaceAt]:
    """Every place below the pointer `at`."""
    if is_place(given):
        yield PlaceAt(at, names, given)
    elif isinstance(given, dict):
        for name, member in given.items():
            yield from places_at(member, f"{at}/{escape(str(name))}", (*names, str(name)))
    elif isinstance(given, list):
        for number, item in enumerate(given):
            yield from places_at(item, f"{at}/{number}", names)


def faults_of_constants(statement: Any, at: str) -> list[Fault]:
    """What the rules refuse of the constants in a mapping's statement, which is at the pointer
    `at`. Places with other faults are skipped."""
    return [fault for each in places_at(statement, at) for fault in _faults_at(each)]


def _faults_at(each: PlaceAt) -> Iterator[Fault]:
    try:
        place = msgspec.convert(each.place, MappedPlace)
    except msgspec.ValidationError:
        return
    for below, texts in _constants(place):
        if isinstance(texts, RowFault):
            yield Fault(each.at + below, f"{texts.reason} {texts.advice}")
            continue
        for text in filter(None, texts):
            if message := _refusal(each.names, text):
                yield Fault(each.at + below, message)
                break


def _constants(place: MappedPlace) -> Iterator[tuple[str, Sequence[str] | RowFault]]:
    """The constants of a place as they get into statements, each with its pointer below the place;
    or why one is not a date."""
    if place.value is not UNSET:
        yield _after("/value", place)
    elif place.template is not UNSET and not place.columns:
        yield _after("/template", place)
    given = {f"/lookup/{escape(name)}": text for name, text in (place.lookup or {}).items()}
    if isinstance(place.else_, str):
        given["/else"] = place.else_
    for below, text in given.items():
        yield _after(below, MappedPlace(value=text or "", slug=place.slug, date=place.date))
    if place.empty is not None:
        yield "/empty", (place.empty,)


def _after(below: str, place: MappedPlace) -> tuple[str, Sequence[str] | RowFault]:
    """The texts of a place that reads no column."""
    if any(not is_pattern(pattern) for pattern in place.patterns):
        return below, ()
    troubles: list[RowFault] = []
    found = texts_of_place(place, _NO_ROW, troubles)
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

"""The objects of a JSON document as rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ijson.common import ObjectBuilder

from service.interchange.tables.documents.document_place import DocumentPlace
from service.interchange.tables.documents.json_events import json_events
from service.interchange.tables.documents.json_lines import no_object, shown_value
from service.interchange.tables.encoding import utf8_file
from service.interchange.tables.limits import (
    BoundedFile,
    BoundedJson,
    TableRefused,
)
from service.interchange.tables.row import (
    BrokenRow,
    ObjectMembers,
    TableRow,
    cells_of,
    named_twice,
    object_rows,
)

__all__ = ["json_objects", "json_rows"]


def json_rows(
    path: Path,
    property_: str | None = None,
    encoding: str | None = None,
    others: dict[str, int] | None = None,
) -> Iterator[TableRow]:
    """The objects of a JSON file as rows, see `json_objects`."""
    return object_rows(json_objects(path, property_, encoding, others), cells_of)


def json_objects(
    path: Path,
    property_: str | None = None,
    encoding: str | None = None,
    others: dict[str, int] | None = None,
) -> Iterator[dict[str, Any] | BrokenRow]:
    """The objects of a JSON file. They are in the member that `property` names (with dots for
    nested members), or without a name in the array that the file is, or in the first array of
    objects within it. Else the document itself is the only one. Other values among them are broken
    rows. Without an `encoding` it is found. Further arrays of objects are counted in `others`, if
    given. Raises `TableRefused`."""
    with utf8_file(path, encoding) as file:
        bounded = BoundedJson(file, "An object of the file")
        for item in _items(bounded, property_, others):
            bounded.took()
            yield item if isinstance(item, dict | BrokenRow) else no_object(item)


def _items(
    bounded: BoundedFile, property_: str | None, others: dict[str, int] | None
) -> Iterator[Any]:
    """The rows, built one by one. The library's own search for a place in a document takes time
    quadratic in its depth, so the place is tracked here."""
    place = DocumentPlace(property_)
    twice: list[str] = []
    members = partial(ObjectMembers, twice)
    built: ObjectBuilder | None = ObjectBuilder(members)  # the document, until its rows are found
    events = json_events(bounded)
    for event, value in events:
        if place.begins_row(event, value):
            built = ObjectBuilder(members)
            twice.clear()
        if built is not None:
            built.event(event, value)
        place.leave(event)
        if place.is_behind_rows:
            if others is not None:
                _count_others(place, events, bounded, others)
            return
        if place.is_among_rows and built is not None:
            yield named_twice(shown_value(built.value), twice[0]) if twice else built.value
            built = None
    if built is not None and not place.is_among_rows:
        yield from _alone(built.value, property_)


def _count_others(
    place: DocumentPlace,
    events: Iterator[tuple[str, Any]],
    bounded: BoundedFile,
    others: dict[str, int],
) -> None:
    """Count the objects of the arrays behind the rows, as far as the document can be read."""
    with suppress(TableRefused):
        for event, value in events:
            bounded.took()
            place.pass_over(event, value, others)


def _alone(document: Any, property_: str | None) -> Iterator[dict[str, Any]]:
    """A document without rows is itself a row, if it is an object and `property_` names no empty
    array in it."""
    named = document
    for name in property_.split(".") if property_ is not None else ():
        named = named.get(name) if isinstance(named, dict) else None
    if [] in (document, named):
        return
    if isinstance(document, dict):
        yield document
    else:
        raise TableRefused("The file has no objects.", "Give each value a name.")

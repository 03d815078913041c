"""JSON and JSON Lines: each object is a row, and nested members have columns like `said.by`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import ijson
import msgspec
from ijson.common import ObjectBuilder

from service.interchange.tables.encoding import utf8_file
from service.interchange.tables.limits import (
    CHUNK,
    MOST_OF_ROW,
    BoundedFile,
    BoundedJson,
    TableRefused,
    quoted_numbers,
    without_mark,
)
from service.interchange.tables.row import (
    BrokenRow,
    ObjectMembers,
    TableRow,
    cells_of,
    name_twice_in,
    named_twice,
    object_row,
    object_rows,
)

__all__ = [
    "NoJson",
    "json_events",
    "json_line_objects",
    "json_line_row",
    "json_line_rows",
    "json_objects",
    "json_rows",
]

_DEEPEST_DOCUMENT: Final = 64
_AROUND: Final = 30
"""How many characters on either side of a fault its message shows."""
_DECODER: Final = msgspec.json.Decoder(float_hook=str)


def json_rows(
    path: Path, property_: str | None = None, encoding: str | None = None
) -> Iterator[TableRow]:
    """The objects of a JSON file as rows, see `json_objects`."""
    return object_rows(json_objects(path, property_, encoding), cells_of)


def json_objects(
    path: Path, property_: str | None = None, encoding: str | None = None
) -> Iterator[dict[str, Any] | BrokenRow]:
    """The objects of a JSON file: of the array that it is, of the member that `property` names
    (with dots for nested members; empty for none), or of the first array of objects in it; else the
    document itself. Other values among them are broken rows. Without an `encoding` it is found.
    Raises `TableRefused`."""
    with utf8_file(path, encoding) as file:
        bounded = BoundedJson(file, "An object of the file")
        for item in _items(bounded, property_):
            bounded.took()
            yield item if isinstance(item, dict | BrokenRow) else _no_object(item)


class NoJson(TableRefused):
    """The file is not JSON, or has an invalid number."""


def json_events(file: BoundedFile) -> Iterator[tuple[str, Any]]:
    """The parser events of a document, in order. Raises `TableRefused`, and `NoJson` if it is not
    JSON."""
    try:
        yield from ijson.basic_parse(file, buf_size=CHUNK)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        said = error.args[0]  # bytes where the text is not UTF-8
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(error)
        raise _no_json(text) from error
    except ArithmeticError as error:
        reason = "A number in it has an exponent that no number may have."
        raise NoJson(reason, "Have it written as a text, in quotes, or left out.") from error


def _no_json(said: str) -> NoJson:
    """The refusal of a text, from the parser's message: a reason, and in two lines below it the
    text around the fault and an arrow to its place."""
    first, around, arrow, *_ = [*said.split("\n"), "", ""]
    found = first.removeprefix("parse error: ").strip(" .")
    place = arrow.find("^")
    near = around[max(0, place - _AROUND) : place + _AROUND].strip() if place >= 0 else ""
    shown = f", near {near!r}" if near else ""
    reason = f"The file is not JSON: {found[:200]}{shown}."
    return NoJson(reason, "Mend it, or export it again.")


def _no_object(item: Any) -> BrokenRow:
    return BrokenRow(_shown(item), "A row is an object.", "Give each value a name.")


def _shown(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False, default=str)


def _items(bounded: BoundedFile, property_: str | None) -> Iterator[Any]:
    """The rows, built one by one. The library's own search for a place in a document takes time
    quadratic in its depth, so the place is tracked here."""
    place = _DocumentPlace(property_)
    twice: list[str] = []
    members = partial(ObjectMembers, twice)
    built: ObjectBuilder | None = ObjectBuilder(members)  # the document, until its rows are found
    for event, value in json_events(bounded):
        if place.begins_row(event, value):
            built = ObjectBuilder(members)
            twice.clear()
        if built is not None:
            built.event(event, value)
        place.leave(event)
        if place.is_behind_rows:
            return
        if place.is_among_rows and built is not None:
            yield named_twice(_shown(built.value), twice[0]) if twice else built.value
            built = None
    if built is not None and not place.is_among_rows:
        yield from _alone(built.value, property_)


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


class _DocumentPlace:
    """The place of the next event in a document: its depth, its names, and whether it is among the
    rows."""

    def __init__(self, property_: str | None) -> None:
        self._property = property_
        self._names: list[str | None] = []
        self._opened: int | None = None
        self._rows: int | None = None

    @property
    def is_among_rows(self) -> bool:
        """Whether the next event begins a row, or ends the rows."""
        return self._rows == len(self._names)

    @property
    def is_behind_rows(self) -> bool:
        """Whether the rows have ended."""
        return self._rows is not None and len(self._names) < self._rows

    def begins_row(self, event: str, value: Any) -> bool:
        """Process an event that begins something. Returns whether that is a row."""
        depth = len(self._names)
        is_row = event != "end_array" and (self.is_among_rows or self._begins_rows(event, depth))
        if is_row:
            self._rows = depth
        if event == "map_key":
            self._names[-1] = value
        elif event in ("start_map", "start_array"):
            if event == "start_array" and self._rows is None and self._is_wanted():
                self._opened = depth + 1
            self._names.append(None)
            if len(self._names) > _DEEPEST_DOCUMENT:
                reason = f"The file nests more than {_DEEPEST_DOCUMENT} levels."
                raise TableRefused(reason, "Give the rows as a plain list of objects.")
        elif self._opened == depth and self._rows is None and event != "end_array":
            self._opened = None  # a list of something else
        return is_row

    def _begins_rows(self, event: str, depth: int) -> bool:
        """Whether the first row begins: an object in an array, or anything in the requested array
        or in an array that is the document itself."""
        if self._rows is not None or self._opened != depth:
            return False
        is_certain = self._property is not None or depth == 1
        return event == "start_map" or (is_certain and event != "start_array")

    def leave(self, event: str) -> None:
        """Process an event that ends something."""
        if event in ("end_map", "end_array"):
            self._names.pop()

    def _is_wanted(self) -> bool:
        below = ".".join(name for name in self._names if name is not None)
        return self._property is None or below == self._property


def json_line_rows(path: Path, encoding: str | None = None) -> Iterator[TableRow]:
    """The objects of a file with one on each line. A line that is not an object is a broken row.
    Raises `TableRefused`."""
    for number, item in json_line_objects(path, encoding):
        yield object_row(number, item, cells_of)


def json_line_objects(
    path: Path, encoding: str | None = None
) -> Iterator[tuple[int, dict[str, Any] | BrokenRow]]:
    """The same objects before they have cells, each with its line number."""
    with utf8_file(path, encoding) as file:
        number = 0
        while line := file.readline(MOST_OF_ROW + 1):
            number += 1
            if len(line) > MOST_OF_ROW:
                reason = f"A line has at most {MOST_OF_ROW:,} bytes."
                raise TableRefused(reason, "Give each object its own line.", number)
            line = without_mark(line).strip()
            if line:
                yield number, _object_of_line(line)


def json_line_row(number: int, line: bytes) -> TableRow:
    """The object of a line as a row; a broken row if it is not one."""
    return object_row(number, _object_of_line(line), cells_of)


def _object_of_line(line: bytes) -> dict[str, Any] | BrokenRow:
    try:
        quoted = quoted_numbers(line)
        item = _DECODER.decode(quoted)
        twice = name_twice_in(quoted, item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = line.decode(errors="replace")
        return BrokenRow(text, "The line is not JSON.", "Mend it, or leave it out.")
    if twice is not None:
        return named_twice(line.decode(errors="replace"), twice)
    return item if isinstance(item, dict) else _no_object(item)

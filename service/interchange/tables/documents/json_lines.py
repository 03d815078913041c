"""JSON Lines: the object of each line is a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from service.interchange.tables.encoding import utf8_file
from service.interchange.tables.limits import (
    MOST_OF_ROW,
    TableRefused,
    quoted_numbers,
    without_mark,
)
from service.interchange.tables.row import (
    BrokenRow,
    TableRow,
    cells_of,
    name_twice_in,
    named_twice,
    object_row,
)

__all__ = [
    "json_line_objects",
    "json_line_row",
    "json_line_rows",
    "no_object",
    "shown_value",
]

_DECODER: Final = msgspec.json.Decoder(float_hook=str)


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
    return item if isinstance(item, dict) else no_object(item)


def no_object(item: Any) -> BrokenRow:
    """A value among the rows that is no object."""
    return BrokenRow(shown_value(item), "A row is an object.", "Give each value a name.")


def shown_value(item: Any) -> str:
    """A value as the file has it, as nearly as it is known."""
    return json.dumps(item, ensure_ascii=False, default=str)

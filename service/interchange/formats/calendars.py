"""iCalendar: each event is a row, with its days as one date in `when`. A recurring event is one
row."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from service.interchange.formats.own_statement import OWN_STATEMENT
from service.interchange.tables.encoding import (
    MIXED,
    FoundEncoding,
    find_encoding,
    is_utf8,
    utf8_file,
)
from service.interchange.tables.limits import MOST_OF_ROW, TableRefused, without_mark
from service.interchange.tables.row import BrokenRow, Cell, TableRow

__all__ = ["calendar_encoding", "event_rows"]

_OURS: Final = "X-ONRECORD-STATEMENT"
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
"""The start of a continued line, which may continue even within a character (RFC 5545, 3.1)."""
_UNREADABLE: Final = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError),
    RecursionError,
)
"""The library's errors for an event that breaks its rules, such as one with two beginnings. The
last of them comes from a time zone whose name is a path of a thousand parts."""
_BROKEN: Final = "it breaks the rules of iCalendar"
_DATES: Final = ("DTSTART", "DTEND", "DURATION")
_SEPARATE: Final = ("DTSTART", "DTEND", "DURATION", "CATEGORIES", "GEO")


def event_rows(path: Path) -> Iterator[TableRow]:
    """The events of a calendar. Each is read by itself, so that a file of any length takes no more
    memory than its longest event; an unreadable one is a broken row. Raises `TableRefused`."""
    from icalendar import Event  # noqa: PLC0415 - takes 2 MB, and most services read no calendar

    for line, block in _blocks(path):
        try:
            cells = _cells(Event.from_ical(_FOLD.sub(b"", block).decode()))
        except _UNREADABLE as error:
            said = str(error)[:200] if isinstance(error, ValueError) else _BROKEN
            reason = f"The event cannot be read: {said}."
            text = block.decode(errors="replace")
            broken = BrokenRow(text, reason, "Mend it, or take it out.")
            yield TableRow(line, {}, broken=broken)
        else:
            yield TableRow(line, cells)


def calendar_encoding(path: Path) -> FoundEncoding:
    """The encoding of a calendar. Long lines may be continued within a character, so the file's
    bytes need not be valid UTF-8 before continued lines are joined."""
    found = find_encoding(path, None)
    if found.codec.startswith("utf"):
        return found
    whole = Counter(is_utf8(line) for line in _unfolded(path) if not line.isascii())
    if whole[True] <= whole[False]:
        return found
    return FoundEncoding("utf-8", "utf-8", MIXED if whole[False] else None)


def _unfolded(path: Path) -> Iterator[bytes]:
    """The lines of a calendar, with continued lines joined."""
    line = b""
    with path.open("rb") as file:
        for more in iter(lambda: file.readline(MOST_OF_ROW), b""):
            if more[:1] not in (b" ", b"\t") or len(line) > MOST_OF_ROW:
                yield line
                line = b""
            line += (more[1:] if line else more).rstrip(b"\r\n")
    yield line


def _blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each event from its BEGIN to its END, with the line on which it begins."""
    block: list[bytes] = []
    begun, weight, opened = 0, 0, 0
    with utf8_file(path, calendar_encoding(path).codec) as file:
        for number, line in enumerate(iter(lambda: file.readline(MOST_OF_ROW), b""), start=1):
            word = without_mark(line).strip().upper()
            opened += (word == b"BEGIN:VCALENDAR") - (word == b"END:VCALENDAR")
            if word == b"BEGIN:VEVENT":
                _refuse_unended(begun)
                block, begun, weight = [], number, 0
            if not begun:
                continue
            block.append(line)
            weight += len(line)
            if weight > MOST_OF_ROW:
                reason = f"An event has at most {MOST_OF_ROW:,} bytes."
                raise TableRefused(reason, "Perhaps its END is missing: mend it.", begun)
            if word == b"END:VEVENT":
                yield begun, b"".join(block)
                begun = 0
    _refuse_unended(begun)
    if opened > 0:
        reason = "The file ends before its END:VCALENDAR, so events may be missing."
        raise TableRefused(reason, "Export or download it again.")


def _refuse_unended(begun: int) -> None:
    """Raise `TableRefused` if an event has begun on a line (0: none has)."""
    if begun:
        reason = "The event that begins here has no END:VEVENT."
        raise TableRefused(reason, "Mend it, or export or download the file again.", begun)


def _cells(event: Any) -> dict[str, Cell]:
    _check_dates(event)
    cells: dict[str, Cell] = {}
    for name, value in event.property_items(recursive=False, sorted=False):
        if name not in ("BEGIN", "END", *_SEPARATE):
            cells.setdefault(str(name), _text(value))
    cells[OWN_STATEMENT] = cells.pop(_OURS, "")
    cells |= _when(event)
    for name in ("DTSTART", "DTEND"):
        if name in event:
            cells[name] = _moment(event.decoded(name))
    categories = event.get("CATEGORIES", [])
    listed = categories if isinstance(categories, list) else [categories]
    cells["CATEGORIES"] = tuple(str(one) for each in listed for one in getattr(each, "cats", []))
    if "GEO" in event:
        cells |= _position(event["GEO"], is_named=bool(cells.get("LOCATION")))
    organizer = event.get("ORGANIZER")
    if name := getattr(organizer, "params", {}).get("CN"):
        cells["ORGANIZER"] = f"{name} ({organizer})"
    return cells


def _position(place: Any, *, is_named: bool) -> dict[str, Cell]:
    """The coordinates of the place; a further field if it has no name, which a place needs."""
    latitude, longitude = str(place.latitude), str(place.longitude)
    if is_named:
        return {"latitude": latitude, "longitude": longitude}
    return {"position": f"{latitude};{longitude}"}


def _check_dates(event: Any) -> None:
    """Raise ValueError if the beginning or the end of an event is invalid."""
    for name, said in event.errors:
        if name in _DATES:
            raise ValueError(f"{name}: {said}")
    several = [name for name in _DATES if isinstance(event.get(name), list)]
    if several:
        raise ValueError(f"it has {several[0]} more than once")


def _text(value: Any) -> str:
    text = value.to_ical() if hasattr(value, "to_ical") and not isinstance(value, str) else value
    return text.decode() if isinstance(text, bytes) else str(text)


def _when(event: Any) -> dict[str, Cell]:
    """The date from the start to the end. If the end is a whole day, it is the day after the last
    one. The times of day that the date has no room for stand in `begins` and `ends`."""
    if "DTSTART" not in event:
        return {"when": ""}
    start = event.decoded("DTSTART")
    end = event.decoded("DTEND") if "DTEND" in event else None
    if end is None and "DURATION" in event:
        end = start + event.decoded("DURATION")
    if end is not None and not isinstance(end, datetime.datetime):
        end -= datetime.timedelta(days=1)
    if end is None or end <= start:
        return {"when": _moment(start)}
    if not isinstance(start, datetime.datetime):
        return {"when": f"{_moment(start)}/{_moment(end)}"}
    # A time of day is allowed only in a single date.
    first, last = start.date(), end.date()
    if first == last:
        return {"when": _moment(start), "ends": _moment(end)}
    days = f"{first.isoformat()}/{last.isoformat()}"
    return {"when": days, "begins": _moment(start), "ends": _moment(end)}


def _moment(value: datetime.date | datetime.datetime) -> str:
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")

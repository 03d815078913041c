"""TimelineJS: in its JSON each slide except the title is a row, with its dates as one in `when`; in
its spreadsheet each row is. Media may be a piece of HTML instead of an address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from events.edtf import dates
from events.errors import DateError
from events.statement.wording import STATEMENT_ID
from service.interchange.tables.documents.json_rows import json_objects
from service.interchange.tables.row import Cell, TableRow, cells_of, object_rows

__all__ = ["sheet_rows", "slide_rows"]

_DIGITS: Final = re.compile(r"-?[0-9]{1,11}")
_FRAME: Final = re.compile(r"<iframe\b[^>]*?\ssrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_PATH: Final = re.compile(r"[./]|[^\s./:]+/")
"""The beginning of an address within the site that shows it."""


def slide_rows(path: Path) -> Iterator[TableRow]:
    """The slides of a file as rows. Raises `TableRefused`."""
    return object_rows(json_objects(path, "events"), _slide)


def _slide(slide: Mapping[str, Any]) -> dict[str, Cell]:
    cells = cells_of(slide)
    given = str(slide.get("unique_id", ""))
    cells["id"] = given if STATEMENT_ID.admits(given) else ""
    cells["when"] = _when(slide)
    return _with_media(cells, "media.url", "media.caption", "media.quote")


def sheet_rows(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """The rows of the spreadsheet, with a quotation in a column of its own."""
    for row in rows:
        cells = _with_media({**row.cells}, "Media", "Media Caption", "Media Quote")
        yield row._replace(cells=cells, written=row.cells)


def _with_media(cells: dict[str, Cell], media: str, caption: str, quoted: str) -> dict[str, Cell]:
    """The cells. HTML in the place of an address is replaced by the address of its frame, or else
    by its words as a quotation. Without a caption, these words are also the title of their source.
    The path of a file beside the page that shows the timeline is no address. It gets a column of
    its own, of which no statement is made."""
    given = cells.get(media, "")
    if not isinstance(given, str):
        return cells
    given = given.strip()
    if framed := _FRAME.match(given):
        given = html.unescape(framed[1])
    elif given.startswith("<"):
        return cells | {media: "", quoted: given, caption: cells.get(caption) or given}
    if given.startswith("//"):
        return cells | {media: f"https:{given}"}
    if _PATH.match(given):
        return cells | {media: "", f"{media} (path)": given}
    return cells | {media: given} if framed else cells


def _when(slide: Mapping[str, Any]) -> str:
    """`display_date` if that is a date by itself, as in our own exports; else the date from the
    start to the end."""
    shown = str(slide.get("display_date", ""))
    start, end = (_date(slide.get(name)) for name in ("start_date", "end_date"))
    if shown and _is_date(shown):
        return shown
    return f"{start}/{end}" if start and end and start != end else start or end


def _is_date(text: str) -> bool:
    try:
        dates.parse(text)
    except DateError:
        return False
    return True


def _date(parts: Any) -> str:
    """The date of a slide. Members that make no date are joined unchanged, so that the refusal
    shows them."""
    if not isinstance(parts, Mapping):
        return ""
    year, month, day, hour, minute, second = (
        str(parts.get(name) if parts.get(name) is not None else "").strip()
        for name in ("year", "month", "day", "hour", "minute", "second")
    )
    text = _year(year)
    for part in (month, day):
        text += f"-{part.zfill(2)}" if part else ""
    if day and hour:
        text += f"T{hour.zfill(2)}:{(minute or '0').zfill(2)}"
        text += f":{second.zfill(2)}" if second else ""
    return text


def _year(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        return text
    number = int(text)
    if abs(number) > 9999:
        return f"Y{number}"
    return f"-{-number:04}" if number < 0 else f"{number:04}"

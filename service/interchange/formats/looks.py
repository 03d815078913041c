"""Recognizes the known formats by their look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

import msgspec

from service.interchange.formats.linked_data import REVIEW_KIND
from service.interchange.tables.encoding import seen_beginning

__all__ = ["format_of_columns", "format_of_text", "kind_of_lines"]

_LOOKED_AT: Final = 1 << 18
_REVIEW: Final = re.compile(f'"{REVIEW_KIND}"'.encode())
_COLUMNS: Final = (
    ("onrecord", {"id", "kind", "text", "said.by", "said.on", "occurred"}),
    ("ucdp-ged", {"date_start", "date_end", "side_a", "side_b", "best"}),
    ("acled", {"event_id_cnty", "event_date"}),
    ("timelinejs-sheet", {"Year", "Month", "Day", "Headline", "Text"}),
)
"""Columns that occur together only in files of that format."""


def format_of_columns(columns: Collection[str]) -> str | None:
    """The known format of a table with these columns, or None."""
    there = set(columns)
    return next((name for name, wanted in _COLUMNS if wanted <= there), None)


def format_of_text(path: Path) -> str | None:
    """The known format of a file that is not a table, or None."""
    begun = seen_beginning(path, _LOOKED_AT).lstrip()
    if begun[:15].upper() == b"BEGIN:VCALENDAR":
        return "ics"
    if begun.startswith(b"<"):
        return "atom" if b"http://www.w3.org/2005/Atom" in begun else None
    if not begun.startswith((b"{", b"[")):
        return None
    if b"jsonfeed.org/version/" in begun:
        return "jsonfeed"
    if b'"claims"' in begun and b'"claimReview"' in begun:
        return "factcheck"
    if _REVIEW.search(begun):
        return "claimreview"
    is_slides = b'"start_date"' in begun or b'"headline"' in begun
    return "timelinejs" if b'"events"' in begun and is_slides else None


def kind_of_lines(lines: Iterable[bytes]) -> str | None:
    """`events` or `commands`, if most of the objects among these first lines of a file are ours;
    else None. Unreadable lines are ignored."""
    kinds = Counter(kind for line in lines if (kind := _kind_of_line(line.strip())) is not None)
    for kind in ("events", "commands"):
        if 2 * kinds[kind] > kinds.total():
            return kind
    return None


def _kind_of_line(line: bytes) -> str | None:
    """The kind of a line; empty for another object, None if it is not JSON."""
    try:
        first = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(first, dict):
        return ""
    if {"timeline", "revision", "type", "subject", "digest"} <= first.keys():
        return "events"
    return "commands" if first.keys() & _COMMANDS and len(first.keys() - {"reason"}) == 1 else ""


_COMMANDS: Final = {
    *("timeline", "actor", "alias", "statement", "relation", "grade", "put", "correction"),
    *("retraction", "reinstatement", "unrelation", "unalias", "redaction"),
}

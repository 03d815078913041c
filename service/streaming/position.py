"""Positions: the revision of each timeline up to which a subscriber has received the events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from events.statement.timeline_names import ANY_TIMELINE_PATTERN
from service.http.declared.parameter import ParameterType, integer, of_header, optional
from service.http.query_string import whole_number
from service.reading.moment import MOST

__all__ = ["AFTER", "AFTER_EACH", "LAST_ID", "LAST_IDS", "position_text"]

_ONE: Final = f"{ANY_TIMELINE_PATTERN}:[0-9]{{1,16}}"
_PART: Final = re.compile(f"({ANY_TIMELINE_PATTERN}):([0-9]{{1,16}})")
_MOST_PARTS: Final = 100
_revision: Final = whole_number(0, MOST)
_SEVERAL: Final = f"^{_ONE}(,{_ONE})*$"


def position_text(position: Mapping[str, int], *, joined: bool) -> bytes:
    """The position in the form of a frame's `id:`."""
    if joined:
        return b",".join(b"%b:%d" % (name.encode(), position[name]) for name in position)
    [revision] = position.values()
    return b"%d" % revision


def _positions(text: str) -> dict[str, int]:
    position: dict[str, int] = {}
    parts = text.split(",")
    for part in parts[:_MOST_PARTS]:
        found = _PART.fullmatch(part)
        if found is None or found[1] in position:
            break
        position[found[1]] = _revision(found[2])
    if len(position) < len(parts):
        raise ValueError("It is a revision of each timeline, as in a:12,b:7, each timeline once.")
    return position


_LAST_REVISION: Final = {"type": "string", "pattern": "^([0-9]{1,16})?$"}
_LAST_POSITION: Final = {"type": "string", "pattern": f"{_SEVERAL}|^$"}

AFTER: Final = optional(
    "after",
    "Begin after this revision, 0 for the beginning. Without it the stream begins at the head.",
    integer(0, MOST),
    0,
)
AFTER_EACH: Final = optional(
    "after",
    "Begin after these revisions, `a:12,b:7`; a timeline that is missing there begins at its head.",
    ParameterType(_positions, {"type": "string", "pattern": _SEVERAL}),
    "kursk:0",
)
_LAST: Final = "The `id` of the last frame that was received; it wins over `after`."
LAST_ID: Final = of_header("Last-Event-ID", _LAST, ParameterType(_revision, _LAST_REVISION), "1")
LAST_IDS: Final = of_header(
    "Last-Event-ID", _LAST, ParameterType(_positions, _LAST_POSITION), "kursk:1"
)

"""Positions: up to which revision of which timeline a subscriber has heard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from service.query_string import whole_number
from service.reading import MOST

__all__ = ["position_of", "position_text"]

_PART = re.compile(r"([a-z0-9][a-z0-9-]{0,62}):([0-9]{1,16})")
_MOST_PARTS: Final = 100
_revision = whole_number(0, MOST)


def position_of(name: str | None) -> Callable[[str], dict[str, int]]:
    """A reader of positions: of the one timeline `name` a revision; where it is None, of several
    timelines `a:12,b:7`. It raises ValueError."""

    def read_one(text: str) -> dict[str, int]:
        assert name is not None
        return {name: _revision(text)}

    return _read_several if name is None else read_one


def position_text(position: Mapping[str, int], *, joined: bool) -> bytes:
    """The position as it is sent in `id:`."""
    if joined:
        return b",".join(b"%b:%d" % (name.encode(), position[name]) for name in position)
    [revision] = position.values()
    return b"%d" % revision


def _read_several(text: str) -> dict[str, int]:
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

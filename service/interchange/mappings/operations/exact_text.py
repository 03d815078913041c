"""Texts that a cell of a table cannot hold as they are, written so that they come back.

White space at the ends of a cell is taken away when a table is read, an empty cell is nothing, and
a separator cuts a list. A text with one of these is written as a backslash and the text as JSON:
`\\" so"`. What looks like that by itself is written so too, so reading is always right.
"""

from __future__ import annotations

import json
import re
from typing import Final

__all__ = ["ExactText", "exactly_read", "exactly_written", "needs_exactness"]

_WRITTEN: Final = re.compile(r'\\"(?:[^"\\]|\\.)*"', re.DOTALL)
_SEPARATOR: Final = "¦"


class ExactText(str):
    """A text that is taken as it is: white space at its ends counts, nothing in it is markup, it is
    never cut, and an empty one is a text too."""

    __slots__ = ()


def needs_exactness(text: str) -> bool:
    """Whether the text would not come back from a cell of its own."""
    return text != text.strip() or not text or _WRITTEN.fullmatch(text) is not None


def exactly_written(text: str) -> str:
    """The text as a cell, or as an item of a list in a cell, from which it comes back whatever it
    is. There is no separator in it."""
    shown = json.dumps(text, ensure_ascii=False)
    return "\\" + shown.replace(_SEPARATOR, "\\u00a6")


def exactly_read(cell: str) -> str | ExactText:
    """The text of a cell: an exact one if the cell is written so, else the cell itself."""
    if not cell.startswith('\\"') or _WRITTEN.fullmatch(cell) is None:
        return cell
    try:
        return ExactText(json.loads(cell[1:], strict=False))
    except ValueError:
        return cell

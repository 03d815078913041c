"""Texts that a cell of a table would change, written in a form that preserves them.

Reading a table removes white space at the ends of a cell, an empty cell is nothing, and separators
cut lists. A text with one of these is written as a backslash and the text as JSON: `\\" so"`. A
text that already has this form is written like that too, so reading is always unambiguous.
"""

from __future__ import annotations

import json
import re
from typing import Final

__all__ = ["SEPARATOR", "ExactText", "exactly_read", "exactly_written", "needs_exactness"]

_WRITTEN: Final = re.compile(r'\\"(?:[^"\\]|\\.)*"', re.DOTALL)
SEPARATOR: Final = "¦"
"""Separates the items of a list; names, titles and links hardly ever contain it."""


class ExactText(str):
    """A text that is used unchanged: white space at its ends counts, it has no markup, it is never
    cut, and it may be empty."""

    __slots__ = ()


def needs_exactness(text: str) -> bool:
    """Whether a cell of its own would not preserve the text."""
    return text != text.strip() or not text or _WRITTEN.fullmatch(text) is not None


def exactly_written(text: str) -> str:
    """The text as a cell, or as an item of a list in a cell, in a form that preserves any text. It
    contains no separator."""
    shown = json.dumps(text, ensure_ascii=False)
    return "\\" + shown.replace(SEPARATOR, "\\u00a6")


def exactly_read(cell: str) -> str | ExactText:
    """The text of a cell: an exact text if it is written so, else the cell itself."""
    if not cell.startswith('\\"') or _WRITTEN.fullmatch(cell) is None:
        return cell
    try:
        return ExactText(json.loads(cell[1:], strict=False))
    except ValueError:
        return cell

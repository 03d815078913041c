"""Cells of a table as text that a spreadsheet shows and never runs.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return may be taken for a formula.
An apostrophe is put before it, as people do by hand, unless it is a number or a date. A cell with
apostrophes before such a character gets one more, so that taking one away is always right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["SEPARATOR", "as_written", "harmless", "list_cell"]

SEPARATOR: Final = "¦"
"""What stands between the items of a list: a sign that names, titles and links hardly ever have."""

_BETWEEN: Final = f" {SEPARATOR} "
_FIRST: Final = frozenset("'=+-@\t\r")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
_MADE_HARMLESS: Final = re.compile(r"'+[=+\-@\t\r]")
_PLAIN: Final = re.compile(
    r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|-[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?(?:/-?[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?|/\.\.|/)?"
)
"""Numbers, and dates before the year 0."""


def harmless(cell: str) -> str:
    """The text of a cell, with an apostrophe before what could be taken for a formula."""
    if cell[:1] not in _FIRST or _RISKY.match(cell) is None or _PLAIN.fullmatch(cell) is not None:
        return cell
    return f"'{cell}"


def as_written(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell


def list_cell(values: Iterable[str | None]) -> str:
    """A list in one cell, with ` ¦ ` between its items, of which some may be empty. In an item the
    sign itself becomes `|`."""
    texts = [value or "" for value in values]
    if any(SEPARATOR in text for text in texts):
        texts = [text.replace(SEPARATOR, "|") for text in texts]
    if len(texts) == 1:
        return texts[0]
    return _BETWEEN.join(texts) if any(texts) else ""

"""Cells of a table as text that a spreadsheet shows but never executes.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return may be taken for a formula.
An apostrophe is put before it, as people do by hand, unless it is a number or a date. A cell with
apostrophes before such a character gets one more, so that removing one is always right. A text that
a cell would change is written in the form of `service.interchange.mappings.operations.exact_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from service.interchange.mappings.operations.cleaning import spelling_of
from service.interchange.mappings.operations.exact_text import exactly_written, needs_exactness

__all__ = [
    "SEPARATOR",
    "as_written",
    "harmless",
    "item_cell",
    "list_cell",
    "names_cell",
    "text_cell",
]

SEPARATOR: Final = "¦"
"""Separates the items of a list; names, titles and links hardly ever contain it."""

_BETWEEN: Final = f" {SEPARATOR} "
_FIRST: Final = frozenset("'=+-@\t\r")
_ODD: Final = _FIRST | {"\\"}
"""What a text begins with that may be neither plain nor without white space around it."""
_EMPTY: Final = exactly_written("")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
_MADE_HARMLESS: Final = re.compile(r"'+[=+\-@\t\r]")
_PLAIN: Final = re.compile(
    r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|-[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?(?:/-?[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?|/\.\.|/)?"
)
"""Numbers, and dates before the year 0."""


def harmless(cell: str) -> str:
    """The text of a cell, with an apostrophe before a possible formula."""
    if cell[:1] not in _FIRST or _RISKY.match(cell) is None or _PLAIN.fullmatch(cell) is not None:
        return cell
    return f"'{cell}"


def as_written(cell: str) -> str:
    """The inverse of `harmless`."""
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell


def text_cell(text: str | None) -> str:
    """A text as a cell of its own that preserves it. None is an empty cell."""
    if not text:
        return "" if text is None else _EMPTY
    if text[0] in _ODD or text.strip() != text:
        return exactly_written(text) if needs_exactness(text) else harmless(text)
    return text


def item_cell(item: str | None) -> str:
    """The only item of a list as a cell."""
    return exactly_written(item) if item and SEPARATOR in item else text_cell(item)


def list_cell(values: Iterable[str | None]) -> str:
    """A list as one cell, with ` ¦ ` between its items, some of which may be None."""
    texts = ["" if value is None else _item(value) for value in values]
    if len(texts) == 1:
        return harmless(texts[0])
    return harmless(_BETWEEN.join(texts)) if any(texts) else ""


def names_cell(names: Sequence[str], first: str | None = None) -> str:
    """A list of names as one cell; `first` is in a cell before it. An import counts the same name
    twice only if the second is written exactly."""
    seen = set() if first is None else {spelling_of(first)}
    if len(names) < 2 and not seen.intersection(map(spelling_of, names)):
        return item_cell(names[0]) if names else ""
    texts = []
    for name in names:
        texts.append(exactly_written(name) if spelling_of(name) in seen else _item(name))
        seen.add(spelling_of(name))
    return harmless(_BETWEEN.join(texts))


def _item(text: str) -> str:
    return exactly_written(text) if SEPARATOR in text or needs_exactness(text) else text

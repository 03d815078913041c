"""Cells of a table as text that a spreadsheet shows but never executes.

What may be taken for a formula is made `harmless`. A text that a cell would change is written in
the form of `service.interchange.mappings.operations.exact_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from service.interchange.mappings.operations.cleaning import spelling_of
from service.interchange.mappings.operations.exact_text import (
    SEPARATOR,
    exactly_written,
    needs_exactness,
)
from service.interchange.tables.delimited import harmless

__all__ = [
    "item_cell",
    "list_cell",
    "names_cell",
    "text_cell",
]

_BETWEEN: Final = f" {SEPARATOR} "
_ODD: Final = frozenset("'=+-@\t\r\\")
"""What a text begins with that may be neither plain nor without white space around it."""
_EMPTY: Final = exactly_written("")


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

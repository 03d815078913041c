"""Cells that are lists: the signs between their items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["items_of", "separator_of", "signs_of_links", "signs_of_written_lists"]

_SEPARATORS: Final = (";", "|", "¦", " / ", ", ", ",")
_MOST_WORDS: Final = 4
"""The most words of a list item; longer ones are sentences with a comma."""
_FEWEST: Final = 0.1
_ENOUGH: Final = 0.9
_LINK: Final = r"https?://[^\s|]+"
_BETWEEN: Final = r"(?:\s*[;,|]\s*|\s+(?:(?:and|und|et|y|e|и|та|і)\s+)?)"
_LINKS: Final = re.compile(rf"{_LINK}(?:{_BETWEEN}{_LINK})*[;,]?", re.IGNORECASE)
_SIGN: Final = re.compile(rf"({_BETWEEN})(?=https?://)", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_WRITTEN: Final = re.compile(r"\[(?:['\"].*|\])", re.DOTALL)
_WRITTEN_SIGNS: Final = ("['", '["', "', '", "', \"", "\", '", '", "', "']", '"]', "[]")


def separator_of(texts: Sequence[str]) -> str | None:
    """The separator of list items, if many cells are lists."""
    for sign in _SEPARATORS:
        lists = [text for text in texts if sign in text.strip(sign)]
        items = [item for text in lists for item in text.split(sign)]
        short = all(len(item.split()) <= _MOST_WORDS for item in items)
        if len(lists) >= max(1, _FEWEST * len(texts)) and short:
            return sign
    return None


def signs_of_links(texts: Sequence[str]) -> tuple[str, ...]:
    """The signs between links in one cell, if cells have several; empty if other cells have no
    links."""
    if sum(_LINKS.fullmatch(text.strip()) is not None for text in texts) < _ENOUGH * len(texts):
        return ()
    signs = (found[1] for text in texts for found in _SIGN.finditer(text, 1))
    return tuple(sorted({_SPACES.sub(lambda spaces: spaces[0][0], sign) for sign in signs}))


def signs_of_written_lists(texts: Sequence[str]) -> tuple[str, ...]:
    """The signs around the items of printed lists, `['one', 'two']`; empty if the cells are no such
    lists."""
    if not all(map(_WRITTEN.fullmatch, texts)):
        return ()
    return tuple(sign for sign in _WRITTEN_SIGNS if any(sign in text for text in texts))


def items_of(texts: Sequence[str], signs: Sequence[str]) -> list[str]:
    """The items of all lists."""
    cut = "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))
    return [part.strip() for text in texts for part in re.split(cut, text) if part.strip()]

"""Finds the link that a column describes: its publisher, its headline, its archived copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["link_of"]

_WORD: Final = re.compile(r"[^\W\d_]+|[0-9]+")


def link_of(table: SeenTable, links: Sequence[str], column: str) -> str | None:
    """The column of links whose name shares the most words with the column's name, as
    `src1_archived` does with `src1`. If several share as many, it is the nearest before the column,
    or else the first; None if there are no links. A link to a publisher does not describe who
    published another link."""
    own, place = _words(column), table.columns.index(column)
    told = [link for link in links if "publisher" not in table.meanings[link]] or links

    def nearness(link: str) -> tuple[int, int]:
        away = place - table.columns.index(link)
        return len(own & _words(link)), -away if away >= 0 else -len(table.columns)

    return max(told, key=nearness, default=None)


def _words(column: str) -> set[str]:
    """The words and numbers of a name."""
    return {*_WORD.findall(folded(column))}

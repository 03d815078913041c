"""Of which link a column says something: who published it, its headline, where it is archived."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["link_of"]

_WORD: Final = re.compile(r"[^\W\d_]+|[0-9]+")


def link_of(table: SeenTable, links: Sequence[str], column: str) -> str | None:
    """The column of links whose name has most of the words of a column's name, such as `src1` of
    `src1_archived`; of these the one that stands nearest before it, or else the first; None if
    there are no links. A link to a publisher says itself who published another one."""
    own, place = _words(column), table.columns.index(column)
    told = [link for link in links if "publisher" not in table.meanings[link]] or links

    def nearness(link: str) -> tuple[int, int]:
        away = place - table.columns.index(link)
        return len(own & _words(link)), -away if away >= 0 else -len(table.columns)

    return max(told, key=nearness, default=None)


def _words(column: str) -> set[str]:
    """The words and numbers of a name."""
    return {*_WORD.findall(folded(column))}

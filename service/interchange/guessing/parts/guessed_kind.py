"""The kind of statement of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.column_name import words_of_name
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.columns.word_files import kind_words
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["guess_kind"]

_OF_SOURCES: Final = frozenset(("source", "document", "publisher", "link", "check"))
"""Meanings of the name of a column with the kind of something else."""
_MOST: Final = 0.75


def guess_kind(
    table: SeenTable, roles: Assignment, naming: Sequence[str], *, is_claimed: bool
) -> dict[str, Any]:
    """A column of kinds, in whatever language. Without one, the kind is what the name of a column
    in `naming` (text and speaker) says; else it is a claim if somebody says it, or a report."""
    for column in table.columns:
        if _are_kinds(table, column, has_words=roles.whole.has_words):
            return _of_cells(table, column)
    for column in naming:
        words = words_of_name(column)
        phrases = ["_".join(words), *words] if len(words) > 1 else words
        known = kind_words("names")
        if found := next((known[w] for w in phrases if w in known), None):
            return {"value": found}
    return {"value": "claim" if is_claimed else "report"}


def _are_kinds(table: SeenTable, column: str, *, has_words: bool) -> bool:
    """Whether each cell is a kind, or most are in a column whose name means kinds: the others are
    refused. Words for kinds may also be kinds of something else, so they count only if somebody
    says something, in a column with such a name."""
    texts = [*map(folded, table.filled(column))]
    known, meanings = kind_words("cells"), table.meanings[column]
    exact = {*known.values()}
    if exact.issuperset(texts):
        return True
    if "category" not in meanings or not meanings.isdisjoint(_OF_SOURCES):
        return False
    words = known.keys() if has_words and len({*texts}) > 1 else exact
    return sum(text in words for text in texts) >= _MOST * len(texts)


def _of_cells(table: SeenTable, column: str) -> dict[str, Any]:
    known = kind_words("cells")
    texts = dict.fromkeys(table.filled(column))
    kinds = {text: known[folded(text)] for text in texts if folded(text) in known}
    lookup = {text: kind for text, kind in kinds.items() if text.lower() != kind}
    return {"column": column, "lookup": lookup} if lookup else {"column": column, "slug": True}

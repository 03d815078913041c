"""Columns of the text, and the headline that belongs to it or to its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.column_name import plain_name
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.whole_table import is_said

__all__ = ["guess_text", "titles_of"]

_MOST_PARTS: Final = 4
_ENOUGH: Final = 0.95
_FULL: Final = 0.9
_MOST: Final = 0.8
_HALF: Final = 0.5
_TOLD: Final = (
    *("headline", "tags", "about", "speaker", "happened", "start", "date", "place", "number"),
    *("low", "high", "verdict", "said"),
)
"""Roles of columns that tell what a row is about, the most telling first."""
_UNTOLD: Final = frozenset(("internal", "link", "archive", "key", "aside", "explanation"))
"""Roles of columns that tell nothing about that."""


def titles_of(
    table: SeenTable, roles: Assignment, speaker: str | None
) -> tuple[str | None, list[str]]:
    """The title of the source, if it has none of its own, and the columns of the text. A headline
    belongs to the text, unless somebody speaks or it comes after the text: then it is the source's.
    If the text is too long, such as a speech, the headline is the whole text."""
    text, headline, title = roles.one("text"), roles.one("headline"), roles.one("title")
    if text and headline and roles.one("link") and text not in table.too_long:
        behind = table.columns.index(headline) > table.columns.index(text)
        if behind and title and "source" in table.meanings[title]:
            return headline, [text]
        if (speaker or behind) and title is None:
            return headline, [text]
    chosen = [column for column in (headline, text) if column]
    return None, [column for column in chosen if column not in table.too_long] or chosen


def guess_text(table: SeenTable, roles: Assignment, chosen: Sequence[str]) -> dict[str, Any]:
    """The columns of the text, with other columns behind them if many rows lack it. Rows without a
    text are refused if most rows have whole sentences, or half of them have what the name of the
    column calls a text."""
    parts = [] if _is_usual(table, chosen) else _parts(table, roles, chosen)
    named = [column for column in chosen if table.fits_template(column)]
    labelled = [f"{plain_name(c)}: {{{c}}}" for c in parts if table.fits_template(c)]
    if labelled or len(named) > 1:
        # the chosen ones stand first, where an empty one leaves nothing behind
        told = [
            *(f"{{{column}}}" for column in named),
            *(["; ".join(labelled)] if labelled else []),
        ]
        place: dict[str, Any] = {"template": "\n\n".join(told)}
    else:
        place = {"column": next(iter([*named, *chosen, *table.columns, *table.names]))}
    return place | ({"strip-html": True} if any(table.looks[c].is_html for c in chosen) else {})


def _is_usual(table: SeenTable, chosen: Sequence[str]) -> bool:
    """Whether so many rows have the text that the others are faulty."""
    usual = _MOST if any(table.looks[c].is_prose for c in chosen) else _ENOUGH
    return any(table.share(c) >= (_HALF if _is_named(table, c) else usual) for c in chosen)


def _is_named(table: SeenTable, column: str) -> bool:
    """Whether a column is named like something said, or has sentences and is named like a text."""
    meanings = table.meanings[column]
    return is_said(meanings) or (table.looks[column].is_prose and "account" in meanings)


def _parts(table: SeenTable, roles: Assignment, chosen: Sequence[str]) -> list[str]:
    """The columns that tell most besides the chosen ones, in the order of the file: those with a
    telling role before others. A label without anything behind it tells nothing, so columns that
    nearly every row has are taken if there are any."""
    others = [c for c in table.columns if c not in chosen and _tells(table, roles, c)]
    others = [c for c in others if table.share(c) >= _FULL] or others
    ranks = {role: rank for rank, role in enumerate(_TOLD)}
    order = sorted(others, key=lambda c: ranks.get(roles.role_of(c) or "", len(ranks)))
    best = order[: max(0, _MOST_PARTS - len(chosen))]
    return [c for c in table.columns if c in best]


def _tells(table: SeenTable, roles: Assignment, column: str) -> bool:
    """Whether a column tells what a row is about; one without a role must have words for that."""
    role = roles.role_of(column)
    is_named = table.looks[column].is_words and "key" not in table.meanings[column]
    return role not in _UNTOLD and (role in _TOLD or is_named)

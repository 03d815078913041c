"""Features of the columns of a table together: whether its rows are events, and whether somebody
says something in them."""

from __future__ import annotations

from typing import Final, NamedTuple

from service.interchange.guessing.columns.seen_table import SeenTable

__all__ = ["TELLING", "WholeTable", "is_said", "look_at_whole", "tells_no_speaker"]

TELLING: Final = frozenset(("account", "happen"))
"""Meanings of the name of a text that tells what happened."""
_SAID: Final = frozenset(("statement", "quote"))
"""Meanings of the name of a text that somebody said, whatever else it means."""
_SAYING: Final = frozenset(("say", "sayer", "statement", "quote", "reply", "verbatim"))
"""Meanings of column names in a table in which somebody says something."""
_ABOUT_IT: Final = frozenset(("source", "document", "record"))
"""Meanings of the names of columns that say where a row comes from, but nothing of its content."""
_ONLY_SAID: Final = frozenset(("say", "other", "filler", "state"))
"""Meanings of a name that may say who has spoken, but also whether somebody has."""
_JUDGING: Final = frozenset(("rebuttal", "truth"))
"""Meanings of the names of columns that judge what somebody said."""


class WholeTable(NamedTuple):
    """`are_events`: the rows have a time of their own, or counts. `are_told`: they tell what
    happened, before what somebody said about it. `is_judged`: what a row tells is held against
    somebody who said it; `is_rated`: it is rated. `has_words`: somebody says something."""

    are_events: bool
    are_told: bool
    is_judged: bool
    is_rated: bool
    has_words: bool


def look_at_whole(table: SeenTable) -> WholeTable:
    """Look at all columns together."""
    written = (c for c in table.columns if _may_tell(table, c))
    told = (found for column in written if not (found := table.meanings[column]) & _ABOUT_IT)
    meanings = frozenset[str]().union(*told)
    is_judged = not meanings.isdisjoint(_JUDGING)
    are_events = _tells_of_events(table)
    is_rated = "verdict" in meanings and not are_events
    decided = any("decide" in table.meanings[c] for c in table.columns if table.looks[c].patterns)
    has_words = is_judged or is_rated or decided or not meanings.isdisjoint(_SAYING)
    return WholeTable(are_events, _are_told(table), is_judged, is_rated, has_words)


def _may_tell(table: SeenTable, column: str) -> bool:
    """Whether the name of a column tells its content; answers and links only refer to it."""
    look = table.looks[column]
    return not (look.is_link or look.is_flag or look.is_reply)


def is_said(meanings: frozenset[str]) -> bool:
    """Whether a text with that name is what somebody said: a statement, or something said that is
    not told as an event."""
    return bool(meanings & _SAID) or ("say" in meanings and meanings.isdisjoint(TELLING))


def tells_no_speaker(table: SeenTable, column: str) -> bool:
    """Whether a name may say no more than that somebody has spoken (`Alert`, `Reported`): no other
    column has what was said, or what was found about it."""
    meanings, looks = table.meanings, table.looks
    others = [c for c in table.columns if c != column]
    said = any(looks[c].is_prose and is_said(meanings[c]) for c in others)
    return meanings[column] <= _ONLY_SAID and not (
        said or any("verdict" in meanings[c] for c in others)
    )


def _tells_of_events(table: SeenTable) -> bool:
    for column in table.columns:
        look, meanings = table.looks[column], table.meanings[column]
        if look.patterns and meanings & {"happen", "start", "end"}:
            return True
        if look.is_number and "people" in meanings:
            return True
    return False


def _are_told(table: SeenTable) -> bool:
    """Whether the rows tell what happened; a verdict is about what was said."""
    meanings = table.meanings
    prose = [c for c in table.columns if table.looks[c].is_prose]
    said = [c for c in prose if is_said(meanings[c])]
    told = [c for c in prose if not meanings[c].isdisjoint(TELLING) and c not in said]
    if not told or any("verdict" in meanings[c] for c in table.columns):
        return False
    return not said or table.columns.index(told[0]) < table.columns.index(said[0])

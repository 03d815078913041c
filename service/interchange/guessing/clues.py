"""The evidence for a column's role: the meanings of its name, and the look of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from service.interchange.guessing.clue_table import CLUES
from service.interchange.guessing.columns.column_look import PROSE, ColumnLook

__all__ = ["ABOUT", "DIFFERENT", "MEANINGS", "clues_of"]

ABOUT: Final = ("perpetrator", "accused", "victim", "target", "organizer")
"""The parts that somebody may have whom a statement is about."""

MEANINGS: Final = frozenset(
    meaning for *_, needed, excluded in CLUES for meaning in (needed + " " + excluded).split()
)
"""The meanings of names that are evidence."""


def _words(look: ColumnLook) -> bool:
    return look.is_words


def _names(look: ColumnLook) -> bool:
    return look.is_words and not look.is_telling and not look.is_share


def _place(look: ColumnLook) -> bool:
    is_list = PROSE < look.length < _LONGEST and not look.is_telling and not look.is_sentence
    return _names(look) or (is_list and look.is_prose)


def _date(look: ColumnLook) -> bool:
    return bool(look.patterns)


def _count(look: ColumnLook) -> bool:
    return look.is_number and not look.is_year


def _writing(look: ColumnLook) -> bool:
    return look.is_prose or look.is_words


def _title(look: ColumnLook) -> bool:
    return _writing(look) and look.length < _LONGEST


def _degrees(most: float) -> Callable[[ColumnLook], bool]:
    return lambda look: look.is_number and -most <= look.numbers.least <= look.numbers.most <= most


_LONGEST: Final = 200
"""The letters of a typical cell above which it is no name or title."""
DIFFERENT: Final = 0.9
_BRIEF: Final = 5
"""The points that a text loses if its cells are no sentences."""
_LEAST: Final = 0.4
_DATES: Final = ("said", "happened", "start", "end", "date", "recorded", "published", "undated")
_COUNTS: Final = ("low", "high", "number")
_WHO_OR_WHERE: Final = ("speaker", "with", "via", "about", "place")
_MANY: Final = 20
"""The number of rows from which on publishers repeat."""
_COUNTED: Final = frozenset(("people", "filler"))
_KINDS: Final = frozenset(("other", "state", "category", "result", "verdict"))
"""Meanings of a name with which a few words in lower case are no names."""
_FITS: Final[Mapping[str, Callable[[ColumnLook], bool]]] = {
    **dict.fromkeys(_DATES, _date),
    **dict.fromkeys(_COUNTS, _count),
    **dict.fromkeys((*_WHO_OR_WHERE, "publisher"), _names),
    "place": _place,
    **dict.fromkeys(("tags", "unit", "measured"), _words),
    "text": _writing,
    **dict.fromkeys(("headline", "title"), _title),
    "verbatim": lambda look: look.is_prose,
    **dict.fromkeys(("link", "archive"), lambda look: look.is_link),
    "explanation": lambda look: not look.is_number,
    "key": lambda look: look.distinct == 1 and not look.is_prose and not look.patterns,
    "verdict": lambda look: (look.is_words or look.is_flag) and look.length < PROSE,
    "verdict number": lambda look: look.is_number and not look.is_year,
    "qualifier": _words,
    "language": lambda look: look.length < PROSE,
    "locator": lambda look: look.length < PROSE and not look.is_link,
    "coordinates": lambda look: look.is_degrees,
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "time": lambda look: look.is_clock,
}
"""How the cells of a column must look for a role; roles that are not listed accept any."""


def clues_of(meanings: frozenset[str], look: ColumnLook) -> Iterator[tuple[str, float]]:
    """The roles that a column may have, each with its points, from the meanings of its name and the
    look of its cells."""
    for role, points, needed, excluded in CLUES:
        if not meanings.issuperset(needed.split()) or not meanings.isdisjoint(excluded.split()):
            continue
        if (role in _FITS and not _FITS[role](look)) or _belies(role, meanings, look):
            continue
        if (role, needed) == ("internal", "record") and not look.is_words:
            continue
        if role == "text":
            if not needed and not _may_be_text(look, points):
                continue
            points = _as_text(look, points, named=bool(needed))
        yield role, points


def _belies(role: str, meanings: frozenset[str], look: ColumnLook) -> bool:
    """Whether the cells contradict a word of the name. Staff members are few, and publishers
    repeat; nobody is called yes, or by a year; neither a share nor a yes or no is a count."""
    if role in _WHO_OR_WHERE:
        is_nobody = look.is_reply or (look.is_dated and role != "place")
        return look.is_domain or is_nobody or _are_no_names(role, meanings, look)
    if role == "internal" and "staff" in meanings:
        return look.filled >= _MANY and not (look.is_repeated or look.is_initials or look.is_name)
    if role == "publisher" and "publisher" not in meanings:
        return look.filled >= _MANY and look.distinct == 1
    is_asked = look.is_flag and "asks" in meanings
    is_share = "%" in look.numbers.words and "share" not in meanings
    return role in _COUNTS and (is_asked or is_share)


def _are_no_names(role: str, meanings: frozenset[str], look: ColumnLook) -> bool:
    """Whether the cells name nobody and no place, but kinds, codes, or numbers of people."""
    if look.is_kinds and not meanings.isdisjoint(_KINDS):
        return True
    is_code = not look.is_lettered or (look.is_initials and look.is_repeated)
    is_count = "people" in meanings <= _COUNTED and not (look.is_name or look.signs)
    return role != "place" and (is_code or is_count)


def _may_be_text(look: ColumnLook, points: float) -> bool:
    """Whether the cells can be the text although no name says so: sentences (not long names), or
    else different values in each row."""
    is_long = look.is_telling or look.is_sentence or look.length >= 2 * PROSE
    return (
        look.is_prose and is_long if points > 1 else look.is_telling and look.distinct >= DIFFERENT
    )


def _as_text(look: ColumnLook, points: float, *, named: bool) -> float:
    """The points, increased for sentences; without sentences, a name counts for less."""
    points += min(look.length / PROSE, 2) / 2 + look.is_prose
    return max(points - _BRIEF, _LEAST) if named and not look.is_prose else points

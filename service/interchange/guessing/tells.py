"""What tells the role of a column: the meanings of its name, and how its cells look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from service.interchange.guessing.columns.column_look import PROSE, ColumnLook

__all__ = ["ABOUT", "MEANINGS", "tells_of"]

ABOUT: Final = ("perpetrator", "victim", "target", "organizer")
"""The parts that somebody may have whom a statement is about."""

# The role; the points for it; the meanings that the name of a column has then, none for any name;
# and those that it has not.
_TELLS: Final = (
    ("key", 9, "key", "count people things attribute locator"),
    ("key", 9, "key coded", ""),
    ("key", 9, "count coded", ""),
    ("key", 8.5, "count", "people things attribute locator"),
    ("key", 4, "coded", "link people things number locator attribute date code"),
    ("text", 9, "what say", ""),
    ("text", 9, "what happen", ""),
    (
        "text",
        9,
        "statement",
        "category date place by person who link internal verdict state source publisher title"
        " official",
    ),
    ("text", 8, "account", "category date place link internal coded verbatim"),
    ("text", 7.5, "quote", "category date by person who link"),
    ("text", 9, "reply asked", "date link"),
    ("text", 1.5, "note", "internal staff"),
    ("text", 2, "", "internal staff note check document aside attribute rebuttal verbatim"),
    ("text", 0.5, "", "internal staff note check"),
    ("headline", 7, "title", "attribute person official"),
    ("speaker", 9, "person say", ""),
    ("speaker", 9, "person statement", "check"),
    ("speaker", 9, "person quote", ""),
    ("speaker", 9, "who say", ""),
    ("speaker", 9, "by say", ""),
    ("speaker", 9, "by publish", ""),
    ("speaker", 9, "by statement", ""),
    ("speaker", 9, "who statement", ""),
    ("speaker", 9, "by quote", ""),
    ("speaker", 9, "who quote", ""),
    ("speaker", 8, "party say", "date"),
    ("speaker", 8, "authority say", "date"),
    ("speaker", 7, "person", "check party"),
    ("speaker", 7, "official", "title statement account document source place record check"),
    ("speaker", 6, "who", "other happen people perpetrator victim target organizer rebuttal"),
    ("speaker", 5, "by", "happen people things"),
    (
        "speaker",
        4,
        "say",
        "date month year statement account what place document publisher rebuttal",
    ),
    ("speaker", 3, "name", "other place title publisher document victim perpetrator account"),
    ("with", 7, "with", ""),
    ("about", 8, "perpetrator", "attribute category"),
    ("about", 8, "victim", "attribute category"),
    ("about", 8, "target", "category attribute statement quote"),
    ("about", 8, "organizer", "attribute category"),
    ("about", 6, "party", "category attribute statement quote"),
    ("about", 8, "about who", ""),
    ("about", 6, "about", "statement account"),
    ("about", 5, "who other", "record check"),
    ("about", 6, "by people", "record check"),
    ("about", 5, "who happen", "record check what"),
    ("about", 5, "who people", "record check"),
    ("about", 3.5, "name", "other place title publisher document account"),
    ("about", 3, "authority", "statement quote"),
    ("place", 8, "place", "attribute code check"),
    ("place", 7, "region", "attribute code check"),
    ("place", 7, "country", "attribute code check"),
    ("latitude", 9, "latitude", ""),
    ("longitude", 9, "longitude", ""),
    ("coordinates", 12, "", ""),
    ("tags", 7, "subject", "category"),
    ("tags", 6, "category", "place"),
    ("verdict", 8, "verdict", ""),
    ("verdict number", 6.5, "verdict", "people things"),
    ("verdict", 9, "check result", ""),
    ("verdict", 5, "check", "title date by person who staff answer"),
    ("language", 9, "language", ""),
    ("link", 10, "", ""),
    ("archive", 11, "archive", ""),
    ("title", 9.5, "title document", ""),
    ("title", 9.5, "title publisher", ""),
    ("title", 9.5, "title source", ""),
    ("title", 9.5, "title check", ""),
    ("title", 9.5, "title statement", ""),
    ("title", 6.5, "document", "category number key"),
    ("title", 6, "source", "category key"),
    ("publisher", 7, "publisher", "title category count"),
    ("publisher", 6, "check person", ""),
    ("publisher", 5.5, "source", "title category key"),
    ("locator", 9, "locator", ""),
    ("verbatim", 8, "verbatim", ""),
    ("unit", 7, "unit", "party say authority"),
    ("qualifier", 8, "qualifier", ""),
    ("said", 9, "say", "record check"),
    ("said", 9, "statement date", "record check"),
    ("said", 9, "quote date", "record check"),
    ("said", 8.5, "statement time", "record check"),
    ("said", 8, "reply date asked", "record check"),
    ("said", 8, "publish", "record check"),
    ("said", 7, "decide", "record check rebuttal"),
    ("happened", 9.5, "happen", "record check say rebuttal"),
    ("start", 9.7, "start", "record check"),
    ("end", 9.7, "end", "record check"),
    ("date", 6, "date", "record check attribute aside"),
    ("date", 5.5, "time", "record check attribute"),
    ("date", 5, "month", "record check attribute"),
    ("date", 5, "year", "record check attribute target"),
    ("recorded", 9, "record", ""),
    ("published", 9, "check date", ""),
    ("published", 9, "check publish", ""),
    ("published", 8, "document date", "rebuttal"),
    ("published", 8, "source date", "rebuttal"),
    ("undated", 1, "", "attribute record check say publish document source rebuttal aside"),
    ("low", 7, "low", ""),
    ("high", 7, "high", ""),
    ("number", 6, "people", "attribute locator"),
    ("number", 6, "things", "attribute locator"),
    ("number", 6, "number", "attribute locator"),
    ("number", 5, "count", "attribute locator code"),
    (
        "number",
        2,
        "",
        "key code attribute locator place region country year month day date time latitude"
        " longitude coordinates internal check category verdict affiliation person answer",
    ),
    ("time", 8, "time", ""),
    ("internal", 20, "internal", ""),
    ("internal", 12, "by record", ""),
    ("internal", 12, "who record", ""),
    ("internal", 12, "person record", ""),
    ("internal", 12, "by check", ""),
    ("internal", 11, "staff", "statement quote say"),
    ("internal", 11, "note staff", ""),
    ("internal", 9, "note record", ""),
    ("internal", 9, "note publisher", ""),
    ("internal", 10, "by initials", ""),
    ("internal", 10, "perpetrator initials", ""),
    ("internal", 7, "record", "state other"),
    ("internal", 9, "check answer", ""),
    ("internal", 9, "workflow answer", ""),
    ("internal", 9, "publish answer", ""),
    ("internal", 9, "mark", ""),
    ("aside", 9.2, "attribute", "victim"),
    ("explanation", 9.8, "rebuttal", ""),
    ("explanation", 9, "person title", "document source"),
    ("explanation", 9, "official title", "document source"),
    ("explanation", 8, "aside", "title date"),
    ("explanation", 8, "reply", "title date"),
    ("explanation", 6, "state", ""),
    ("aside", 9, "question", "link date"),
    ("aside", 6, "code", ""),
    ("explanation", 6, "result", ""),
)

MEANINGS: Final = frozenset(
    meaning for *_, needed, excluded in _TELLS for meaning in (needed + " " + excluded).split()
)
"""The meanings of names that tell something."""


def _words(look: ColumnLook) -> bool:
    return look.is_words


def _date(look: ColumnLook) -> bool:
    return bool(look.patterns)


def _count(look: ColumnLook) -> bool:
    return look.is_number and not look.is_year


def _writing(look: ColumnLook) -> bool:
    return look.is_prose or look.is_words


def _degrees(most: float) -> Callable[[ColumnLook], bool]:
    return lambda look: look.is_number and -most <= look.numbers.least <= look.numbers.most <= most


_DIFFERENT: Final = 0.9
_BRIEF: Final = 5
"""The points that a text loses whose cells are no sentences."""
_LEAST: Final = 0.4
_DATES: Final = ("said", "happened", "start", "end", "date", "recorded", "published", "undated")
_FITS: Final[Mapping[str, Callable[[ColumnLook], bool]]] = {
    **dict.fromkeys(_DATES, _date),
    **dict.fromkeys(("low", "high", "number"), _count),
    **dict.fromkeys(("speaker", "with", "about", "place", "publisher", "tags", "unit"), _words),
    **dict.fromkeys(("text", "headline", "title", "verbatim"), _writing),
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
"""How the cells of a column have to look for a role; those that are not named take any."""


def tells_of(meanings: frozenset[str], look: ColumnLook) -> Iterator[tuple[str, float]]:
    """The roles that a column may have, each with its points, from the meanings of its name and
    the look of its cells."""
    for role, points, needed, excluded in _TELLS:
        if not meanings.issuperset(needed.split()) or not meanings.isdisjoint(excluded.split()):
            continue
        if role in _FITS and not _FITS[role](look):
            continue
        if (role, needed) == ("internal", "record") and not look.is_words:
            continue
        if role == "text":
            if not needed and not _may_be_text(look, points):
                continue
            points = _as_text(look, points, named=bool(needed))
        yield role, points


def _may_be_text(look: ColumnLook, points: float) -> bool:
    """Whether cells are the text where no name says so: sentences, or else what is different in
    each row."""
    return look.is_prose if points > 1 else look.is_words and look.distinct >= _DIFFERENT


def _as_text(look: ColumnLook, points: float, *, named: bool) -> float:
    """The points with what sentences are worth, and what a name is worth less where there are
    none."""
    points += min(look.length / PROSE, 2) / 2 + look.is_prose
    return max(points - _BRIEF, _LEAST) if named and not look.is_prose else points

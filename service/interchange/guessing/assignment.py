"""Assigns roles to columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.interchange.guessing.clues import ABOUT, DIFFERENT, clues_of
from service.interchange.guessing.columns.column_name import words_of_name
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.links_of_columns import link_of
from service.interchange.guessing.whole_table import is_said, look_at_whole, tells_no_speaker

__all__ = ["Assignment"]

_SEVERAL: Final = (
    *("with", "about", "place", "tags", "link", "archive", "low", "high", "number", "unit"),
    *("qualifier", "date", "undated", "time", "internal", "aside", "explanation"),
)
"""Roles that more than one column may have."""
_OF_SOURCES: Final = ("title", "publisher", "locator", "verbatim")
"""Roles that one column may have for each column of links."""
_PLAIN: Final = frozenset(("filler", "other", "answer"))
"""Meanings that tell nothing about a number."""
_COUNTS: Final = ("low", "high", "number")
_SAYING: Final = frozenset(("say", "sayer", "statement", "quote"))
"""Meanings of the name of a speaker, in any table."""
_BARE: Final = frozenset(("name", "filler", "coded"))
"""Meanings of a name that only says that it is a name."""
_BROADCAST: Final = frozenset(("publisher", "publish", "sayer", "quote"))
"""Meanings in a table in which a programme is a broadcast."""
_SPEAKERS: Final = frozenset(("sayer", "person"))
_PLACES: Final = frozenset(("place", "region", "country"))
_PERSONS: Final = frozenset((*ABOUT, "person", "who", "by"))
"""Meanings of the name of a person or organisation."""
_MOST_AWAY: Final = 2
"""How many columns may be between a text and its speaker, or a number and its unit."""

_NEVER: Final = 100
"""The points that an impossible role loses."""
_MOST_EMPTY: Final = 0.1
"""The share of rows in which a key may be empty."""
_SPARSE: Final = 6
"""The points that a text loses, times the share of rows in which it is empty."""
_BESIDE: Final = 2
"""The points that a quotation loses if the table tells what happened too."""
_FAR: Final = 0.5
"""The points that a speaker loses if no column has what was said."""


class Assignment:
    """The roles of the columns. A column gets the role with the most points, unless only one column
    can have that role and another one has more points for it."""

    def __init__(self, table: SeenTable) -> None:
        self.whole = look_at_whole(table)
        numbers = [column for column in table.columns if table.looks[column].is_number]
        said = [column for column in table.columns if is_said(table.meanings[column])]
        self._beside_numbers = {near for column in numbers for near in _near(table, column)}
        self._beside_words = {near for column in said for near in _near(table, column)}
        found = [
            (points - self._lack(table, role, column), -place, role, column)
            for place, column in enumerate(table.columns)
            for role, points in clues_of(table.meanings[column], table.looks[column])
        ]
        self._table = table
        self._links = [c for c in table.columns if _is_link(table, c)]
        self._columns: dict[str, list[str]] = {}
        self._role: dict[str, str] = {}
        for points, _, role, column in sorted(found, reverse=True):
            if points > 0 and column not in self._role and self._may_have(role, column):
                self._columns.setdefault(role, []).append(column)
                self._role[column] = role
        for columns in self._columns.values():
            columns.sort(key=table.columns.index)
        self._find_numbers(table)
        if self.one("text") is None:
            self._find_text(table)
        if self.one("speaker") is None:
            self._find_speaker(table)
        if self.one("speaker") is None and self.one("about") is None:
            self._find_subject(table)

    def one(self, role: str) -> str | None:
        """The column of that role; the first one if there are several."""
        return next(iter(self._columns.get(role, ())), None)

    def all(self, role: str) -> list[str]:
        """The columns of that role, in the order of the file."""
        return self._columns.get(role, [])

    def role_of(self, column: str) -> str | None:
        """The role of a column."""
        return self._role.get(column)

    def _may_have(self, role: str, column: str) -> bool:
        others = self._columns.get(role, ())
        if role not in _OF_SOURCES:
            return role in _SEVERAL or not others
        described = {link_of(self._table, self._links, c) for c in others}
        return link_of(self._table, self._links, column) not in described

    def _lack(self, table: SeenTable, role: str, column: str) -> float:
        """The points that a column loses for a role because of the columns around it, and because
        of empty cells."""
        empty = 1 - table.share(column)
        meanings, look = table.meanings[column], table.looks[column]
        if role == "key":
            is_named = "affair" in meanings and not look.is_code
            counts = "count" in meanings and column != table.columns[0] and _is_bare(column)
            return _NEVER * (empty > _MOST_EMPTY or is_named or counts)
        if role == "speaker":
            may_be = self.whole.has_words or self._names_a_speaker(meanings)
            is_mute = not may_be or tells_no_speaker(table, column)
            return _NEVER * is_mute + _FAR * (column not in self._beside_words)
        if role == "number" and column == table.columns[0] and {"count", "key"} <= meanings:
            return _NEVER
        if role in ("unit", "qualifier", "measured"):
            return _NEVER * (column not in self._beside_numbers)
        if role == "text":
            return _SPARSE * empty + _BESIDE * (self.whole.are_told and is_said(meanings))
        return _NEVER * self._is_of_another(table, role, column)

    def _is_of_another(self, table: SeenTable, role: str, column: str) -> bool:
        """Whether a column describes another column's content. It may have where somebody said it,
        for which outlet a victim works, or the title of a row whose people have columns of their
        own."""
        meanings = table.meanings[column]
        others = [table.meanings[c] for c in table.columns if c != column]
        if role == "place" and {"where", "other"} <= meanings:
            is_mere_question = self.whole.has_words and not self.whole.are_events
            return is_mere_question or any(m & _PLACES for m in others)
        if role == "place" and not self.whole.are_events and self.whole.has_words:
            is_of_speaker = any(table.meanings[c] & _SPEAKERS for c in _near(table, column, 1))
            return "say" in meanings or ("country" in meanings and is_of_speaker)
        if role == "verdict" and "result" in meanings and meanings.isdisjoint(("check", "verdict")):
            is_of_statement = any("statement" in m for m in others) and not self.whole.are_events
            return not is_of_statement or any("verdict" in m for m in others)
        if role == "about" and {"by", "other"} <= meanings:
            return self.whole.has_words
        if {"source", "name"} <= meanings:  # beside a target, it is the one who acts
            return (role == "about") != any({"target", "name"} <= m for m in others)
        if role == "publisher":
            return _is_no_publisher(table, column, others)
        if role == "about" and "name" in meanings <= _BARE:
            is_title = not table.looks[column].is_name
            return is_title and any(not m.isdisjoint(ABOUT) for m in others)
        return False

    def _names_a_speaker(self, meanings: frozenset[str]) -> bool:
        """Whether a name is a speaker's in any table: `stated by`, `by`, but not `designed by`."""
        is_by = "by" in meanings and "other" not in meanings
        return not self._does(meanings) and (is_by or not meanings.isdisjoint(_SAYING))

    def _does(self, meanings: frozenset[str]) -> bool:
        """Whether it names who did something other than saying it."""
        return self.whole.are_events and {"by", "other"} <= meanings

    def _find_numbers(self, table: SeenTable) -> None:
        """If other columns have numbers that count something, `0` and `1` are counts too, not
        answers."""
        for column in table.columns:
            if column in self._role or not table.looks[column].is_number:
                continue
            near = _near(table, column, 1)
            if table.meanings[column] <= _PLAIN and any(self._role.get(c) in _COUNTS for c in near):
                self._columns.setdefault("number", []).append(column)
                self._columns["number"].sort(key=table.columns.index)
                self._role[column] = "number"

    def _find_text(self, table: SeenTable) -> None:
        """If no column is named like a text, the text is the longest explanation."""
        prose = [
            column
            for column in table.columns
            if table.looks[column].is_prose
            and not table.looks[column].signs
            and self._role.get(column) in (None, "explanation", "aside")
            and table.meanings[column].isdisjoint(("attribute", "question", "internal", "key"))
        ]
        longest = max(prose, key=lambda column: table.looks[column].length, default=None)
        if longest is not None:
            self._move(longest, "text")

    def _move(self, column: str, role: str) -> None:
        if column in self._role:
            self._columns[self._role[column]].remove(column)
        self._columns[role] = [column]
        self._role[column] = role

    def _find_speaker(self, table: SeenTable) -> None:
        """If no column is named like a speaker, the speaker is in the column beside what was said:
        who did something, or an office, or else names under a heading that tells nothing."""
        text, said = self.one("text"), self.one("said")
        saying = text is not None and is_said(table.meanings[text])
        marks = [column for column in (text if saying or said else None, said) if column]
        offices = [c for c in self.all("about") if _is_office(table.meanings[c])]
        if len(offices) > 1:
            offices = [c for c in offices if any(c in _near(table, mark, 1) for mark in marks)]
        near = _near(table, text) if text and saying else []
        who = [c for c in near if c in self.all("about") and "who" in table.meanings[c]]
        names = [c for c in near if c not in self._role and table.looks[c].is_name]
        if not marks:
            return
        for column in [*who, *offices, *names][:1]:
            self._move(column, "speaker")

    def _find_subject(self, table: SeenTable) -> None:
        """If nobody says anything and no column is named like the subject, the subject is a column
        of names whose own name tells nothing else."""
        unknown = (c for c in table.columns if self._role.get(c) is None)
        looks = ((c, table.looks[c]) for c in unknown if table.meanings[c] <= _BARE | {"other"})
        named = (c for c, look in looks if look.is_name and look.distinct >= DIFFERENT)
        if (column := next(named, None)) is not None:
            self._move(column, "about")


def _is_no_publisher(table: SeenTable, column: str, others: Sequence[frozenset[str]]) -> bool:
    """Whether the other columns show that this one does not name a publisher. It may name an
    office, if no column has headlines of documents; a programme that nobody broadcasts; or the
    outlet that somebody works for."""
    meanings = table.meanings[column]
    if "authority" in meanings:
        return not any({"title", "document"} <= m for m in others)
    if "show" in meanings:
        return not any(m & _BROADCAST for m in others)
    left = table.columns[: table.columns.index(column)][-1:]
    is_of_person = any(table.meanings[c] & _PERSONS for c in left)
    return "publisher" in meanings and is_of_person and any("source" in m for m in others)


def _is_bare(column: str) -> bool:
    """Whether a name is one word: `Number`, which may count anything."""
    return len(words_of_name(column)) == 1


def _is_link(table: SeenTable, column: str) -> bool:
    look = table.looks[column]
    return look.is_link and not look.is_archived


def _is_office(meanings: frozenset[str]) -> bool:
    """Whether a column names offices and nothing else."""
    return "authority" in meanings and meanings.isdisjoint((*ABOUT, "person"))


def _near(table: SeenTable, column: str, most: int = _MOST_AWAY) -> list[str]:
    """The columns at most this many places from another one, itself included."""
    place = table.columns.index(column)
    return table.columns[max(0, place - most) : place + most + 1]

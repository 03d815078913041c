"""Makes the statement of a first mapping from the roles of the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from events.statement.wording import TAG
from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.list_look import items_of
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.parts.guessed_dates import guess_dates, words_for_dates
from service.interchange.guessing.parts.guessed_kind import guess_kind
from service.interchange.guessing.parts.guessed_numbers import guess_quantities
from service.interchange.guessing.parts.guessed_people import (
    guess_about,
    guess_speakers,
    joined_speakers,
)
from service.interchange.guessing.parts.guessed_places import guess_places
from service.interchange.guessing.parts.guessed_sources import guess_rating, guess_sources
from service.interchange.guessing.parts.guessed_text import guess_text, titles_of
from service.interchange.guessing.whole_table import TELLING, is_said
from service.interchange.mappings.constants import expressions_at
from service.interchange.mappings.expression import Expression
from service.interchange.mappings.operations.cleaning import slug_of

__all__ = ["StatementGuess"]

_MOST_NAME: Final = 64
"""The most characters of a name in a mapping."""
_MOST_EXTRA: Final = 64
_LEAST_SERIES: Final = 10
"""The fewest rows of a series by days."""
_JOINED: Final = (
    "{0} has names that may be of several speakers, such as “{1}”: each is one speaker so far. If "
    "they are several, add what separates them to `split` of said.by and said.with."
)
_UNDATED: Final = (
    "No statement has a date: {0} {1} dates, but the name does not say whether it was said or "
    "happened then. Name the column in said.on or occurred."
)
_MOST_NAMED: Final = 3
"""The most columns that a note names."""
_LANGUAGE: Final = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class StatementGuess:
    """A mapping's statement, its key, and the columns that it leaves out on purpose."""

    def __init__(self, table: SeenTable) -> None:
        self._table = table
        self._roles = Assignment(table)
        self._speaker = self._roles.one("speaker")
        self.key = self._roles.one("key") or self._day_of_series()
        self.statement = self._statement()
        used = {self.key, *_columns(self.statement)}
        left = [column for column in table.columns if column not in used]
        self.ignored = [column for column in left if self._roles.role_of(column) == "internal"]
        dated = [column for column in table.columns if column in used and self._has_words(column)]
        kept = [column for column in left if column not in self.ignored]
        self.keep([*kept, *dated])

    @property
    def notes(self) -> list[str]:
        """What somebody must decide about the mapping."""
        name = joined_speakers(self._table, self._speaker) if self._speaker else None
        notes = [] if name is None else [_JOINED.format(self._speaker, name)]
        looks = self._table.looks
        dated = [column for column in self._table.columns if looks[column].patterns]
        has_date = "occurred" in self.statement or "on" in self.statement["said"]
        if dated and not has_date:
            named = ", ".join(f"“{column}”" for column in dated[:_MOST_NAMED])
            notes.append(_UNDATED.format(named, "has" if len(dated) == 1 else "have"))
        return notes

    def keep(self, columns: Sequence[str]) -> None:
        """Keep columns unchanged, besides their use in the statement."""
        if columns:
            extra = self.statement.setdefault("extra", {})
            extra |= {c[:_MOST_NAME]: {"column": c} for c in columns[: _MOST_EXTRA - len(extra)]}

    def _day_of_series(self) -> str | None:
        """The column of days if each row is about another one, and has only numbers about it."""
        looks = {column: self._table.looks[column] for column in self._table.columns}
        days = [column for column, look in looks.items() if look.patterns]
        others = [look for column, look in looks.items() if column not in days]
        are_numbers = any(look.is_number for look in others) and all(
            look.is_number or look.is_repeated for look in others
        )
        is_unique = all(looks[c].distinct == 1 and self._table.share(c) == 1 for c in days)
        is_series = len(days) == 1 and is_unique and are_numbers
        return days[0] if is_series and self._table.count >= _LEAST_SERIES else None

    def _has_words(self, column: str) -> bool:
        """Whether a column of dates has words too, which no date can hold."""
        is_date = bool(self._table.looks[column].patterns)
        return is_date and bool(words_for_dates(self._table, column))

    def _statement(self) -> dict[str, Any]:
        table, roles = self._table, self._roles
        if self._speaker is None and roles.one("said") and not roles.one("text"):
            self._speaker = roles.one("publisher")  # the publication speaks for itself
        speaker = self._speaker
        dates = guess_dates(table, roles, speaker, told=self._is_told())
        title, text = titles_of(table, roles, speaker)
        found: dict[str, Any] = {
            "language": self._language(),
            "said": guess_speakers(table, roles, speaker)
            | ({"on": dates.said} if dates.said else {}),
            "occurred": dates.occurred,
            "about": guess_about(table, roles),
            "places": guess_places(table, roles),
            "quantities": guess_quantities(table, roles),
            "sources": guess_sources(table, roles, dates.published, title),
            "rating": guess_rating(table, roles),
            "tags": [
                table.expression(c, split=True, slug=True)
                for c in roles.all("tags")
                if self._are_tags(c)
            ],
        }
        naming = [*text, *([speaker] if speaker else [])]
        statement: dict[str, Any] = {
            "kind": guess_kind(table, roles, naming, is_claimed=self._is_claimed()),
            "text": guess_text(table, roles, text),
        }
        return statement | {name: value for name, value in found.items() if value or name == "said"}

    def _is_claimed(self) -> bool:
        """Whether somebody says something, and it is not told as something that happened."""
        text, whole = self._roles.one("text"), self._roles.whole
        is_text_said = text is not None and is_said(self._table.meanings[text])
        events = self._roles.one("happened") or self._roles.one("number")
        judged = whole.is_judged or whole.is_rated
        says = self._speaker is not None or is_text_said or judged
        return says and not (self._is_told() and events)

    def _is_told(self) -> bool:
        """Whether the text tells what happened, rather than what somebody said."""
        text = self._roles.one("text")
        meanings = self._table.meanings[text] if text else frozenset()
        is_post = "happen" not in meanings and self._is_signed()
        tells = self._roles.whole.are_events or not (is_post or meanings.isdisjoint(TELLING))
        return tells and not is_said(meanings) and not self._roles.whole.is_judged

    def _is_signed(self) -> bool:
        """Whether the rows are by accounts, as posts are."""
        return self._speaker is not None and "handle" in self._table.meanings[self._speaker]

    def _are_tags(self, column: str) -> bool:
        """Whether each item of the cells is short enough for a tag."""
        signs = self._table.looks[column].signs or ("\n",)
        items = items_of(self._table.filled(column), signs)
        return all(len(slug_of(item)) <= TAG.longest for item in items)

    def _language(self) -> dict[str, Any] | None:
        column = self._roles.one("language")
        if column and all(map(_LANGUAGE.fullmatch, self._table.filled(column))):
            return {"column": column}
        return None


def _columns(statement: dict[str, Any]) -> set[str]:
    """The columns that a statement is made of."""
    read = (msgspec.convert(given, Expression) for _, _, given in expressions_at(statement, ""))
    return {column for expression in read for column in expression.columns}

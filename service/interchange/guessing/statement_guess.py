"""Puts the statement of a first mapping together from the roles of the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, get_args

import msgspec

from events.statement.statement import Kind
from events.statement.wording import TAG
from service.interchange.guessing.assignment import TELLING, Assignment, is_said
from service.interchange.guessing.columns.column_name import plain_name
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.guessed_dates import guess_dates, words_for_dates
from service.interchange.guessing.guessed_numbers import guess_quantities
from service.interchange.guessing.guessed_people import guess_about, guess_speakers
from service.interchange.guessing.guessed_sources import guess_rating, guess_sources
from service.interchange.mappings.constants import places_at
from service.interchange.mappings.operations.cleaning import slug_of
from service.interchange.mappings.place import MappedPlace

__all__ = ["MOST_NAME", "StatementGuess"]

MOST_NAME: Final = 64
"""Characters of a name in a mapping."""
_KINDS: Final = frozenset(get_args(Kind))
_MOST_EXTRA: Final = 64
_PARTS_OF_TEXT: Final = 4
_ENOUGH: Final = 0.95
_MOST: Final = 0.8
_LANGUAGE: Final = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class StatementGuess:
    """A mapping's statement, its key, and the columns that it leaves out on purpose."""

    def __init__(self, table: SeenTable) -> None:
        self._table = table
        self._roles = Assignment(table)
        self._speaker = self._roles.one("speaker")
        self.key = self._roles.one("key")
        self.statement = self._statement()
        used = {self.key, *_columns(self.statement)}
        left = [column for column in table.columns if column not in used]
        self.ignored = [column for column in left if self._roles.role_of(column) == "internal"]
        dated = [column for column in table.columns if column in used and self._has_words(column)]
        kept = [column for column in left if column not in self.ignored]
        self.keep([*kept, *dated])

    def keep(self, columns: Sequence[str]) -> None:
        """Keep columns as they are, besides what they are used for."""
        if columns:
            extra = self.statement.setdefault("extra", {})
            extra |= {c[:MOST_NAME]: {"column": c} for c in columns[: _MOST_EXTRA - len(extra)]}

    def _has_words(self, column: str) -> bool:
        """Whether a column of dates has words as well, which no date holds."""
        is_date = bool(self._table.looks[column].patterns)
        return is_date and bool(words_for_dates(self._table, column))

    def _statement(self) -> dict[str, Any]:
        table, roles = self._table, self._roles
        if self._speaker is None and roles.one("said") and not roles.one("text"):
            self._speaker = roles.one("publisher")  # the publication speaks for itself
        speaker = self._speaker
        dates = guess_dates(table, roles, speaker, told=self._is_told())
        title, text = self._titles()
        found: dict[str, Any] = {
            "language": self._language(),
            "said": guess_speakers(table, roles, speaker)
            | ({"on": dates.said} if dates.said else {}),
            "occurred": dates.occurred,
            "about": guess_about(table, roles),
            "places": self._places(),
            "quantities": guess_quantities(table, roles),
            "sources": guess_sources(table, roles, dates.published, title),
            "rating": guess_rating(table, roles),
            "tags": [
                table.place(c, split=True, slug=True)
                for c in roles.all("tags")
                if self._are_tags(c)
            ],
        }
        statement: dict[str, Any] = {"kind": self._kind(), "text": self._text(text)}
        return statement | {name: value for name, value in found.items() if value or name == "said"}

    def _kind(self) -> dict[str, Any]:
        """A column of kinds; else a claim, unless what is told is what happened."""
        for column in self._table.columns:
            if {text.lower() for text in self._table.filled(column)} <= _KINDS:
                return {"column": column, "slug": True}
        events = self._roles.one("happened") or self._roles.one("number")
        claimed = self._speaker and not (self._is_told() and events)
        return {"value": "claim" if claimed else "report"}

    def _is_told(self) -> bool:
        """Whether the text tells what happened, and not what somebody said."""
        text = self._roles.one("text")
        meanings = self._table.meanings[text] if text else frozenset()
        tells = self._roles.are_events or not meanings.isdisjoint(TELLING)
        return tells and not is_said(meanings)

    def _titles(self) -> tuple[str | None, list[str]]:
        """The title of the source, if it has none of its own, and the columns of the text. A
        headline belongs to the text, unless somebody speaks or it stands behind the text: it is
        then that of the source."""
        roles, columns = self._roles, self._table.columns
        text, headline = roles.one("text"), roles.one("headline")
        title = roles.one("title")
        if text and headline and roles.one("link"):
            behind = columns.index(headline) > columns.index(text)
            if behind and title and "source" in self._table.meanings[title]:
                return headline, [text]
            if (self._speaker or behind) and title is None:
                return headline, [text]
        return None, [column for column in (headline, text) if column]

    def _text(self, chosen: Sequence[str]) -> dict[str, Any]:
        """The columns of the text; several columns as one sentence where many rows lack it. Rows
        without a text are refused where most have whole sentences."""
        table = self._table
        enough = _MOST if any(table.looks[c].is_prose for c in chosen) else _ENOUGH
        filled = max((table.share(column) for column in chosen), default=0)
        parts = [] if filled >= enough else self._parts(chosen)
        named = [column for column in parts or chosen if table.fits_template(column)]
        if parts and named:
            return {"template": "; ".join(f"{plain_name(c)}: {{{c}}}" for c in named)}
        if len(named) > 1:
            place: dict[str, Any] = {"template": "\n\n".join(f"{{{column}}}" for column in named)}
        else:
            place = {"column": next(iter([*named, *chosen, *table.columns, *table.names]))}
        return place | ({"strip-html": True} if any(table.looks[c].is_html for c in chosen) else {})

    def _parts(self, chosen: Sequence[str]) -> list[str]:
        others = [c for c in self._table.columns if c not in chosen]
        told = [c for c in others if self._roles.role_of(c) not in ("internal", "link", "archive")]
        return [*chosen, *told][:_PARTS_OF_TEXT]

    def _are_tags(self, column: str) -> bool:
        """Whether each item of the cells is short enough for a tag."""
        sign = self._table.looks[column].separator or "\n"
        items = (item for text in self._table.filled(column) for item in text.split(sign))
        return all(len(slug_of(item)) <= TAG.longest for item in items)

    def _language(self) -> dict[str, Any] | None:
        column = self._roles.one("language")
        if column and all(map(_LANGUAGE.fullmatch, self._table.filled(column))):
            return {"column": column}
        return None

    def _places(self) -> list[dict[str, Any]]:
        """Named places, wider ones behind the others; the degrees belong to the first one."""
        table, roles = self._table, self._roles
        columns = sorted(roles.all("place"), key=lambda c: "place" not in table.meanings[c])
        named: list[dict[str, Any]] = [{"name": table.place(c, clean=True)} for c in columns]
        if named:
            named[0] |= self._degrees()
        return named

    def _degrees(self) -> dict[str, Any]:
        latitude, longitude = self._roles.one("latitude"), self._roles.one("longitude")
        if latitude and longitude:
            return {"latitude": {"column": latitude}, "longitude": {"column": longitude}}
        if both := self._roles.one("coordinates"):
            sign = ";" if all(";" in text for text in self._table.filled(both)) else ","
            place = {"column": both, "split": sign}
            return {"latitude": place | {"take": 1}, "longitude": place | {"take": 2}}
        return {}


def _columns(statement: dict[str, Any]) -> set[str]:
    """The columns that a statement is made of."""
    places = (msgspec.convert(place, MappedPlace) for _, _, place in places_at(statement, ""))
    return {column for place in places for column in place.columns}

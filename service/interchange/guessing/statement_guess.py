"""Guesses which column of a table is which part of a statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from events.statement.statement import Kind
from service.interchange.guessing.column_look import ColumnLook
from service.interchange.guessing.column_words import words_of_name
from service.interchange.guessing.columns_left import PROSE, ColumnsLeft
from service.interchange.guessing.guessed_dates import take_dates
from service.interchange.guessing.guessed_numbers import plain_name, take_quantities
from service.interchange.guessing.guessed_sources import is_of_source, take_rating, take_sources

__all__ = ["MOST_NAME", "StatementGuess"]

MOST_NAME: Final = 64
"""Characters of a name in a mapping."""
_KINDS: Final = frozenset(get_args(Kind))
_MOST_EXTRA: Final = 64
_PARTS_OF_TEXT: Final = 4
_MOST_SPEAKERS: Final = 8
_ENOUGH: Final = 0.95
_LANGUAGE: Final = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PARTIES: Final = (["party"], ["partei"], ["parti"], ["partido"], ["partito"], ["partia"])
"""The names of a column with the party of who speaks."""


class StatementGuess:
    """Columns are assigned one after the other; those that are left become extra fields."""

    def __init__(
        self, looks: Mapping[str, ColumnLook], texts: Mapping[str, list[str]], rows: int
    ) -> None:
        """`texts` are the filled cells of each column, in a file of so many `rows`."""
        self._left = ColumnsLeft(looks)
        self._texts = texts
        self._rows = rows
        self.key = next((c for c in self._left.of("key") if looks[c].distinct == 1), None)

    def statement(self) -> dict[str, Any]:
        """The statement of the mapping."""
        left = self._left
        left.remove(self.key)
        dates = take_dates(left)
        speaker = self._speaker(dates)
        kind = self._kind(speaker)
        text = self._text(speaker)
        said = self._said(speaker)
        occurred = _occurred(dates, speaker)
        if "said" in dates or ("date" in dates and (speaker or occurred)):
            said["on"] = dates.get("said") or dates["date"]
        elif "date" in dates:
            occurred = dates["date"]
        found: dict[str, Any] = {
            "language": self._language(),
            "said": said,
            "occurred": occurred,
            "about": self._about(speaker),
            "places": self._places(),
            "quantities": take_quantities(left),
            "sources": take_sources(left),
            "rating": take_rating(left),
            "tags": self._tags(),
        }
        statement: dict[str, Any] = {"kind": kind, "text": text}
        statement |= {name: value for name, value in found.items() if value or name == "said"}
        extra = {c[:MOST_NAME]: {"column": c} for c in left.names[:_MOST_EXTRA]}
        return statement | ({"extra": extra} if extra else {})

    def _speaker(self, dates: Mapping[str, Any]) -> str | None:
        """The column of the speaker. A reviewer is the publisher of the review; if nobody is named,
        the publication speaks for itself."""
        named = self._left.of("speaker")
        self._left.roles |= {column: "publisher" for column in named if is_of_source(column)}
        for column in self._left.of("speaker"):
            if self._left.looks[column].length < 3 * PROSE:
                self._left.remove(column)
                return column
        publishers = self._left.of("publisher")
        return publishers[0] if publishers and "said" in dates else None

    def _said(self, speaker: str | None) -> dict[str, Any]:
        """Speakers in one cell are one and those who said it together."""
        left, said = self._left, dict[str, Any]()
        if speaker is not None:
            said["by"] = left.place(speaker, clean=True)
            if sign := left.looks[speaker].separator:
                most = max(text.count(sign) + 1 for text in self._texts[speaker])
                first = {"column": speaker, "split": sign, "take": 1, "clean": True}
                numbers = range(2, min(most, _MOST_SPEAKERS) + 1)
                said |= {"by": first, "with": [first | {"take": number} for number in numbers]}
        if together := left.take("with", prose=False):
            place = left.place(together, split=True, clean=True)
            said["with"] = [*said.get("with", ()), place]
        return said

    def _kind(self, speaker: str | None) -> dict[str, Any]:
        for column in self._left.names:
            if {text.lower() for text in self._texts[column]} <= _KINDS:
                self._left.remove(column)
                return {"column": column, "slug": True}
        return {"value": "claim" if speaker else "report"}

    def _text(self, speaker: str | None) -> dict[str, Any]:
        """The column of statements: by its name, else the one with the longest cells, else several
        columns as one sentence, as where many rows lack it. A headline belongs to it where nobody
        speaks."""
        left, text = self._left, self._text_column()
        titles = [column for column in left.of("headline") if not is_of_source(column)]
        headline = next(iter(titles), None) if text is None or speaker is None else None
        chosen = [column for column in dict.fromkeys((headline, text)) if column]
        left.remove(*chosen)
        place: dict[str, Any]
        filled = max((left.looks[column].filled for column in chosen), default=0)
        if not chosen or filled < _ENOUGH * self._rows:
            parts = (f"{plain_name(c)}: {{{c}}}" for c in self._parts(chosen))
            return {"template": "; ".join(parts)}
        if len(chosen) > 1:
            place = {"template": f"{{{headline}}}\n\n{{{text}}}"}
        else:
            place = {"column": chosen[0]}
        return place | ({"strip-html": True} if any(left.looks[c].is_html for c in chosen) else {})

    def _parts(self, chosen: Sequence[str]) -> list[str]:
        looks = self._left.looks
        others = [c for c, look in looks.items() if look.filled and c not in chosen]
        return [*chosen, *others][:_PARTS_OF_TEXT]

    def _text_column(self) -> str | None:
        left, looks = self._left, self._left.looks
        named = max(left.of("text"), key=lambda column: looks[column].length, default=None)
        if named is not None and looks[named].length >= PROSE:
            return named
        prose = [
            column
            for column in left.names
            if looks[column].length >= PROSE
            and not looks[column].is_link
            and not is_of_source(column)
            and left.roles[column] in (None, "text", "headline", "quote")
        ]
        return max(prose, key=lambda column: looks[column].length, default=named)

    def _language(self) -> dict[str, Any] | None:
        for column in self._left.of("language"):
            if all(map(_LANGUAGE.fullmatch, self._texts[column])):
                self._left.remove(column)
                return {"column": column}
        return None

    def _about(self, speaker: str | None) -> list[dict[str, Any]]:
        """Whom it is about. The party of who speaks is not."""
        left, found = self._left, []
        for column in left.of("about"):
            is_party = speaker is not None and words_of_name(column) in _PARTIES
            if not is_party and left.looks[column].length < 3 * PROSE:
                left.remove(column)
                found.append({"actor": left.place(column, split=True, clean=True)})
        return found

    def _places(self) -> list[dict[str, Any]]:
        left, named = self._left, list[dict[str, Any]]()
        while column := left.take("place", prose=False):
            named.append({"name": left.place(column, clean=True)})
        degrees = {role: left.of(role)[:1] for role in ("latitude", "longitude")}
        if named and all(degrees.values()):
            for role, (column,) in degrees.items():
                named[0][role] = {"column": column}
                left.remove(column)
        return named

    def _tags(self) -> list[dict[str, Any]]:
        found = []
        while column := self._left.take("tags", prose=False):
            found.append(self._left.place(column, split=True, slug=True))
        return found


def _occurred(dates: dict[str, Any], speaker: str | None) -> dict[str, Any] | None:
    """When it was. Where nobody speaks, a date with an end beside it is the start."""
    start, end = dates.get("start"), dates.get("end")
    if end and not start and not speaker:
        start = dates.pop("date", None)
    return {"start": start, "end": end} if start and end else start or end

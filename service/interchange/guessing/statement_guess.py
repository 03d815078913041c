"""Guesses which column of a table is which part of a statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, get_args

from events.statement.statement import Kind
from service.interchange.guessing.column_look import ColumnLook
from service.interchange.guessing.column_words import role_of

__all__ = ["DATED", "MOST_NAME", "StatementGuess"]

MOST_NAME: Final = 64
"""Characters of a name in a mapping."""
DATED: Final = frozenset(("date", "said", "start", "end", "year"))
"""The roles of columns that are dates by their names."""
_NUMBERED: Final = ("low", "high", "number", "people")
_KINDS: Final = frozenset(get_args(Kind))
_MOST_EXTRA: Final = 64
_PARTS_OF_TEXT: Final = 4
_PROSE: Final = 25
"""The length from which on the cells of a column are taken for sentences."""


class StatementGuess:
    """Columns are given away one after the other; what is left is kept as extra."""

    def __init__(self, looks: Mapping[str, ColumnLook], texts: Mapping[str, list[str]]) -> None:
        self._looks = looks
        self._texts = texts
        self._left = [column for column, look in looks.items() if look.filled]
        self._roles = {column: role_of(column) for column in self._left}
        self.key = next((c for c in self._of("key") if looks[c].distinct == 1), None)

    def statement(self) -> dict[str, Any]:
        """The statement of the mapping."""
        if self.key is not None:
            self._left.remove(self.key)
        dates = self._dates()
        speaker = self._take("speaker", prose=False)
        text = self._text()
        said: dict[str, Any] = {"by": self._place(speaker, clean=True) if speaker else None}
        if together := self._take("with", prose=False):
            said["with"] = self._place(together, split=True, clean=True)
        statement: dict[str, Any] = {"kind": self._kind(speaker), "text": text}
        occurred = self._occurred(dates)
        if "said" in dates or ("date" in dates and (speaker or occurred)):
            said["on"] = self._date(dates.get("said") or dates["date"])
        elif "date" in dates:
            occurred = self._date(dates["date"])
        statement["said"] = {name: place for name, place in said.items() if place}
        found = {
            "occurred": occurred,
            "about": self._about(),
            "places": self._places(),
            "quantities": self._quantities(),
            "sources": self._sources(),
            "rating": self._rating(),
            "tags": self._tags(),
        }
        statement |= {name: value for name, value in found.items() if value}
        extra = {c[:MOST_NAME]: {"column": c} for c in self._left[:_MOST_EXTRA]}
        return statement | ({"extra": extra} if extra else {})

    def _of(self, role: str) -> list[str]:
        return [column for column in self._left if self._roles[column] == role]

    def _take(self, role: str, *, prose: bool | None = None) -> str | None:
        """The first column of that role, which is taken. `prose`: only one of sentences, or only
        one of words."""
        for column in self._of(role):
            look = self._looks[column]
            if prose is None or prose == (look.length >= 3 * _PROSE):
                self._left.remove(column)
                return column
        return None

    def _place(
        self, column: str, *, split: bool = False, clean: bool = False, slug: bool = False
    ) -> dict[str, Any]:
        look = self._looks[column]
        place: dict[str, Any] = {"column": column}
        if split and look.separator:
            place["split"] = look.separator
        if look.is_html:
            place["strip-html"] = True
        if clean:
            place["clean"] = True
        if slug:
            place["slug"] = True
        return place

    def _date(self, column: str) -> dict[str, Any]:
        return {"column": column, "date": list(self._looks[column].patterns)}

    def _dates(self) -> dict[str, str]:
        """Columns of dates by their part: said, date, start, end. The first that says nothing of
        its part is the date."""
        found: dict[str, str] = {}
        for column in list(self._left):
            role = self._roles[column]
            is_date = self._looks[column].patterns
            if not is_date or (self._looks[column].is_number and role not in DATED):
                continue
            part = {"year": "date", None: "date"}.get(role, role)
            part = part if part in ("said", "date", "start", "end") else "date"
            if part not in found:
                found[part] = column
                self._left.remove(column)
        return found

    def _occurred(self, dates: Mapping[str, str]) -> dict[str, Any] | None:
        start, end = dates.get("start"), dates.get("end")
        if start and end:
            return {"start": self._date(start), "end": self._date(end)}
        alone = start or end
        return self._date(alone) if alone else None

    def _kind(self, speaker: str | None) -> dict[str, Any]:
        for column in self._left:
            if {text.lower() for text in self._texts[column]} <= _KINDS:
                self._left.remove(column)
                return {"column": column, "slug": True}
        return {"value": "claim" if speaker else "report"}

    def _text(self) -> dict[str, Any]:
        """The column of statements: by its name, else the one with the longest cells, else several
        columns as one sentence."""
        headline, text = self._take("headline"), self._take("text") or self._longest()
        if headline and text:
            found: dict[str, Any] = {"template": f"{{{headline}}}\n\n{{{text}}}"}
        elif headline or text:
            found = {"column": headline or text}
        else:
            parts = [c for c in self._looks if self._looks[c].filled][:_PARTS_OF_TEXT]
            return {"template": "; ".join(f"{_plain(c)}: {{{c}}}" for c in parts)}
        if any(self._looks[c].is_html for c in (headline, text) if c):
            found["strip-html"] = True
        return found

    def _longest(self) -> str | None:
        prose = [
            column
            for column in self._left
            if self._looks[column].length >= _PROSE and not self._looks[column].is_link
        ]
        best = max(prose, key=lambda column: self._looks[column].length, default=None)
        if best is not None:
            self._left.remove(best)
        return best

    def _about(self) -> list[dict[str, Any]]:
        found = []
        while column := self._take("about", prose=False):
            found.append({"actor": self._place(column, split=True, clean=True)})
        return found

    def _places(self) -> list[dict[str, Any]]:
        named = []
        while column := self._take("place", prose=False):
            named.append({"name": self._place(column, clean=True)})
        degrees = [self._take("latitude"), self._take("longitude")]
        if named and all(degrees):
            named[0] |= {"latitude": {"column": degrees[0]}, "longitude": {"column": degrees[1]}}
        else:
            self._left += [column for column in degrees if column]
        return named

    def _quantities(self) -> list[dict[str, Any]]:
        numbers = {r: [c for c in self._of(r) if self._looks[c].is_number] for r in _NUMBERED}
        low, high = numbers["low"][:1], numbers["high"][:1]
        best = numbers["number"][:1]
        found: list[dict[str, Any]] = []
        if low or high or best:
            bounds = {"low": low, "best": best, "high": high}
            parts = {n: {"column": columns[0]} for n, columns in bounds.items() if columns}
            found.append({"what": {"value": _plain((best or low or high)[0])}, **parts})
        taken = [*low, *best, *high, *numbers["people"]]
        self._left = [column for column in self._left if column not in taken]
        found += [
            {"what": {"value": _plain(column)}, "best": {"column": column}}
            for column in numbers["people"]
        ]
        unit = self._take("unit") if found else None
        people = {"value": "person" if numbers["people"] else "unit"}
        return [each | {"unit": {"column": unit} if unit else people} for each in found]

    def _sources(self) -> list[dict[str, Any]]:
        links = [column for column in self._left if self._looks[column].is_link]
        title, publisher = self._take("source"), self._take("publisher")
        if title in links:
            title = None
        quote = self._take("quote")
        parts = {
            "title": title and self._place(title, clean=True),
            "publisher": publisher and self._place(publisher, clean=True),
            "url": {"column": links[0]} if links else None,
            "quote": quote and self._place(quote),
        }
        if links and links[0] in self._left:
            self._left.remove(links[0])
        found = {name: place for name, place in parts.items() if place}
        if found and not found.keys() & {"title", "url", "publisher"}:
            self._left.append(quote or "")
            return []
        return [found] if found else []

    def _rating(self) -> dict[str, Any] | None:
        column = self._take("verdict", prose=False)
        return {"label": self._place(column, clean=True)} if column else None

    def _tags(self) -> list[dict[str, Any]]:
        found = []
        while column := self._take("tags", prose=False):
            found.append(self._place(column, split=True, slug=True))
        return found


def _plain(column: str) -> str:
    return " ".join(re.split(r"[\W_]+", column)).strip()[:200] or "number"

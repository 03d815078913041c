"""The columns of the table of statements, and the mapping for importing it again.

A column is named like the field of a statement that it holds. A list is in one cell, with ` ¦ `
between its items; the columns of one list have their items in the same order. Extra fields have a
column each; those that cannot be the name of a column, or are too many, are together in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from events.statement.statement import Place
from projections.answers.statement import ShownStatement
from service.interchange.mappings.operations.exact_text import SEPARATOR
from service.interchange.tables.delimited import harmless
from service.interchange.writers.tables.cells import (
    item_cell,
    list_cell,
    names_cell,
    text_cell,
)

__all__ = [
    "COLUMNS",
    "EXTRA",
    "ITEMS",
    "SHOWN",
    "ExtraColumns",
    "table_mapping",
    "values_of",
]

EXTRA: Final = "extra."
"""The prefix of the names of columns with extra fields."""
_OTHERS: Final = "extra"


class ExtraColumns(NamedTuple):
    """The extra fields of a table. Those in `names` have a column each; if there are `others`,
    these share one column as JSON."""

    names: Sequence[str] = ()
    others: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (*(EXTRA + name for name in self.names), *([_OTHERS] if self.others else []))


ITEMS: Final[dict[str, tuple[str, ...]]] = {
    "about": ("actor", "role"),
    "places": ("name", "latitude", "longitude"),
    "quantities": ("what", "low", "best", "high", "unit", "qualifier"),
    "sources": (
        "id",
        "title",
        "publisher",
        "url",
        "published",
        "quote",
        "locator",
        "archive_url",
        "sha256",
        "retrieved_at",
    ),
}
"""The lists of a statement whose items have several fields."""
_VIA: Final = ("actor", "role", "on")
_RATING: Final = ("label", "value", "best", "worst")
_ORIGIN: Final = ("dataset", "id", "url", "sha256")

SHOWN: Final = (
    "standing",
    "credibility",
    "relations",
    "recorded_at",
    "corrected_at",
    "retraction",
    "revision",
)
"""The last columns: facts that follow from other events. They are for readers and are not
imported."""

COLUMNS: Final = (
    *("id", "kind", "text", "language", "said.by", "said.with", "said.on"),
    *(f"said.via.{name}" for name in _VIA),
    "occurred",
    *(f"{part}.{name}" for part, names in ITEMS.items() for name in names),
    *(f"rating.{name}" for name in _RATING),
    "tags",
    *(f"origin.{name}" for name in _ORIGIN),
)
"""The columns of the statement itself, without those for extra fields."""


class _Cells:
    """The cells of a list, or of a part that may be missing: one for each of its fields."""

    def __init__(self, names: Sequence[str]) -> None:
        self._values = attrgetter(*names)
        self._none = ("",) * len(names)

    def of_part(self, part: Any) -> Iterable[str]:
        return self._none if part is None else map(text_cell, self._values(part))

    def of_items(self, items: Sequence[Any]) -> Iterable[str]:
        if not items:
            return self._none
        if len(items) == 1:
            return map(item_cell, self._values(items[0]))
        return map(list_cell, zip(*map(self._values, items), strict=True))


_via = _Cells(_VIA).of_items
_about = _Cells(ITEMS["about"]).of_items
_quantities = _Cells(ITEMS["quantities"]).of_items
_sources = _Cells(ITEMS["sources"]).of_items
_rating = _Cells(_RATING).of_part
_origin = _Cells(_ORIGIN).of_part


def _places(places: Sequence[Place]) -> Iterable[str]:
    if not places:
        return "", "", ""
    return map(list_cell, zip(*map(_place, places), strict=True))


def _place(place: Place) -> tuple[str, str | None, str | None]:
    if place.latitude is None:  # so there is no longitude either
        return place.name, None, None
    return place.name, str(place.latitude), str(place.longitude)


def values_of(shown: ShownStatement, extra: ExtraColumns) -> list[str]:
    """The cells of a statement: those of COLUMNS, of the `extra` fields, and of SHOWN."""
    said = shown.said
    return [
        shown.id,
        shown.kind,
        text_cell(shown.text),
        shown.language,
        text_cell(said.by),
        names_cell(said.with_, said.by),
        text_cell(said.on),
        *_via(said.via),
        text_cell(shown.occurred),
        *_about(shown.about),
        *_places(shown.places),
        *_quantities(shown.quantities),
        *_sources(shown.sources),
        *_rating(shown.rating),
        names_cell(shown.tags),
        *_origin(shown.origin),
        *_extra(shown.extra, extra),
        *_derived(shown),
    ]


def _extra(fields: Mapping[str, str], extra: ExtraColumns) -> Iterable[str]:
    if not fields:
        return [""] * len(extra.columns)
    known = fields.get
    cells = ["" if (text := known(name)) is None else text_cell(text) for name in extra.names]
    if extra.others:
        own = frozenset(extra.names)
        others = {name: text for name, text in fields.items() if name not in own}
        cells.append(msgspec.json.encode(others).decode() if others else "")
    return cells


def _derived(shown: ShownStatement) -> Iterable[str]:
    """The cells of SHOWN."""
    related = [
        f"{each.relation} {each.statement}" for each in shown.relations if each.direction == "out"
    ]
    return (
        shown.standing,
        "" if shown.credibility is None else str(shown.credibility),
        list_cell(related) if related else "",
        shown.recorded_at,
        shown.corrected_at or "",
        "" if shown.retraction is None else harmless(shown.retraction.reason),
        str(shown.revision),
    )


def table_mapping(extra: ExtraColumns) -> dict[str, Any]:
    """The `onrecord` member of a mapping that imports the table: each field of a statement, and the
    ignored columns."""
    statement: dict[str, Any] = {
        **{name: {"column": name} for name in ("id", "kind", "text", "language", "occurred")},
        "said": {
            "by": {"column": "said.by"},
            "with": _several("said.with"),
            "on": {"column": "said.on"},
            "via": [{name: _several(f"said.via.{name}") for name in _VIA}],
        },
        **{
            part: [{name: _several(f"{part}.{name}") for name in names}]
            for part, names in ITEMS.items()
        },
        "rating": {name: {"column": f"rating.{name}"} for name in _RATING},
        "tags": _several("tags"),
        "origin": {name: {"column": f"origin.{name}"} for name in _ORIGIN},
    }
    named = {name: {"column": EXTRA + name} for name in extra.names}
    if extra.others:
        statement["extra"] = [named, {"column": _OTHERS}]
    elif named:
        statement["extra"] = named
    return {"statement": statement, "ignore": list(SHOWN)}


def _several(column: str) -> dict[str, str]:
    return {"column": column, "split": SEPARATOR}

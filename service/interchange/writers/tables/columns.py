"""The columns of the table of statements, and the mapping by which it can be read in again.

A column is named like the field of a statement that it holds. A list is in one cell, with ` ¦ `
between its items; the columns of one list have their items in the same order. Extra fields have a
column each; those that cannot be the name of a column, or are too many, are together in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from projections.answers.statement import ShownStatement
from service.interchange.writers.tables.cells import (
    SEPARATOR,
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
"""What the names of the columns with extra fields begin with."""
_OTHERS: Final = "extra"


class ExtraColumns(NamedTuple):
    """The extra fields of a table: the `names` that have a column each, and whether there are
    `others`, which are together in one column as JSON."""

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


def _items(items: Iterable[Any], names: Sequence[str]) -> list[str]:
    """A cell for each field of the items of a list."""
    items = tuple(items)
    if not items:
        return [""] * len(names)
    return [
        list_cell(None if (value := getattr(item, name)) is None else str(value) for item in items)
        for name in names
    ]


def _members(part: Any, names: Sequence[str]) -> list[str]:
    return [""] * len(names) if part is None else [text_cell(getattr(part, name)) for name in names]


def _shown(shown: ShownStatement) -> list[str]:
    return [
        shown.standing,
        "" if shown.credibility is None else str(shown.credibility),
        list_cell(
            f"{each.relation} {each.statement}"
            for each in shown.relations
            if each.direction == "out"
        ),
        shown.recorded_at,
        shown.corrected_at or "",
        "" if shown.retraction is None else shown.retraction.reason,
        str(shown.revision),
    ]


_Values = Callable[[ShownStatement], list[str]]
_GROUPS: Final[tuple[tuple[tuple[str, ...], _Values], ...]] = (
    (
        ("id", "kind", "text", "language", "said.by", "said.with", "said.on"),
        lambda s: [
            s.id,
            s.kind,
            text_cell(s.text),
            s.language,
            text_cell(s.said.by),
            names_cell(s.said.with_),
            s.said.on or "",
        ],
    ),
    (tuple(f"said.via.{name}" for name in _VIA), lambda s: _items(s.said.via, _VIA)),
    (("occurred",), lambda s: [s.occurred or ""]),
    *(
        (
            tuple(f"{part}.{name}" for name in names),
            lambda s, part=part, names=names: _items(getattr(s, part), names),
        )
        for part, names in ITEMS.items()
    ),
    (tuple(f"rating.{name}" for name in _RATING), lambda s: _members(s.rating, _RATING)),
    (("tags",), lambda s: [names_cell(s.tags)]),
    (tuple(f"origin.{name}" for name in _ORIGIN), lambda s: _members(s.origin, _ORIGIN)),
)

SHOWN: Final = (
    "standing",
    "credibility",
    "relations",
    "recorded_at",
    "corrected_at",
    "retraction",
    "revision",
)
"""The last columns: what follows from other events. They are there to be read, and are not read in
again."""

COLUMNS: Final = tuple(name for names, _ in _GROUPS for name in names)
"""The columns of the statement itself, without those for extra fields."""


def values_of(shown: ShownStatement, extra: ExtraColumns) -> list[str]:
    """The cells of a statement: those of COLUMNS, of the `extra` fields, and of SHOWN."""
    cells = [cell for _, values in _GROUPS for cell in values(shown)]
    cells += [text_cell(shown.extra.get(name)) for name in extra.names]
    if extra.others:
        own = frozenset(extra.names)
        others = {name: text for name, text in shown.extra.items() if name not in own}
        cells.append(msgspec.json.encode(others).decode() if others else "")
    return cells + _shown(shown)


def table_mapping(extra: ExtraColumns) -> dict[str, Any]:
    """What a mapping has under `onrecord` to read the table in: each field of a statement, and the
    columns that are ignored."""
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

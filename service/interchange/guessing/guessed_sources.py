"""Columns of sources and of verdicts: where it stands, and what a fact-check has found."""

from __future__ import annotations

from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.seen_table import SeenTable

__all__ = ["guess_rating", "guess_sources"]

_PARTS: Final = {
    "title": "title",
    "publisher": "publisher",
    "verbatim": "quote",
    "locator": "locator",
}
_SUFFICE: Final = ("title", "publisher", "url")
"""What a source needs one of."""


def guess_sources(
    table: SeenTable, roles: Assignment, published: dict[str, Any] | None, title: str | None
) -> list[dict[str, Any]]:
    """A source for each column of links, and all that is said of a source with the first. An
    archived copy goes with the link that it stands behind. `title` is a column of headlines that
    are those of the source."""
    links = sorted(roles.all("link"), key=lambda c: "publisher" in table.meanings[c])
    archives = roles.all("archive")
    if not links:
        links, archives = archives[:1], archives[1:]
    first: dict[str, Any] = {
        part: table.place(column, clean=part in ("title", "publisher"))
        for role, part in _PARTS.items()
        if (column := roles.one(role))
    }
    if title is not None:
        if "title" in first:
            first.setdefault("publisher", first["title"])  # a column of sources names them
        first["title"] = table.place(title, clean=True)
    sources = [first, *({} for _ in links[1:])]
    for source, link in zip(sources, links, strict=False):
        source["url"] = _link(table, link)
    for archive in archives:
        before = [n for n, link in enumerate(links) if _place(table, link) < _place(table, archive)]
        near = max(before, key=lambda n: _place(table, links[n]), default=0)
        sources[near].setdefault("archive_url", table.place(archive))
    if published is not None:
        first["published"] = published
    return [source for source in sources if not source.keys().isdisjoint(_SUFFICE)]


def _place(table: SeenTable, column: str) -> int:
    return table.columns.index(column)


def _link(table: SeenTable, column: str) -> dict[str, Any]:
    separator = table.looks[column].separator
    return {"column": column} | ({"split": separator} if separator else {})


def guess_rating(table: SeenTable, roles: Assignment) -> dict[str, Any] | None:
    """A verdict in words, and beside it one in numbers."""
    label, value = roles.one("verdict"), roles.one("verdict number")
    label, value = (label, value) if label else (value, None)
    if label is None:
        return None
    rating: dict[str, Any] = {"label": table.place(label, clean=True)}
    return rating | ({"value": {"column": value}} if value else {})

"""Columns of sources and of verdicts: where something was published, and what a fact-check has
found."""

from __future__ import annotations

from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.links_of_columns import link_of

__all__ = ["guess_rating", "guess_sources"]

_PARTS: Final = {
    "title": "title",
    "publisher": "publisher",
    "verbatim": "quote",
    "locator": "locator",
}
_SUFFICE: Final = ("title", "publisher", "url")
"""A source needs one of these."""


def guess_sources(
    table: SeenTable, roles: Assignment, published: dict[str, Any] | None, title: str | None
) -> list[dict[str, Any]]:
    """A source for each column of links, with its details. `published` is when one was published;
    `title` is a column of headlines that belong to a source."""
    links = roles.all("link")
    archives = roles.all("archive")
    if not links:
        links, archives = archives[:1], archives[1:]
    ordered = sorted(links, key=lambda c: "publisher" in table.meanings[c])
    sources: dict[str | None, dict[str, Any]] = {c: {"url": _link(table, c)} for c in ordered}
    for role, part in _PARTS.items():
        for column in roles.all(role):
            read = table.expression(column, clean=part in ("title", "publisher"))
            sources.setdefault(link_of(table, links, column), {}).setdefault(part, read)
    if title is not None:
        _head(
            sources.setdefault(link_of(table, links, title), {}),
            table.expression(title, clean=True),
        )
    for archive in archives:
        source = sources[link_of(table, links, archive)]
        source.setdefault("archive_url", table.expression(archive))
    if published is not None and (dated := roles.one("published")):
        sources.setdefault(link_of(table, links, dated), {})["published"] = published
    return [source for source in sources.values() if not source.keys().isdisjoint(_SUFFICE)]


def _head(source: dict[str, Any], headline: dict[str, Any]) -> None:
    """Give a source a headline; its former title is then its publisher."""
    if "title" in source:
        source.setdefault("publisher", source["title"])
    source["title"] = headline


def _link(table: SeenTable, column: str) -> dict[str, Any]:
    split = table.looks[column].split
    return {"column": column} | ({"split": split} if split else {})


def guess_rating(table: SeenTable, roles: Assignment) -> dict[str, Any] | None:
    """A verdict in words, with one in numbers if there is one."""
    label, value = roles.one("verdict"), roles.one("verdict number")
    label, value = (label, value) if label else (value, None)
    if label is None:
        return None
    rating: dict[str, Any] = {"label": table.expression(label, clean=True)}
    return rating | ({"value": {"column": value}} if value else {})

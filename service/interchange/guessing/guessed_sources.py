"""Columns of sources and of verdicts: where it stands, and what a fact-check has found."""

from __future__ import annotations

from typing import Any, Final

from service.interchange.guessing.column_words import words_of_name
from service.interchange.guessing.columns_left import ColumnsLeft

__all__ = ["is_of_source", "take_rating", "take_sources"]

_OF_SOURCE: Final = frozenset(
    ("review", "article", "artikel", "page", "source", "quelle", "check", "extra")
)


def is_of_source(column: str) -> bool:
    """Whether a title or an author of that name is that of a source."""
    words = words_of_name(column)
    reviewed = "reviewed" in words  # what a review is about is not the review
    return not _OF_SOURCE.isdisjoint(words) and not reviewed


def take_sources(left: ColumnsLeft) -> list[dict[str, Any]]:
    """The source of each row; none where there is nothing but a quote. Of several links the one
    with the shortest name is its own."""
    links = [column for column in left.names if left.looks[column].is_link]
    links.sort(key=lambda column: len(words_of_name(column)))
    title, publisher = left.take("source"), left.take("publisher")
    title = None if title in links else title
    if title is None:
        title = next((column for column in left.of("headline") if is_of_source(column)), None)
    parts = {
        "title": title,
        "publisher": publisher,
        "url": next(iter(links), None),
        "quote": next(iter(left.of("quote")), None),
    }
    found: dict[str, Any] = {
        name: left.place(column, clean=name in ("title", "publisher"))
        for name, column in parts.items()
        if column
    }
    if not found.keys() - {"quote"}:
        return []
    left.remove(*parts.values())
    return [found]


def take_rating(left: ColumnsLeft) -> dict[str, Any] | None:
    """A verdict in words, and beside it one in numbers."""
    verdicts = left.of("verdict")
    if not verdicts:
        return None
    numbers = [column for column in verdicts if left.looks[column].is_number][:1]
    words = [column for column in verdicts if column not in numbers][:1]
    found = {"label": left.place((words or numbers)[0], clean=True)}
    if words and numbers:
        found["value"] = {"column": numbers[0]}
    left.remove(*words, *numbers)
    return found

"""Linked data (JSON-LD): which objects are reviews of claims, and where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from service.interchange.tables.documents.json_events import NoJson, json_events
from service.interchange.tables.documents.json_lines import json_line_objects
from service.interchange.tables.documents.json_rows import json_objects
from service.interchange.tables.encoding import utf8_file
from service.interchange.tables.limits import BoundedJson
from service.interchange.tables.look import form_of
from service.interchange.tables.row import BrokenRow

__all__ = ["REVIEW_KIND", "reviews_of"]

REVIEW_KIND: Final = r"(?:https?://schema\.org/|schema:)?ClaimReview"
"""A pattern for the type of a review, which may include its vocabulary."""
_IS_REVIEW: Final = re.compile(REVIEW_KIND)
_DEEPEST: Final = 6


def reviews_of(path: Path) -> Iterator[tuple[int | None, dict[str, Any] | BrokenRow]]:
    """The reviews of a document, wherever they are: alone, in a list, in `@graph` or in a data
    feed. If each line is a document, they come with the line's number. Raises `TableRefused`."""
    if form_of(path) == "jsonl":
        documents: Iterator[tuple[int | None, Any]] = json_line_objects(path)
    else:
        documents = ((None, item) for item in json_objects(path, _place_of_reviews(path)))
    for line, item in documents:
        if isinstance(item, BrokenRow):
            yield line, item
        else:
            yield from ((line, review) for review in _reviews_in(item, _DEEPEST))


def _reviews_in(item: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(item, dict):
        kinds = item.get("@type")
        if any(map(_is_kind, kinds if isinstance(kinds, list) else [kinds])):
            yield item
            return
        item = list(item.values())
    if isinstance(item, list) and depth:
        for each in item:
            yield from _reviews_in(each, depth - 1)


def _is_kind(value: Any) -> bool:
    return isinstance(value, str) and _IS_REVIEW.fullmatch(value) is not None


def _place_of_reviews(path: Path) -> str:
    """The member whose list contains the first review, with dots for nested members; empty if the
    document itself is the list or the review. A review contains lists of its own, which must be
    skipped, so its place must be known before the document is read."""
    names: list[str | None] = []  # for each object the member being read; None for a list
    with utf8_file(path) as file:
        bounded = BoundedJson(file, "A value of the file")
        try:
            for event, value in json_events(bounded):
                bounded.took()
                if event == "map_key":
                    names[-1] = value
                elif event in ("start_map", "start_array"):
                    names.append("" if event == "start_map" else None)
                elif event in ("end_map", "end_array"):
                    names.pop()
                elif "@type" in names[-2:] and _is_kind(value):
                    return _outermost_list(names if names[-1] else names[:-1])
        except NoJson:
            return ""  # reading the rows reports what is wrong
    return ""


def _outermost_list(names: list[str | None]) -> str:
    if None not in names:
        return ""
    return ".".join(name for name in names[: names.index(None)] if name is not None)

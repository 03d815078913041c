"""Fact-checks, a row for each review: ClaimReview as JSON-LD, and the Fact Check API's answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from events.statement.wording import STATEMENT_ID
from service.interchange.formats.linked_data import reviews_of
from service.interchange.tables.documents.json_rows import json_objects
from service.interchange.tables.row import (
    BrokenRow,
    Cell,
    TableRow,
    cell_text,
    cells_of,
    object_row,
    object_rows,
)

__all__ = ["claim_rows", "review_rows"]

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_KINDS: Final = ("@type", "@context")
"""Members that tell what an object is, but nothing about the claim."""


def review_rows(path: Path) -> Iterator[TableRow]:
    """Every ClaimReview of a document, wherever it is; see `reviews_of`. Raises `TableRefused`."""
    for number, (line, review) in enumerate(reviews_of(path), start=1):
        yield object_row(line or number, review, _review_cells)


def _review_cells(review: Mapping[str, Any]) -> dict[str, Cell]:
    cells = {n: cell for n, cell in cells_of(review).items() if not n.endswith(_KINDS)}
    claimants = _taken(cells, "itemReviewed.author.name", "itemReviewed.author")
    cells["claimant"] = claimants[0] if claimants else ""
    cells["further claimants"] = tuple(claimants[1:])
    name = _taken(cells, "name", "headline")
    reviewers = _taken(cells, "author.name", "author", "publisher.name")
    cells["review"] = (*name, *reviewers, "")[0]
    cells["reviewer"] = reviewers[0] if reviewers and reviewers[0] != cells["review"] else ""
    cells["appearances"] = tuple(
        _taken(cells, "itemReviewed.appearance.url", "itemReviewed.appearance")
        + _taken(cells, "itemReviewed.firstAppearance.url", "itemReviewed.firstAppearance")
    )
    value = cell_text(cells.get("reviewRating.ratingValue", ""))
    label = cell_text(cells.pop("reviewRating.alternateName", ""))
    cells["rating"] = label or value
    for name_of_number in ("ratingValue", "bestRating", "worstRating"):
        at = f"reviewRating.{name_of_number}"
        if not _NUMBER.fullmatch(given := cell_text(cells.get(at, ""))):
            cells.pop(at, None)
            cells[f"{name_of_number} in words"] = "" if given == cells["rating"] else given
    given = cell_text(cells.get("identifier", ""))
    cells["id"] = given if STATEMENT_ID.admits(given) else ""
    address = " ".join(_taken(cells, "url", "@id"))
    cells["key"] = given or f"{address} {cell_text(cells.get('claimReviewed', ''))}".strip()
    return cells


def _taken(cells: dict[str, Cell], *names: str) -> list[str]:
    """The texts of the first of these columns that has some. Takes them out of the column, except
    addresses, because another column has them now."""
    for name in names:
        cell = cells.get(name, "")
        texts = [text for text in ((cell,) if isinstance(cell, str) else cell) if text.strip()]
        if texts:
            if name not in ("url", "@id"):
                del cells[name]
            return texts
    return []


def claim_rows(path: Path) -> Iterator[TableRow]:
    """The claims of an answer of the Fact Check API, once for each review. Raises
    `TableRefused`."""
    return object_rows(_claims(path), _claim_cells)


def _claims(path: Path) -> Iterator[dict[str, Any] | BrokenRow]:
    """Each claim once for each of its reviews."""
    for claim in json_objects(path, "claims"):
        if isinstance(claim, BrokenRow):
            yield claim
            continue
        reviews = claim.get("claimReview") or [{}]
        for review in reviews if isinstance(reviews, list) else [reviews]:
            yield {**claim, "claimReview": review}


def _claim_cells(claim: Mapping[str, Any]) -> dict[str, Cell]:
    cells = cells_of(claim)
    reviewer = cell_text(cells.get("claimReview.publisher.name", ""))
    title = cell_text(cells.get("claimReview.title", ""))
    cells["review"] = title or reviewer
    cells["reviewer"] = reviewer if reviewer != cells["review"] else ""
    return cells

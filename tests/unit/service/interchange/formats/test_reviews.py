"""Fact-checks: what a review says of its scale is kept, also where it is no number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.interchange.formats.known import look_of, open_mapped
from service.interchange.mappings.composer import Composer


def _composed(folder: Path, rating: dict[str, Any]) -> dict[str, Any]:
    path = folder / "c.json"
    review = {"@type": "ClaimReview", "claimReviewed": "The moon is flat.", "reviewRating": rating}
    path.write_text(json.dumps(review))
    with open_mapped(path, "claimreview") as (mapping, table):
        (row,) = table.rows
        return Composer(mapping).compose(row).statement


def test_a_rating_in_words_is_kept_beside_its_label(tmp_path: Path) -> None:
    """A value that is no number cannot be the rating's; it stays as a further column, once."""
    found = _composed(tmp_path, {"ratingValue": "3/5", "bestRating": 5, "alternateName": "Half"})
    assert found["rating"] == {"label": "Half", "best": "5"}
    assert found["extra"] == {"ratingValue": "3/5"}
    found = _composed(tmp_path, {"ratingValue": "Half true"})
    assert found["rating"] == {"label": "Half true"}
    assert "extra" not in found


_REVIEW: dict[str, Any] = {
    "@type": "ClaimReview",
    "claimReviewed": "The moon is flat.",
    "author": [{"@type": "Organization", "name": "Checkers"}],
    "itemReviewed": {"appearance": [{"url": "https://a.example/x"}]},
}
_DEEP = {"name": [{"a": [1]}]}


@pytest.mark.parametrize(
    ("document", "count"),
    [
        (_REVIEW, 1),
        ([_REVIEW, _REVIEW], 2),
        ([{"@type": "WebPage", "x": [_DEEP]}, _REVIEW], 1),
        ({"@context": [_DEEP], "@graph": [{"@type": ["WebPage"]}, _REVIEW, _REVIEW]}, 2),
        ({"@graph": _REVIEW}, 1),
        ({"@type": "WebPage", "hasPart": {"mainEntity": [_REVIEW]}, "x": [_DEEP]}, 1),
        ({"@type": "DataFeed", "dataFeedElement": [{"item": [_REVIEW]}, {"item": _REVIEW}]}, 2),
        (_REVIEW | {"@type": ["Review", "ClaimReview"]}, 1),
        (_REVIEW | {"@type": "http://schema.org/ClaimReview"}, 1),
        ({"@graph": [_REVIEW | {"@type": ["https://schema.org/ClaimReview"]}]}, 1),
        (_REVIEW | {"@type": "schema:ClaimReview"}, 1),
    ],
)
def test_reviews_are_found_wherever_they_stand(tmp_path: Path, document: Any, count: int) -> None:
    """Alone, in a list, in a graph or feed, with lists of their own and of others around them, and
    by each name of their type; whole, with who reviewed and where the claim appeared."""
    path = tmp_path / "c.json"
    path.write_text(json.dumps(document))
    assert look_of(path) == "claimreview"
    with open_mapped(path, "claimreview") as (mapping, table):
        found = [Composer(mapping).compose(row).statement for row in table.rows]
    assert len(found) == count
    for statement in found:
        assert statement["text"] == "The moon is flat."
        assert [source.get("title") for source in statement["sources"]] == [
            "Checkers",
            "https://a.example/x",
        ]


def test_reviews_may_stand_one_on_each_line(tmp_path: Path) -> None:
    """A line that is no JSON is refused by its number, and the reviews around it are read."""
    path = tmp_path / "c.jsonl"
    path.write_text(f"{json.dumps(_REVIEW)}\nnope\n{json.dumps({'@graph': [_REVIEW, _REVIEW]})}\n")
    with open_mapped(path, "claimreview") as (_, table):
        rows = [(row.line, row.broken is None) for row in table.rows]
    assert rows == [(1, True), (2, False), (3, True), (3, True)]

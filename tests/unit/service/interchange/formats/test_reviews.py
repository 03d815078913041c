"""Fact-checks: what a review says of its scale is kept, also where it is no number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.interchange.formats.known import open_mapped
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

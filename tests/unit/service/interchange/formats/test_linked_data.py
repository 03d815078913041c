"""Where reviews may be in a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.interchange.formats.linked_data import reviews_of

REVIEW = {"@type": "ClaimReview", "claimReviewed": "It rained."}


def test_reviews_are_looked_for_six_deep(tmp_path: Path) -> None:
    """One that lies deeper is not looked for, however deep the document is."""
    for name, end in (("document.json", ""), ("lines.jsonl", "\n")):
        path, item = tmp_path / name, dict[str, Any](REVIEW)
        for depth in range(9):
            path.write_text(json.dumps(item) + end)
            found = [review for _, review in reviews_of(path)]
            assert found == [REVIEW] * (depth <= 6), (name, depth)
            item = {"within": item}

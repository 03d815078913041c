"""ClaimReview, by what schema.org says of its fields."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.claimreview import LOSSES, write_claimreview
from service.interchange.writers.loss import LossCount
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import as_exported, exported, written

_FIELDS = {
    "ClaimReview": {
        *("@id", "identifier", "url", "claimReviewed", "inLanguage", "itemReviewed", "name"),
        *("reviewRating", "author", "datePublished", "keywords"),
    },
    "Claim": {"author", "datePublished", "appearance"},
    "Rating": {"alternateName", "ratingValue", "bestRating", "worstRating"},
    "Organization": {"name"},
    "Thing": {"name"},
    "CreativeWork": {"url"},
}


def _check(part: Any) -> None:
    """Each object is of a type that schema.org has, with fields of that type alone."""
    for each in part if isinstance(part, list) else [part]:
        if isinstance(each, dict):
            names = {*each} - {"@type", "@context"}
            assert names <= _FIELDS[each["@type"]]
            for value in each.values():
                _check(value)


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_each_rated_statement_is_a_review(shown: list[dict[str, Any]]) -> None:
    """A review has the fields that search engines require; a statement without a rating is counted
    as left out; no date is there that is not plain."""
    batch = as_exported(shown)
    reviews = json.loads(written(write_claimreview, [], batch))
    _check(reviews)
    rated = [each for each in shown if each["rating"] is not None]
    assert [review["claimReviewed"] for review in reviews] == [each["text"] for each in rated]
    for review, each in zip(reviews, rated, strict=True):
        assert review["reviewRating"]["alternateName"] == each["rating"]["label"]
        assert review["url"].startswith("http")
        assert not {"~", "X", "/", "{"} & {*review["itemReviewed"].get("datePublished", "")}
    count = LossCount(LOSSES)
    count.add(batch)
    left_out = [lost.statements for lost in count.lost() if lost.field == "statement"]
    assert sum(left_out) == len(shown) - len(rated)


def test_the_first_source_is_the_review() -> None:
    """Who checked it, where and when is the source; the others are appearances of the claim."""
    sources = [
        {
            "id": "s1",
            "title": "No, it did not rain",
            "publisher": "Fact Desk",
            "url": "https://facts.example/1",
            "published": "2025-05-02",
        },
        {"id": "s2", "title": "Post", "url": "https://posts.example/9"},
    ]
    rating = {"label": "False", "value": "1", "best": "5", "worst": "1"}
    [review] = json.loads(
        written(write_claimreview, [exported(on="2025-04", sources=sources, rating=rating)])
    )
    assert review["author"] == {"@type": "Organization", "name": "Fact Desk"}
    assert (review["url"], review["datePublished"]) == ("https://facts.example/1", "2025-05-02")
    assert review["itemReviewed"]["appearance"] == [
        {"@type": "CreativeWork", "url": "https://posts.example/9"}
    ]
    assert review["itemReviewed"]["datePublished"] == "2025-04"
    assert review["reviewRating"]["ratingValue"] == "1"

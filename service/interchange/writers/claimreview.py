"""ClaimReview (schema.org) as JSON-LD: an object for each statement that a fact-check has rated.

The statement is the claim, its rating the verdict, and its first source the review: who checked
it, where, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from events.statement.statement import Rating, Source
from projections.answers.statement import ShownStatement
from service.interchange.writers.calendar_dates import iso_date
from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import (
    ABOUT,
    CARRIERS,
    CREDIBILITY,
    EXTRA,
    HISTORY,
    PLACES,
    QUANTITIES,
    RELATIONS,
    RETRACTION,
    Loss,
    file_is_origin,
    is_made_of,
    is_repeated,
)
from service.interchange.writers.prose import speaker_names

__all__ = ["LOSSES", "write_claimreview"]

_FIRST: Final = "Where the first speaker is not known, the next one counts as the first."


def _are_review_and_links(sources: Sequence[Source]) -> bool:
    """Whether they are a review with an address, and addresses, and nothing else."""
    if not sources:
        return False  # the page here would be the review
    [first, *others] = sources
    return (
        first.url is not None
        and first.publisher != first.title
        and (first.published is None or iso_date(first.published) is not None)
        and is_made_of(first, "title", "publisher", "url", "published")
        and all(_is_link(each) for each in others)
    )


def _is_link(source: Source) -> bool:
    url = source.url
    return url is not None and source.title == url[:200] and is_made_of(source, "title", "url")


LOSSES: Final = (
    Loss(
        "statement",
        "A ClaimReview is a verdict: a statement without a rating is left out.",
        lambda s: s.rating is None,
    ),
    Loss(
        "text",
        "An import reads it as HTML, whose signs and white space count.",
        lambda s: "<" in s.text or "&" in s.text or s.text != s.text.strip(),
    ),
    Loss("kind", "All are claims.", lambda s: s.kind != "claim"),
    Loss("said.by", _FIRST, lambda s: s.said.by is None and bool(s.said.with_)),
    Loss(
        "said.with",
        f"{_FIRST} Nobody is named twice.",
        lambda s: (s.said.by is None and bool(s.said.with_)) or is_repeated(speaker_names(s)),
    ),
    Loss(
        "said.on",
        "It has plain days, months and years only: other dates are left out.",
        lambda s: s.said.on is not None and iso_date(s.said.on) is None,
    ),
    CARRIERS,
    Loss("occurred", "It has the time of the claim only.", lambda s: s.occurred is not None),
    ABOUT,
    PLACES,
    QUANTITIES,
    Loss(
        "sources",
        "The first is the review: its publisher or title, address and plain date; of the others "
        "there are the addresses. Without one, the page here is the review.",
        lambda s: not _are_review_and_links(s.sources),
    ),
    Loss("tags", "A tag that a statement has twice is there once.", lambda s: is_repeated(s.tags)),
    file_is_origin("claimreview"),
    EXTRA,
    RELATIONS,
    CREDIBILITY,
    RETRACTION,
    HISTORY,
)

_encode = msgspec.json.Encoder().encode


def write_claimreview(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """A JSON array of objects, each with its own context."""
    before = b"[\n"
    for batch in batches:
        written = [
            _encode(_review(preamble, shown, shown.rating))
            for shown in map(ExportedStatement.decode, batch)
            if shown.rating is not None
        ]
        yield before + b",\n".join(written) if written else b""
        before = b",\n" if written else before
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _review(preamble: Preamble, shown: ShownStatement, rating: Rating) -> dict[str, Any]:
    source = shown.sources[0] if shown.sources else None
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": preamble.urn_of(shown.id),
        "identifier": shown.id,
        "url": source.url if source is not None and source.url else preamble.page_of(shown.id),
        "claimReviewed": shown.text,
        "inLanguage": shown.language,
        "itemReviewed": _claim(shown),
        "reviewRating": _given(
            {
                "@type": "Rating",
                "alternateName": rating.label,
                "ratingValue": rating.value,
                "bestRating": rating.best,
                "worstRating": rating.worst,
            }
        ),
    }
    if source is not None:
        review["name"] = source.title
        review["author"] = {"@type": "Organization", "name": source.publisher or source.title}
        if published := iso_date(source.published):
            review["datePublished"] = published
    if shown.tags:
        review["keywords"] = list(shown.tags)
    return review


def _claim(shown: ShownStatement) -> dict[str, Any]:
    speakers = [{"@type": "Thing", "name": name} for name in speaker_names(shown)]
    appearances = [
        {"@type": "CreativeWork", "url": source.url} for source in shown.sources[1:] if source.url
    ]
    return _given(
        {
            "@type": "Claim",
            "author": (speakers[0] if len(speakers) == 1 else speakers) or None,
            "datePublished": iso_date(shown.said.on),
            "appearance": appearances or None,
        }
    )


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}

"""JSON Feed 1.1: an item for each statement, under a permanent id. The whole statement is in the
item's extension `_onrecord`, as JSON Feed has no members for most of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import CREDIBILITY, HISTORY, RELATIONS, RETRACTION
from service.interchange.writers.prose import headline_of, paragraphs_of, speaker_names

__all__ = ["LOSSES", "write_jsonfeed"]

LOSSES: Final = (
    RELATIONS,
    CREDIBILITY,
    RETRACTION._replace(reason="Its standing says that it was retracted, but not why."),
    HISTORY,
)

_encode = msgspec.json.Encoder().encode


def write_jsonfeed(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """The feed, with its items in the order of the statements."""
    yield _encode(_feed(preamble))[:-1] + b',"items":['
    before = b"\n"
    for batch in batches:
        if batch:
            yield before + b",\n".join([_encode(_item(preamble, each)) for each in batch])
            before = b",\n"
        else:
            yield b""
    yield b"\n]}\n"


def _feed(preamble: Preamble) -> dict[str, Any]:
    shown = preamble.timeline
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": shown.title,
        "home_page_url": preamble.page,
        "language": shown.language,
    }
    if preamble.feed is not None:
        feed["feed_url"] = preamble.feed
    if shown.description:
        feed["description"] = shown.description
    return feed


def _item(preamble: Preamble, each: ExportedStatement) -> dict[str, Any]:
    shown = each.decode()
    item: dict[str, Any] = {
        "id": preamble.urn_of(shown.id),
        "url": preamble.page_of(shown.id),
        "title": headline_of(shown),
        "content_text": "\n\n".join(paragraphs_of(shown)),
        "date_published": shown.recorded_at,
        "date_modified": each.changed_at,
        "language": shown.language,
        "_onrecord": msgspec.Raw(
            b'%b,"standing":%b,"revision":%d}'
            % (each.recorded()[:-1], _encode(shown.standing), shown.revision)
        ),
    }
    if authors := [{"name": name} for name in speaker_names(shown)]:
        item["authors"] = authors
    if shown.tags:
        item["tags"] = shown.tags
    if link := next((source.url for source in shown.sources if source.url), None):
        item["external_url"] = link
    return item

"""TimelineJS (version 3) as JSON: a slide for each statement that says when something happened.

A slide needs a date on which it begins. Years, months, days and times are written unchanged; for a
vague date the slide has its first and last day, and shows the date as written (`display_date`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from events.statement.statement import Source
from projections.answers.statement import ShownStatement
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
)

__all__ = ["LOSSES", "write_timelinejs"]

_DATE: Final = re.compile(
    r"(-?[0-9]{4}|Y-?[0-9]{5,11})"
    r"(?:-(0[1-9]|1[0-2])(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?)?)?"
)
"""A date that a slide can express: year, month, day, hour, minute and second."""
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
_BOUND: Final = re.compile(
    r"([+-]?[0-9]{4,})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z"
)
_EARLIEST_YEAR, _LATEST_YEAR = -271_821, 275_760
"""The years that TimelineJS can show with months and days."""


def _is_medium(sources: Sequence[Source]) -> bool:
    """Whether they are one source of which a slide shows all."""
    [first, *others] = sources
    return first.url is not None and not others and is_made_of(first, "title", "publisher", "url")


LOSSES: Final = (
    Loss(
        "statement",
        "A slide begins on some day: a statement whose time has no beginning, or that tells no "
        "time, is left out.",
        lambda s: _dates(s) is None,
    ),
    Loss("text", "White space counts as in HTML.", lambda s: _spaced(s.text) != s.text),
    Loss("kind", "It has no place there: all are reports.", lambda s: s.kind != "report"),
    Loss("language", "It has no place there.", lambda s: s.language != "en"),
    Loss("said.with", "The first speaker is the group.", lambda s: bool(s.said.with_)),
    Loss("said.on", "It has the time that it is about only.", lambda s: s.said.on is not None),
    CARRIERS,
    ABOUT,
    PLACES,
    QUANTITIES,
    Loss(
        "sources",
        "The address, title and publisher of the first one with an address are the medium.",
        lambda s: bool(s.sources) and not _is_medium(s.sources),
    ),
    Loss("rating", "A verdict has no place there.", lambda s: s.rating is not None),
    Loss("tags", "They have no place there.", lambda s: bool(s.tags)),
    file_is_origin("timelinejs"),
    EXTRA,
    RELATIONS,
    CREDIBILITY,
    RETRACTION,
    HISTORY,
)

_encode = msgspec.json.Encoder().encode


def write_timelinejs(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """One object, with the timeline's title as its first slide."""
    shown = preamble.timeline
    text = {"headline": _markup(shown.title), "text": _markup(shown.description or "")}
    yield b'{"title":%b,"events":[' % _encode({"text": text})
    before = b"\n"
    for batch in batches:
        slides = [_encode(slide) for each in batch if (slide := _slide(each)) is not None]
        yield before + b",\n".join(slides) if slides else b""
        before = b",\n" if slides else before
    yield b"\n]}\n"


def _slide(each: ExportedStatement) -> dict[str, Any] | None:
    shown = each.decode()
    dates = _dates(shown)
    if dates is None:
        return None
    headline, _, rest = shown.text.partition("\n\n")
    slide: dict[str, Any] = {
        "unique_id": shown.id,
        **dates,
        "text": {"headline": _markup(headline), "text": _markup(rest)},
    }
    if shown.said.by is not None:
        slide["group"] = shown.said.by
    if media := _media(shown):
        slide["media"] = media
    return slide


def _dates(shown: ShownStatement) -> dict[str, Any] | None:
    """The dates of a slide; None if it cannot have any."""
    if shown.occurred is None or shown.bounds.occurred is None:
        return None
    if _is_plain(shown.occurred):
        start, slash, end = shown.occurred.partition("/")
        plain = {"start_date": _plain(start)}
        return plain | {"end_date": _plain(end)} if slash else plain
    is_time = "T" in shown.occurred
    earliest = _outermost(shown.bounds.occurred.start.earliest, is_time=is_time)
    if earliest is None:
        return None
    dates: dict[str, Any] = {"start_date": earliest, "display_date": shown.occurred}
    latest = _outermost(shown.bounds.occurred.end.latest, is_time=is_time)
    if latest is not None and latest != earliest:
        dates["end_date"] = latest
    return dates


def _is_plain(text: str) -> bool:
    """Whether slides can express the date as it was written: one date, or a range."""
    start, slash, end = text.partition("/")
    if _DATE.fullmatch(start) is None:
        return False
    return not slash or (start != end and _DATE.fullmatch(end) is not None)


def _plain(text: str) -> dict[str, int]:
    found = _DATE.fullmatch(text)
    parts = () if found is None else found.groups()
    named = zip(_PARTS, parts, strict=False)
    return {name: int(part.removeprefix("Y")) for name, part in named if part is not None}


def _outermost(bound: str | None, *, is_time: bool) -> dict[str, int] | None:
    """The day of a bound, or its second if it `is_time`; None if it is unbounded or cannot be
    shown."""
    found = None if bound is None else _BOUND.fullmatch(bound)
    if found is None or not _EARLIEST_YEAR < int(found[1]) < _LATEST_YEAR:
        return None
    parts = zip(_PARTS, map(int, found.groups()), strict=True)
    return dict(parts if is_time else islice(parts, 3))


def _media(shown: ShownStatement) -> dict[str, str] | None:
    source = next((source for source in shown.sources if source.url), None)
    if source is None or source.url is None:
        return None
    media = {"url": source.url, "caption": _markup(source.title)}
    if source.publisher:
        media["credit"] = _markup(source.publisher)
    return media


def _markup(text: str) -> str:
    """The text as HTML, which is what TimelineJS shows."""
    return html.escape(text, quote=False).replace("\n\n", "</p><p>").replace("\n", "<br>")


def _spaced(text: str) -> str:
    """The text as HTML shows it: single spaces, and at most one empty line."""
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return re.sub("\n{3,}", "\n\n", lines).strip()

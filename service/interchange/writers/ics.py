"""iCalendar (RFC 5545): an event for each statement that says when something happened.

A date becomes a span of whole days, which no time zone moves (`VALUE=DATE`; the end is the day
after the last one). Only a date with a time of day becomes a moment, in UTC. `X-ONRECORD-OCCURRED`
has the date as written, and `X-ONRECORD-STATEMENT` the whole statement, in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from projections.answers.statement import ShownStatement
from service.interchange.writers.calendar_dates import day_range, is_exact
from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import CREDIBILITY, HISTORY, RELATIONS, Loss
from service.interchange.writers.prose import headline_of, paragraphs_of

__all__ = ["LOSSES", "write_ics"]

LOSSES: Final = (
    Loss(
        "statement",
        "An event has a first and a last day in the years 1 to 9999: a statement whose time has "
        "none, or that tells no time, is left out.",
        lambda s: day_range(s.bounds.occurred) is None,
    ),
    Loss(
        "occurred",
        "A calendar shows a vague date as all the days that it may mean; X-ONRECORD-OCCURRED has "
        "what was written.",
        lambda s: s.occurred is not None and not is_exact(s.occurred),
    ),
    RELATIONS,
    CREDIBILITY,
    Loss(
        "retraction",
        "The event is cancelled, but not why.",
        lambda s: s.standing == "retracted",
    ),
    HISTORY,
)

_OCTETS: Final = 75
"""The most octets of a line without its end (3.1)."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no text may contain (3.3.11)."""
_PUNCTUATION: Final = re.compile("[^0-9TZ]")
_TIME: Final = len("2024-10-13T12:00:00")

_COMPONENT: Final = [
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
]
"""The content of a calendar without events, because a calendar has at least one component (3.4)."""


def write_ics(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """One calendar."""
    shown = preamble.timeline
    yield _folded(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//onrecord//export//EN",
            "CALSCALE:GREGORIAN",
            f"X-WR-CALNAME:{_text(shown.title)}",
            f"NAME:{_text(shown.title)}",
        ]
    )
    is_empty = True
    for batch in batches:
        lines: list[str] = []
        for each in batch:
            lines += _event(preamble, each)
        is_empty = is_empty and not lines
        yield _folded(lines)
    if is_empty:
        yield _folded(_COMPONENT)
    yield b"END:VCALENDAR\r\n"


def _event(preamble: Preamble, each: ExportedStatement) -> list[str]:
    shown = each.decode()
    when = _when(shown)
    if not when:
        return []
    lines = [
        "BEGIN:VEVENT",
        f"UID:{preamble.urn_of(shown.id)}",
        f"DTSTAMP:{_moment(each.changed_at)}",
        f"CREATED:{_moment(shown.recorded_at)}",
        f"LAST-MODIFIED:{_moment(each.changed_at)}",
        *when,
        f"SUMMARY:{_text(headline_of(shown))}",
        f"DESCRIPTION:{_text((chr(10) * 2).join(paragraphs_of(shown)))}",
        f"X-ONRECORD-OCCURRED;VALUE=TEXT:{_text(shown.occurred or '')}",
        f"X-ONRECORD-STANDING:{shown.standing.upper()}",
        f"X-ONRECORD-STATEMENT;VALUE=TEXT:{_text(_json(each.recorded()))}",
    ]
    if shown.tags:
        lines.append(f"CATEGORIES:{_list(shown.tags)}")
    lines += _where(shown)
    link = next((source.url for source in shown.sources if source.url), None)
    lines.append(f"URL:{link or preamble.page_of(shown.id)}")
    if shown.standing == "retracted":
        lines.append("STATUS:CANCELLED")
    lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    return lines


def _when(shown: ShownStatement) -> list[str]:
    """The properties with the start and the end; empty if a calendar cannot express the date."""
    days = day_range(shown.bounds.occurred)
    if days is None or shown.occurred is None:
        return []
    if "T" in shown.occurred and shown.bounds.occurred is not None:
        return [f"DTSTART:{_moment(shown.bounds.occurred.start.earliest or '')}"]
    first, end = _PUNCTUATION.sub("", days.first), _PUNCTUATION.sub("", days.end)
    return [f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{end}"]


def _where(shown: ShownStatement) -> list[str]:
    if not shown.places:
        return []
    lines = [f"LOCATION:{_text('; '.join(place.name for place in shown.places))}"]
    [first, *others] = shown.places
    if first.latitude is not None and not others:
        lines.append(f"GEO:{first.latitude:.6f};{first.longitude:.6f}")
    return lines


def _moment(time: str) -> str:
    """A time in UTC, RFC 3339, in whole seconds."""
    return _PUNCTUATION.sub("", time[:_TIME]) + "Z"


def _list(texts: list[str]) -> str:
    return ",".join(map(_text, texts))


def _text(text: str) -> str:
    """A text as the value of a property (3.3.11)."""
    if not text.isprintable():
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _json(text: bytes) -> str:
    """JSON in a text: the only character that JSON may have, and a text may not, by its number."""
    return text.decode().replace("\x7f", "\\u007f")


def _folded(lines: list[str]) -> bytes:
    """The lines, each of at most 75 octets and continued after a space (3.1); no character is
    split."""
    return b"".join([_folded_line(line.encode()) for line in lines])


def _folded_line(line: bytes) -> bytes:
    if len(line) <= _OCTETS:
        return line + b"\r\n"
    pieces = []
    start, room = 0, _OCTETS
    while len(line) - start > room:
        end = start + room
        while line[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        pieces.append(line[start:end])
        start, room = end, _OCTETS - 1
    pieces.append(line[start:])
    return b"\r\n ".join(pieces) + b"\r\n"

"""A statement in words, for formats that people read: feeds and calendars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from projections.answers.statement import ShownStatement

__all__ = ["headline_of", "paragraphs_of", "speaker_names"]

_WIDTH: Final = 120


def speaker_names(shown: ShownStatement) -> list[str]:
    """All speakers; empty if nobody knows them."""
    by = shown.said.by
    return ([] if by is None else [by]) + list(shown.said.with_)


def headline_of(shown: ShownStatement) -> str:
    """One line: the speakers, and the beginning of the text."""
    who = ", ".join(speaker_names(shown)) or "Not known who"
    line = _beginning(shown.text)
    gone = "Retracted: " if shown.standing == "retracted" else ""
    return f"{gone}{who}: {line}" if line else f"{gone}{who}"


def _beginning(text: str) -> str:
    """The text in one line; the first words of a long one."""
    line = " ".join(text[: 2 * _WIDTH].split())
    if len(line) <= _WIDTH and len(text) <= 2 * _WIDTH:
        return line
    words, _, _ = line[:_WIDTH].rpartition(" ")
    return f"{words or line[:_WIDTH]} …"


def paragraphs_of(shown: ShownStatement) -> list[str]:
    """The text, then a line for each known fact."""
    return [shown.text, "\n".join(_facts(shown))]


def _facts(shown: ShownStatement) -> Iterator[str]:
    who = ", ".join(speaker_names(shown)) or "not known who"
    on = shown.said.on or "date not known"
    yield f"{shown.kind.capitalize()} by {who} ({on})"
    if shown.said.via:
        yield "Via " + ", ".join(f"{each.actor} ({each.role})" for each in shown.said.via)
    if shown.occurred is not None:
        yield f"About the time {shown.occurred}"
    if shown.places:
        yield "At " + ", ".join(place.name for place in shown.places)
    if shown.standing != "asserted":
        yield f"Standing: {shown.standing}"
    for source in shown.sources:
        publisher = f"({source.publisher})" if source.publisher not in (None, source.title) else ""
        yield "Source: " + " ".join(filter(None, (source.title, publisher, source.url)))

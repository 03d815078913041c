"""Facets: which actors, kinds, tags, places, standings and sources there are, and how often."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Facet", "Facets"]


class Facet(Struct, frozen=True):
    """A value, and how many statements have it."""

    value: str
    count: int


class Facets(Struct, frozen=True):
    """The most frequent values first, then by value. Registered actors have their registered name,
    with all spellings counted together; places and other actors are spelled as first written."""

    actors: list[Facet]
    kinds: list[Facet]
    tags: list[Facet]
    places: list[Facet]
    standings: list[Facet]
    sources: list[Facet]

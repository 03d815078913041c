"""Facets: which actors, kinds, tags, places, standings and sources there are, and how often."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Facet", "Facets"]


class Facet(Struct, frozen=True):
    """A value and how many statements have it, each counted once."""

    value: str
    count: int


class Facets(Struct, frozen=True):
    """The most frequent first, then by value. Actors are named as they are registered, with all
    their spellings as one; places, and actors that are not registered, as first written."""

    actors: list[Facet]
    kinds: list[Facet]
    tags: list[Facet]
    places: list[Facet]
    standings: list[Facet]
    sources: list[Facet]

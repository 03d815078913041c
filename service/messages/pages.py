"""Pages of lists. `next` is the cursor of the following page, null at the end."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from projections.answers.actor import Actor
from projections.answers.source import SourceItem
from projections.answers.timeline import Timeline
from service.messages.states import AsOf

__all__ = [
    "ActorsPage",
    "EventsPage",
    "HistoryPage",
    "SourcesPage",
    "StatementsPage",
    "TimelinesPage",
]

T = TypeVar("T")


class TimelinesPage(Struct, frozen=True):
    """One page of all timelines; `next` is the cursor of the following page."""

    items: list[Timeline]
    next: str | None


class StatementsPage(Struct, Generic[T], frozen=True):
    """One page of statements. All pages of one list are of the same `revision`."""

    timeline: str
    revision: int
    as_of: AsOf | None
    items: list[T]
    next: str | None
    total: int | None = None


class ActorsPage(Struct, frozen=True):
    """One page of the actors that a timeline names."""

    items: list[Actor]
    next: str | None


class SourcesPage(Struct, frozen=True):
    """One page of the sources that a timeline names."""

    items: list[SourceItem]
    next: str | None


class EventsPage(Struct, Generic[T], frozen=True):
    """Events in their order. `next_after` is null at the end, `head` the last revision."""

    items: list[T]
    next_after: int | None
    head: int


class HistoryPage(Struct, Generic[T], frozen=True):
    """The events that touched a statement, in their order."""

    items: list[T]
    next: str | None

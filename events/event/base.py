"""The base of all types of events."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

__all__ = ["Event"]


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all event types. Name and version go to the header, not into the data."""

    event_type: ClassVar[str]
    schema_version: ClassVar[int] = 1

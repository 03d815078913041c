"""An actor as it is shown."""

from __future__ import annotations

from msgspec import Struct

from events.event.types import ActorType

__all__ = ["Actor"]


class Actor(Struct, frozen=True, kw_only=True):
    """An actor as it is shown. `statements` counts those in which it speaks, `mentions` those that
    name it in via or about, whatever their standing. `type` is null if it is not registered."""

    id: str
    name: str
    type: ActorType | None
    aliases: list[str]
    registered: bool
    statements: int
    mentions: int

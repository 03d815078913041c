"""Events as they are shown: whole, redacted, or missing their data."""

from __future__ import annotations

from typing import Any

from events.event.envelope import Header

__all__ = ["MissingEvent", "RedactedEvent", "ShownEvent", "WholeEvent"]


class WholeEvent(Header, frozen=True, kw_only=True):
    """An event with its data. `salt` is 16 bytes in hex; `digest` is over salt and data."""

    salt: str
    data: dict[str, Any]


class RedactedEvent(Header, frozen=True, kw_only=True):
    """An event whose salt and data were removed by the redaction at revision `redacted`."""

    redacted: int


class MissingEvent(Header, frozen=True, kw_only=True):
    """An event whose data is gone without a redaction: somebody removed it."""

    missing: bool


class ShownEvent(Header, frozen=True, kw_only=True):
    """Any of the three, as a client decodes it: fields that the event lacks are None."""

    salt: str | None = None
    data: dict[str, Any] | None = None
    redacted: int | None = None
    missing: bool | None = None

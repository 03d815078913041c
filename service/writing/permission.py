"""The rights that the commands of an array need, beyond that of the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from events.errors import Forbidden, OnrecordError
from service.access.roles import Right
from service.writing.execution.command import CommandArray

__all__ = ["CALL", "only_permitted"]

CALL: Final[Right] = "write"
"""The right that every command needs, and the call itself."""

_NEEDS: Final[Mapping[str, Right]] = {"timeline": "open", "redaction": "redact"}
"""The rights that some kinds of commands need, like the calls for single ones."""


class Permits(Protocol):
    """Checks what somebody may do. Both methods raise AccessError or Unknown."""

    def require(self, right: Right, timeline: str | None = None) -> None:
        """Raise unless they have the right."""

    def require_writing(self, timeline: str | None) -> None:
        """Raise unless what they write is recorded, or becomes a proposal."""


def only_permitted(array: CommandArray, timeline: str, visitor: Permits) -> CommandArray:
    """The array, with the refusals of the commands that the visitor may not give."""
    needed = {_NEEDS[kind] for kind in array.kinds if kind in _NEEDS}
    refused: dict[Right, OnrecordError] = {}
    for right in needed:
        try:
            visitor.require(right, timeline)
        except Forbidden as error:
            refused[right] = error
    if needed:
        visitor.require_writing(timeline)  # decides for the rest of the request
    if not refused:
        return array
    forbidden = {
        n: refused[_NEEDS[kind]]
        for n, kind in enumerate(array.kinds)
        if _NEEDS.get(kind, CALL) in refused
    }
    return array._replace(forbidden=forbidden)

"""An Idempotency-Key: the same key with the same request is one request, for ever.

Everything that is made for a keyed request derives from the key, so that a repetition finds it
again: the claim that the log remembers, the ids of its events and of its statements.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

import msgspec

from events.log import Claim
from service.command import Command, RecordStatements

__all__ = ["Key"]

_NAMESPACE = UUID("6f1d4f0a-7a1e-5d0b-9c53-0d6e1f2b8a47")
_encoder = msgspec.json.Encoder(order="sorted")


class Key:
    """A caller's `text`, in the scope of its timeline, spent on one command.

    The claim's fingerprint is over path and decoded body, made by `fingerprint`: key order, white
    space and defaults that are spelled out make no difference.
    """

    def __init__(
        self,
        timeline: str,
        text: str,
        command: Command | RecordStatements,
        fingerprint: Callable[[bytes], str],
    ) -> None:
        self.text = text
        self._name = f"{timeline}\n{text}"
        self.claim = Claim(str(uuid5(_NAMESPACE, self._name)), fingerprint(_content(command)))

    def event_id(self, item: int = 0) -> str:
        """The id of the event that the request's item makes."""
        return str(uuid5(_NAMESPACE, f"{self._name}\n{item}\nevent"))

    def statement_id(self, item: int) -> str:
        """The id of the request's item, where the caller gave it none."""
        return str(uuid5(_NAMESPACE, f"{self._name}\n{item}\nstatement"))


def _content(command: Command | RecordStatements) -> bytes:
    if isinstance(command, RecordStatements):
        parts = (b"statements", b"", _encoder.encode(command.body))
    else:
        event = command.event
        parts = (event.event_type.encode(), command.id.encode(), _encoder.encode(event))
    return b"\n".join(parts)

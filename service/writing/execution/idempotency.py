"""An Idempotency-Key: the same key with the same request is one request, for ever.

All ids of a request with a key are derived from the key, so that a repetition finds them again: the
ids of its claim in the log, of its events and of its statements.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

import msgspec

from events.log.contract import Claim
from events.statement.first_form import first_form
from service.writing.execution.command import Command, CommandArray, RecordStatements

__all__ = ["Key", "content_of"]

_NAMESPACE = UUID("6f1d4f0a-7a1e-5d0b-9c53-0d6e1f2b8a47")
_encoder = msgspec.json.Encoder(order="sorted")


class Key:
    """A caller's `text`, in the scope of its timeline, used for one command. The part after a line
    feed is the service's own; `given` is the part that the caller has sent.

    The claim's fingerprint is made by `fingerprint` of the path and the decoded body. So the order
    of members, white space, and defaults that are spelled out make no difference.
    """

    def __init__(
        self,
        timeline: str,
        text: str,
        command: Command | CommandArray | RecordStatements,
        fingerprint: Callable[[bytes], str],
    ) -> None:
        self.text = text
        self.given = text.partition("\n")[0]
        self._name = f"{timeline}\n{text}"
        self.claim = Claim(str(uuid5(_NAMESPACE, self._name)), fingerprint(content_of(command)))

    def event_id(self, item: int = 0) -> str:
        """The id of the event that the request's item makes."""
        return str(uuid5(_NAMESPACE, f"{self._name}\n{item}\nevent"))

    def statement_id(self, item: int) -> str:
        """The id of the request's statement `item`, if the caller gave it none."""
        return str(uuid5(_NAMESPACE, f"{self._name}\n{item}\nstatement"))


def content_of(command: Command | CommandArray | RecordStatements) -> bytes:
    """The content of a request, as the bytes that its fingerprint is made of."""
    parts: tuple[bytes, ...]
    if isinstance(command, RecordStatements):
        body = command.body
        statements = [*map(first_form, body)] if isinstance(body, list) else first_form(body)
        parts = (b"statements", b"", _encoder.encode(statements))
    elif isinstance(command, CommandArray):
        contents = (
            content_of(item) if isinstance(item, Command) else str(item).encode()
            for item in command.items
        )
        parts = (b"commands", b"", *contents)
    else:
        event = command.event
        parts = (
            event.event_type.encode(),
            command.id.encode(),
            _encoder.encode(first_form(event)),
        )
    return b"\n".join(parts)

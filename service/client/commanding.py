"""The calls that bring a statement to a given state, and that carry out many commands at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from events.statement.statement import Statement
from service.client.errors import ServerRefused, refused_by
from service.client.transport.connection import ServerAnswer, path_of
from service.client.writing import WriteCalls
from service.messages.commands import CommandBody
from service.messages.write_results import CommandOutcomes, Recorded

__all__ = ["CarriedOut", "CommandCalls"]


class CarriedOut(NamedTuple):
    """The result of each command, in order, and the timeline's revision afterwards. A result is
    what was recorded, or the refusal, which is not raised."""

    timeline: str
    revision: int
    items: tuple[Recorded | ServerRefused, ...]


class CommandCalls(WriteCalls):
    """All raise what `service.client.errors` lists."""

    async def put(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        statement: Statement | Mapping[str, Any],
        *,
        reason: str | None = None,
        if_match: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Make the server's statement equal to this one: record it if it is new (201), correct what
        differs (201), or leave it alone (200)."""
        return await self._write(
            "PUT",
            path_of(timeline, "statements", id),
            Recorded,
            statement,
            [] if reason is None else [("reason", reason)],
            {"If-Match": if_match},
        )

    async def carry_out(
        self,
        timeline: str,
        commands: Sequence[CommandBody | Mapping[str, Any]] | bytes,
        *,
        atomic: bool = False,
        key: str | None = None,
    ) -> ServerAnswer[CarriedOut]:
        """Carry out 1 to 1,000 commands in order, each on the result of those before it; bytes are
        sent unchanged. With `atomic` either all or none: if any is refused, raises `Invalid` with
        the faults of all."""
        answer = await self._write(
            "POST",
            path_of(timeline, "commands"),
            CommandOutcomes,
            commands if isinstance(commands, bytes) else list(commands),
            [("atomic", "true")] if atomic else [],
            {"Idempotency-Key": key},
        )
        told = answer.value
        carried_out = CarriedOut(told.timeline, told.revision, tuple(map(_outcome, told.items)))
        return ServerAnswer(carried_out, *answer[1:])


class _Status(msgspec.Struct):
    status: int | None = None


_status = msgspec.json.Decoder(_Status)


def _outcome(item: msgspec.Raw) -> Recorded | ServerRefused:
    status = _status.decode(item).status
    refusal = None if status is None else refused_by(status, bytes(item), None)
    return refusal or msgspec.json.decode(item, type=Recorded)

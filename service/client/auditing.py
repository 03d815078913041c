"""The calls of an auditor. Their answers must be verified, not trusted."""

from __future__ import annotations

from typing import Final

import msgspec

from events.tlog.checkpoint import MOST_NOTE
from events.tlog.tile import FULL, Tile, tile_path
from service.client.errors import ServerRefused, UnreadableAnswer, refused_by
from service.client.transport.connection import Connection, ServerAnswer, path_of
from service.messages.proofs import ConsistencyProof, InclusionProof
from service.messages.states import Digest

__all__ = ["AuditAlarm", "AuditCalls"]

_OK: Final = 200
_NOT_FOUND: Final = 404
_UNAVAILABLE: Final = 503
_TILE_BYTES: Final = 32 * FULL


class AuditAlarm(msgspec.Struct, frozen=True):
    """The server's report that a timeline differs from what was signed, and the first revision that
    does."""

    timeline: str
    revision: int
    reason: str


class _Audit(msgspec.Struct, frozen=True):
    alarms: list[AuditAlarm]


_audit = msgspec.json.Decoder(_Audit)


class AuditCalls:
    """All raise what `service.client.errors` lists."""

    _connection: Connection

    async def checkpoint(self, timeline: str) -> bytes | None:
        """The signed note, byte for byte; None if nothing is signed."""
        return await self._small(path_of(timeline, "checkpoint"))

    async def keys(self, timeline: str) -> bytes | None:
        """The verifier keys that the server shows, one a line, the current one first; None if it
        shows none."""
        return await self._small(path_of(timeline, "keys"))

    async def tile(self, timeline: str, tile: Tile) -> bytes | None:
        """The bytes of a tile: hashes of 32 bytes each; None if it does not exist."""
        path = path_of(timeline, "log", "tile", *tile_path(tile).split("/"))
        return await self._small(path, _TILE_BYTES)

    async def alarms(self) -> dict[str, AuditAlarm]:
        """The server's own alarms, by timeline: it found that what it had signed was changed."""
        status, body = await self._connection.small("/health/audit", MOST_NOTE)
        if status != _UNAVAILABLE:
            return {}
        try:
            return {alarm.timeline: alarm for alarm in _audit.decode(body).alarms}
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            reason = f"an alarm that cannot be read ({error})"
            raise UnreadableAnswer(self._connection.url, reason) from error

    async def inclusion(
        self, timeline: str, revision: int, *, size: int | None = None
    ) -> ServerAnswer[InclusionProof]:
        """A proof that the event is in the tree of the first `size` events, or in the signed
        one."""
        asked = [("revision", str(revision)), *([] if size is None else [("size", str(size))])]
        path = path_of(timeline, "proofs", "inclusion")
        return await self._connection.get(path, InclusionProof, asked)

    async def consistency(
        self, timeline: str, begin: int, *, end: int | None = None
    ) -> ServerAnswer[ConsistencyProof]:
        """A proof that the tree of the first `end` events, or the signed tree, begins with the tree
        of the first `begin`."""
        asked = [("from", str(begin)), *([] if end is None else [("to", str(end))])]
        path = path_of(timeline, "proofs", "consistency")
        return await self._connection.get(path, ConsistencyProof, asked)

    async def digest(
        self, timeline: str, *, as_of: str | int | None = None
    ) -> ServerAnswer[Digest]:
        """The digest of everything that is folded, at the head or as of an earlier moment."""
        asked = [] if as_of is None else [("as_of", str(as_of))]
        return await self._connection.get(path_of(timeline, "digest"), Digest, asked)

    async def _small(self, path: str, most: int = MOST_NOTE) -> bytes | None:
        status, body = await self._connection.small(path, most)
        if status == _OK:
            return body
        if status == _NOT_FOUND:
            return None
        raise self._refusal(status, body)

    def _refusal(self, status: int, body: bytes) -> ServerRefused | UnreadableAnswer:
        refused = refused_by(status, body, None)
        return refused or UnreadableAnswer(
            self._connection.url, f"status {status} without a reason"
        )

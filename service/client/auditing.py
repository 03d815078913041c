"""The calls that an auditor makes. What they bring is to be verified, not to be believed."""

from __future__ import annotations

from typing import Final

from events.note import MOST_NOTE
from events.tile import FULL, Tile, tile_path
from service.client.answers import ConsistencyProof, Digest, InclusionProof
from service.client.connection import Answer, Connection, path_of
from service.client.problem import Problem, UnreadableAnswer, problem_of

__all__ = ["Auditing"]

_OK: Final = 200
_NOT_FOUND: Final = 404
_UNAVAILABLE: Final = 503
_TILE_BYTES: Final = 32 * FULL


class Auditing:
    """All raise what `service.client.problem` lists."""

    _connection: Connection

    async def checkpoint(self, timeline: str) -> bytes | None:
        """The signed note as it came; None where nothing is signed."""
        return await self._small(path_of(timeline, "checkpoint"))

    async def keys(self, timeline: str) -> bytes | None:
        """The verifier keys that the server shows, one a line, the current one first; None where
        it shows none."""
        return await self._small(path_of(timeline, "keys"))

    async def tile(self, timeline: str, tile: Tile) -> bytes | None:
        """A tile's bytes: hashes of 32 bytes each; None where it is not there."""
        path = path_of(timeline, "log", "tile", *tile_path(tile).split("/"))
        return await self._small(path, _TILE_BYTES)

    async def alarm(self) -> bool:
        """Whether the server's own alarm is up: it found what it had signed changed."""
        status, _ = await self._connection.small("/health/audit", MOST_NOTE)
        return status == _UNAVAILABLE

    async def inclusion(
        self, timeline: str, revision: int, *, size: int | None = None
    ) -> Answer[InclusionProof]:
        """That the event is in the tree of the first `size` events, or in the signed one."""
        asked = [("revision", str(revision)), *([] if size is None else [("size", str(size))])]
        path = path_of(timeline, "proofs", "inclusion")
        return await self._connection.get(path, InclusionProof, asked)

    async def consistency(
        self, timeline: str, begin: int, *, end: int | None = None
    ) -> Answer[ConsistencyProof]:
        """That the tree of the first `end` events, or the signed one, begins with that of the
        first `begin`."""
        asked = [("from", str(begin)), *([] if end is None else [("to", str(end))])]
        path = path_of(timeline, "proofs", "consistency")
        return await self._connection.get(path, ConsistencyProof, asked)

    async def digest(self, timeline: str, *, as_of: str | int | None = None) -> Answer[Digest]:
        """The digest of all that is folded, at the head or as of an earlier moment."""
        asked = [] if as_of is None else [("as_of", str(as_of))]
        return await self._connection.get(path_of(timeline, "digest"), Digest, asked)

    async def _small(self, path: str, most: int = MOST_NOTE) -> bytes | None:
        status, body = await self._connection.small(path, most)
        if status == _OK:
            return body
        if status == _NOT_FOUND:
            return None
        raise self._refusal(status, body)

    def _refusal(self, status: int, body: bytes) -> Problem | UnreadableAnswer:
        told = problem_of(status, body, None)
        return told or UnreadableAnswer(self._connection.url, f"status {status} without a reason")

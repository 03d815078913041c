"""The calls that write. Each is sent once.

The same thing twice is one thing: a statement with an id, or any POST with an idempotency key
(`key`, 1 to 128 visible ASCII characters), may be sent again after a `Busy` or an `Unreachable`
and answers what it answered the first time. `if_match` takes a statement's ETag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from events.statement import Statement
from events.types import ActorType, Relation, Reliability
from service.client.answers import Recorded, RecordedStatements, Timeline
from service.client.connection import Answer, Connection, path_of

__all__ = ["Writing"]


class Writing:
    """All raise what `service.client.problem` lists. `Answer.status` is 201 where something was
    recorded now, 200 where it was before."""

    _connection: Connection

    async def open_timeline(
        self,
        timeline: str,
        title: str,
        *,
        description: str | None = None,
        language: str = "en",
    ) -> Answer[Timeline]:
        """Open the timeline (201), or describe it anew (200)."""
        body = {"title": title, "description": description, "language": language}
        return await self._connection.write("PUT", path_of(timeline), Timeline, body)

    async def record(
        self,
        timeline: str,
        statements: Sequence[Statement | Mapping[str, Any]] | bytes,
        *,
        key: str | None = None,
    ) -> Answer[RecordedStatements]:
        """Record 1 to 1,000 statements, all or nothing; bytes are sent as they are."""
        body = statements if isinstance(statements, bytes) else list(statements)
        return await self._connection.write(
            "POST",
            path_of(timeline, "statements"),
            RecordedStatements,
            body,
            headers={"Idempotency-Key": key},
        )

    async def correct(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        changes: Mapping[str, Any],
        reason: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[Recorded]:
        """Correct a statement by a JSON merge patch (RFC 7396)."""
        body = {"changes": changes, "reason": reason}
        return await self._post(timeline, id, "corrections", body, _headers(key, if_match))

    async def retract(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reason: str,
        *,
        by: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[Recorded]:
        """Retract a statement; it stays on the timeline, marked."""
        body = {"reason": reason, "by": by}
        return await self._post(timeline, id, "retractions", body, _headers(key, if_match))

    async def redact(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reason: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[Recorded]:
        """Have what a statement said removed, for every date; its id stays taken."""
        body = {"reason": reason}
        return await self._post(timeline, id, "redactions", body, _headers(key, if_match))

    async def relate(  # noqa: PLR0913 - what a relation is made of, and its two guards
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        relation: Relation,
        target: str,
        *,
        note: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[Recorded]:
        """Say how a statement relates to another."""
        body = {"relation": relation, "target": target, "note": note}
        return await self._post(timeline, id, "relations", body, _headers(key, if_match))

    async def unrelate(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        relation: Relation,
        target: str,
        reason: str,
        *,
        if_match: str | None = None,
    ) -> Answer[Recorded]:
        """Take a relation back."""
        return await self._connection.write(
            "DELETE",
            path_of(timeline, "statements", id, "relations", relation, target),
            Recorded,
            parameters=[("reason", reason)],
            headers=_headers(None, if_match),
        )

    async def grade_statement(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        credibility: int,
        *,
        note: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[Recorded]:
        """Grade a statement's credibility, 1 to 6 on the Admiralty scale."""
        body = {"credibility": credibility, "note": note}
        return await self._post(timeline, id, "grades", body, _headers(key, if_match))

    async def grade_source(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reliability: Reliability,
        *,
        note: str | None = None,
        key: str | None = None,
    ) -> Answer[Recorded]:
        """Grade a source's reliability, A to F on the Admiralty scale."""
        return await self._connection.write(
            "POST",
            path_of(timeline, "sources", id, "grades"),
            Recorded,
            {"reliability": reliability, "note": note},
            headers=_headers(key, None),
        )

    async def describe_actor(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        name: str,
        type: ActorType,  # noqa: A002 - the field's own name
    ) -> Answer[Recorded]:
        """Register the actor, or describe it anew."""
        body = {"name": name, "type": type}
        path = path_of(timeline, "actors", id)
        return await self._connection.write("PUT", path, Recorded, body)

    async def add_alias(self, timeline: str, actor: str, alias: str) -> Answer[Recorded]:
        """Give the actor one more spelling."""
        path = path_of(timeline, "actors", actor, "aliases", alias)
        return await self._connection.write("PUT", path, Recorded)

    async def remove_alias(self, timeline: str, actor: str, alias: str) -> Answer[Recorded]:
        """Take a spelling back."""
        path = path_of(timeline, "actors", actor, "aliases", alias)
        return await self._connection.write("DELETE", path, Recorded)

    async def _post(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        calls: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str | None],
    ) -> Answer[Recorded]:
        path = path_of(timeline, "statements", id, calls)
        return await self._connection.write("POST", path, Recorded, body, headers=headers)


def _headers(key: str | None, if_match: str | None) -> dict[str, str | None]:
    return {"Idempotency-Key": key, "If-Match": if_match}

"""The calls that write. Each is sent once.

A request that is repeated records nothing twice if it is a statement with an id, or a POST with an
idempotency key (`key`, 1 to 128 visible ASCII characters). It may be sent again after a `Busy` or
an `Unreachable`; the answer is then the first one. `if_match` takes a statement's ETag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from events.event.types import ActorType, Relation, Reliability
from events.statement.statement import Source, Statement
from service.client.transport.connection import ServerAnswer, path_of
from service.client.transport.sending import Sending
from service.messages import bodies
from service.messages.imports import DatasetMapping
from service.messages.write_results import (
    DescribedTimeline,
    Recorded,
    RecordedStatements,
)

__all__ = ["WriteCalls"]


class WriteCalls(Sending):
    """All raise what `service.client.errors` lists. If the caller may only propose, nothing is
    recorded yet and `WriteProposed` is raised. `ServerAnswer.status` is 201 if something was
    recorded now, 200 if it was recorded before. `Client.dry_run` has the same calls, which record
    nothing."""

    async def open_timeline(
        self,
        timeline: str,
        title: str,
        *,
        description: str | None = None,
        language: str = "en",
    ) -> ServerAnswer[DescribedTimeline]:
        """Open the timeline (201), or change its title, description and language (200)."""
        body = bodies.TimelineBody(title=title, description=description, language=language)
        return await self._write("PUT", path_of(timeline), DescribedTimeline, body)

    async def record(
        self,
        timeline: str,
        statements: Sequence[Statement | Mapping[str, Any]] | bytes,
        *,
        key: str | None = None,
    ) -> ServerAnswer[RecordedStatements]:
        """Record 1 to 1,000 statements, all or nothing; bytes are sent unchanged."""
        body = statements if isinstance(statements, bytes) else list(statements)
        return await self._write(
            "POST",
            path_of(timeline, "statements"),
            RecordedStatements,
            body,
            headers={"Idempotency-Key": key},
        )

    async def correct(  # noqa: PLR0913 - what a correction is made of, and its two guards
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        changes: Mapping[str, Any],
        reason: str,
        *,
        on: str | None = None,
        source: Source | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Correct a statement by a JSON merge patch (RFC 7396)."""
        body = bodies.Correction(changes=dict(changes), reason=reason, on=on, source=source)
        return await self._post(timeline, id, "corrections", body, _headers(key, if_match))

    async def retract(  # noqa: PLR0913 - what a retraction is made of, and its two guards
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reason: str,
        *,
        by: str | None = None,
        on: str | None = None,
        source: Source | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Retract a statement; it stays on the timeline, marked."""
        body = bodies.Retraction(reason=reason, by=by, on=on, source=source)
        return await self._post(timeline, id, "retractions", body, _headers(key, if_match))

    async def reinstate(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reason: str,
        *,
        by: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Take a retraction back: the statement has its earlier standing again."""
        body = bodies.Reinstatement(reason=reason, by=by)
        return await self._post(timeline, id, "reinstatements", body, _headers(key, if_match))

    async def redact(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reason: str,
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Remove the text of a statement for good; its id stays taken."""
        body = bodies.Redaction(reason=reason)
        return await self._post(timeline, id, "redactions", body, _headers(key, if_match))

    async def relate(  # noqa: PLR0913 - what a relation is made of, and its two guards
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        relation: Relation,
        target: str,
        *,
        note: str | None = None,
        on: str | None = None,
        source: Source | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Say how a statement relates to another."""
        body = bodies.Relating(relation=relation, target=target, note=note, on=on, source=source)
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
    ) -> ServerAnswer[Recorded]:
        """Take a relation back."""
        return await self._write(
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
    ) -> ServerAnswer[Recorded]:
        """Grade a statement's credibility, 1 to 6 on the Admiralty scale."""
        body = bodies.Grade(credibility=credibility, note=note)
        return await self._post(timeline, id, "grades", body, _headers(key, if_match))

    async def grade_source(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        reliability: Reliability,
        *,
        note: str | None = None,
        key: str | None = None,
    ) -> ServerAnswer[Recorded]:
        """Grade a source's reliability, A to F on the Admiralty scale."""
        return await self._write(
            "POST",
            path_of(timeline, "sources", id, "grades"),
            Recorded,
            bodies.SourceGrading(reliability=reliability, note=note),
            headers=_headers(key, None),
        )

    async def describe_actor(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        name: str,
        type: ActorType,  # noqa: A002 - the field's own name
    ) -> ServerAnswer[Recorded]:
        """Register the actor, or change its name and type."""
        body = bodies.ActorBody(name=name, type=type)
        path = path_of(timeline, "actors", id)
        return await self._write("PUT", path, Recorded, body)

    async def add_alias(self, timeline: str, actor: str, alias: str) -> ServerAnswer[Recorded]:
        """Give the actor one more spelling."""
        path = path_of(timeline, "actors", actor, "aliases")
        return await self._write("POST", path, Recorded, bodies.AliasBody(alias=alias))

    async def remove_alias(self, timeline: str, actor: str, alias: str) -> ServerAnswer[Recorded]:
        """Take a spelling back."""
        path = path_of(timeline, "actors", actor, "aliases")
        return await self._write("DELETE", path, Recorded, parameters=[("alias", alias)])

    async def store_mapping(
        self, timeline: str, dataset: str, mapping: Mapping[str, Any]
    ) -> ServerAnswer[DatasetMapping]:
        """Keep the mapping for the next file of the dataset."""
        path = path_of(timeline, "mappings", dataset)
        return await self._write("PUT", path, DatasetMapping, dict(mapping))

    async def _post(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        calls: str,
        body: bodies.RequestBody,
        headers: Mapping[str, str | None],
    ) -> ServerAnswer[Recorded]:
        path = path_of(timeline, "statements", id, calls)
        return await self._write("POST", path, Recorded, body, headers=headers)


def _headers(key: str | None, if_match: str | None) -> dict[str, str | None]:
    return {"Idempotency-Key": key, "If-Match": if_match}

"""Histories of events for tests of the read model: a log's entries without a log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from events.event.codec import Codec
from events.event.envelope import (
    StoredEvent,
    Subject,
    actor_subject,
    header_bytes,
    statement_subject,
)
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    Event,
    StatementCorrected,
    StatementRecorded,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from events.log.contract import Identity
from events.statement.statement import Said, Statement, Via
from projections.fold.fold import Fold
from projections.storage.store import Store

__all__ = ["CODEC", "IDENTITY", "History", "commit", "moment", "said", "tables", "tables_of"]

CODEC = Codec(bytes(range(32)))
IDENTITY = Identity("00000000-0000-4000-8000-000000000000", 1)


def moment(number: int) -> str:
    """A recorded time: seven hours after the one before."""
    at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=7 * number)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def said(id: str, by: str | None = "Gerasimov", **fields: Any) -> Statement:  # noqa: A002 - the field's own name
    """A statement; `on`, `via`, `with_` and `kind` are accepted beside its fields."""
    on, with_ = fields.pop("on", "2025-04-26"), tuple(fields.pop("with_", ()))
    via = tuple(Via(actor=actor, role="agency") for actor in fields.pop("via", ()))
    fields = {"kind": "claim", "text": f"{id} by {by}"} | fields
    return Statement(id=id, said=Said(by=by, with_=with_, on=on, via=via), **fields)


class History:
    """The entries of one partition in order. Each method appends an event and returns its revision;
    no rule checks the events."""

    def __init__(self, timeline: str = "kursk") -> None:
        self.timeline = timeline
        self.entries: list[StoredEvent] = []
        self._revisions: dict[str, int] = {}

    def add(self, subject: str, event: Event, *, revision: int | None = None) -> int:
        """Add an event of `self.timeline`, with the next revision unless given."""
        position = len(self.entries) + 1
        due = self._revisions.get(self.timeline, 0) + 1
        self._revisions[self.timeline] = due
        sealed = CODEC.seal(
            self.timeline, f"e{position}", Subject(subject), event, "desk", bytes(16)
        )
        header = header_bytes(self.timeline, revision or due, moment(position), sealed.tail)
        self.entries.append(StoredEvent(position, header, sealed.salt, sealed.data))
        return due

    def open(self, title: str = "Kursk") -> int:
        return self.add("timeline", TimelineOpened(title=title))

    def record(self, id: str, by: str | None = "Gerasimov", **fields: Any) -> int:  # noqa: A002 - the field's own name
        return self.add(statement_subject(id), StatementRecorded(statement=said(id, by, **fields)))

    def correct(self, id: str, **changes: Any) -> int:  # noqa: A002 - the field's own name
        return self.add(statement_subject(id), StatementCorrected(changes=changes, reason="so"))

    def retract(self, id: str, **said: Any) -> int:  # noqa: A002 - the field's own name
        return self.add(statement_subject(id), StatementRetracted(**{"reason": "so", **said}))

    def reinstate(self, id: str) -> int:  # noqa: A002 - the field's own name
        return self.add(statement_subject(id), StatementReinstated(reason="so"))

    def relate(self, id: str, relation: Any, target: str, **said: Any) -> int:  # noqa: A002 - the field's own name
        event = StatementRelated(relation=relation, target=target, **said)
        return self.add(statement_subject(id), event)

    def unrelate(self, id: str, relation: Any, target: str) -> int:  # noqa: A002 - the field's own name
        event = StatementUnrelated(relation=relation, target=target, reason="so")
        return self.add(statement_subject(id), event)

    def register(self, id: str, name: str | None = None) -> int:  # noqa: A002 - the field's own name
        event = ActorRegistered(id=id, name=name or id, type="person")
        return self.add(actor_subject(id), event)

    def alias(self, id: str, alias: str) -> int:  # noqa: A002 - the field's own name
        return self.add(actor_subject(id), AliasAdded(alias=alias))

    def store(self, folder: Path) -> Store:
        """A read model of all entries."""
        store = Store.open(folder, IDENTITY)
        commit(store, self.entries)
        return store


def commit(store: Store, entries: Sequence[StoredEvent]) -> None:
    """Fold entries of its partition in one transaction; the caller handles a RedactionMet."""
    if not entries:
        return
    fold = Fold(store.writer, CODEC, store.identity.partitions)
    with store.transaction():
        fold.fold(store.partition, entries)
        store.save_checkpoint(entries[-1].position, entries[-1].header)


def tables(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every folded table, in the order of their keys; for the full-text index, every
    word with its content and place; for terms, which a rebuild puts together otherwise, a row for
    each statement."""
    return tables_of(store.writer)


def tables_of(connection: apsw.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """The same for any connection to a read model."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_of_search"
        " USING fts5vocab (main, search, instance)"
    )
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'search%' AND name NOT IN ('term_spans', 'postings', 'posting_ends')"
        " UNION VALUES ('words_of_search'), ('terms')"
    )
    return {
        str(name): sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
        for (name,) in names.fetchall()
    }

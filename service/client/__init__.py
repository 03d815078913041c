"""The typed client of the HTTP interface, which the command line uses too.

    async with Client.create("http://127.0.0.1:8000") as client:
        await client.open_timeline("kursk", "North Korean troops in Kursk")
        await client.record("kursk", [statement])
        async for shown in client.every_statement("kursk", StatementFilter(by=("Kim Jong Un",))):
            ...
        async for heard in client.live("kursk", after=0):
            ...

A call answers an `Answer` or raises a `ClientError`. Nothing is ever sent twice: a write whose
outcome is not known is the caller's to repeat, with the same ids or the same idempotency key.
"""

from __future__ import annotations

from service.client.answers import (
    Actor,
    ConsistencyProof,
    Diff,
    Digest,
    Event,
    EventsPage,
    Health,
    InclusionProof,
    Page,
    Recorded,
    RecordedStatements,
    ShownStatement,
    SourceItem,
    StatementsPage,
    Timeline,
)
from service.client.client import Client
from service.client.connection import Answer, EventLines
from service.client.following import CaughtUp, Checkpoint, LiveEvent, LiveFilter
from service.client.problem import (
    Busy,
    ClientError,
    Invalid,
    Lost,
    NotFound,
    NotModified,
    NotPermitted,
    Problem,
    Reset,
    Unreachable,
    UnreadableAnswer,
)
from service.client.statement_filter import StatementFilter

__all__ = [
    "Actor",
    "Answer",
    "Busy",
    "CaughtUp",
    "Checkpoint",
    "Client",
    "ClientError",
    "ConsistencyProof",
    "Diff",
    "Digest",
    "Event",
    "EventLines",
    "EventsPage",
    "Health",
    "InclusionProof",
    "Invalid",
    "LiveEvent",
    "LiveFilter",
    "Lost",
    "NotFound",
    "NotModified",
    "NotPermitted",
    "Page",
    "Problem",
    "Recorded",
    "RecordedStatements",
    "Reset",
    "ShownStatement",
    "SourceItem",
    "StatementFilter",
    "StatementsPage",
    "Timeline",
    "Unreachable",
    "UnreadableAnswer",
]

"""The typed client of the HTTP interface, which the command line uses too.

    async with Client.create("http://127.0.0.1:8000") as client:
        await client.open_timeline("kursk", "North Korean troops in Kursk")
        await client.record("kursk", [statement])
        async for shown in client.every_statement("kursk", StatementQuery(by=("Kim Jong Un",))):
            ...
        async for heard in client.live("kursk", after=0):
            ...

A call returns a `ServerAnswer` or raises a `ClientError`. Nothing is ever sent twice: if the
outcome of a write is unknown, the caller must repeat it, with the same ids or the same idempotency
key. The bodies and answers themselves are in `service.messages` and `projections.answers`.

Tested elsewhere:
- `tests/acceptance/test_client.py`: `client`, `commanding`, `counting`, `events`, `reading`,
  `writing`
- `tests/acceptance/test_cli_granting.py`: `granting`
- `tests/acceptance/test_cli_export.py`: `exporting`
- `tests/acceptance/test_verify.py`: `auditing`
"""

from __future__ import annotations

from projections.answers.actor import Actor
from projections.answers.source import SourceItem
from projections.answers.statement import ShownStatement
from projections.answers.timeline import Timeline
from service.client.client import Client
from service.client.commanding import CarriedOut
from service.client.errors import (
    Busy,
    ClientError,
    Invalid,
    Lost,
    NotFound,
    NotModified,
    NotPermitted,
    Reset,
    ServerRefused,
    Unreachable,
    UnreadableAnswer,
    Untrusted,
    WriteProposed,
)
from service.client.exporting import ExportedFile
from service.client.following import CaughtUp, LiveEvent, LiveQuery, StreamCheckpoint
from service.client.reading import Readiness
from service.client.statement_query import StatementQuery
from service.client.transport.connection import EventLines, ServerAnswer
from service.messages.commands import CommandBody
from service.messages.events import ShownEvent
from service.messages.exports import ExportFormat, ExportLoss
from service.messages.pages import (
    ActorsPage,
    EventsPage,
    HistoryPage,
    SourcesPage,
    StatementsPage,
    TimelinesPage,
)
from service.messages.proofs import ConsistencyProof, InclusionProof
from service.messages.states import Diff, Digest
from service.messages.write_results import Recorded, RecordedStatements

__all__ = [
    "Actor",
    "ActorsPage",
    "Busy",
    "CarriedOut",
    "CaughtUp",
    "Client",
    "ClientError",
    "CommandBody",
    "ConsistencyProof",
    "Diff",
    "Digest",
    "EventLines",
    "EventsPage",
    "ExportFormat",
    "ExportLoss",
    "ExportedFile",
    "HistoryPage",
    "InclusionProof",
    "Invalid",
    "LiveEvent",
    "LiveQuery",
    "Lost",
    "NotFound",
    "NotModified",
    "NotPermitted",
    "Readiness",
    "Recorded",
    "RecordedStatements",
    "Reset",
    "ServerAnswer",
    "ServerRefused",
    "ShownEvent",
    "ShownStatement",
    "SourceItem",
    "SourcesPage",
    "StatementQuery",
    "StatementsPage",
    "StreamCheckpoint",
    "Timeline",
    "TimelinesPage",
    "Unreachable",
    "UnreadableAnswer",
    "Untrusted",
    "WriteProposed",
]

"""What the redactor asks and says: of the signer, in health, in the log, and to whom else."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from events.errors import LogUnavailable
from events.event.types import StatementRedacted
from events.log.contract import Removal
from projections import queries
from service.signing.redacting import redactor as module
from service.signing.redacting.redactor import RedactionHealth, Redactor
from tests.writers import CODEC, Writer, open_writer, said

UNSIGNED = "It waits for a signed checkpoint that covers it: see /health/audit."
ELSEWHERE = "It waits for the service that signs this log to remove it."


class _Signer:
    """Covers everything up to a revision; remembers what it was asked."""

    def __init__(self) -> None:
        self.upto = 100
        self.asked: list[tuple[str, int, float]] = []

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        self.asked.append((timeline, revision, limit))
        return self.upto if revision <= self.upto else None


@pytest.fixture
async def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Writer]:
    monkeypatch.setattr(module, "_FIRST_DELAY", 0.001)
    monkeypatch.setattr(module, "_MOST_DELAY", 0.001)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"), said("b"), said("c"))
        yield writer


async def redact(writer: Writer, id: str) -> None:  # noqa: A002 - the field's own name
    done = await writer.do(id, StatementRedacted(revisions=(), reason="A court."))
    await writer.projector.progress.wait_for("kursk", done.revision)


@asynccontextmanager
async def running(
    writer: Writer, signer: _Signer | None = None, **owned: bool
) -> AsyncIterator[Redactor]:
    """A redactor, until the block ends; 20 seconds at most, and no longer than it lives."""
    signer = signer or _Signer()
    redactor = Redactor(writer.log, CODEC, writer.stores, writer.projector, signer, **owned)
    async with asyncio.TaskGroup() as group, asyncio.timeout(20):
        task = group.create_task(redactor.run())
        yield redactor
        task.cancel()


async def until(redactor: Redactor, health: RedactionHealth) -> None:
    while redactor.health != health:
        await asyncio.to_thread(lambda: None)


async def gone(writer: Writer) -> list[int]:
    """The positions whose data is gone."""
    return [entry.position for entry in await writer.log.read(0, 0, 100) if entry.data is None]


def named(logs: Sequence[Mapping[str, Any]], event: str) -> list[Mapping[str, Any]]:
    """What was logged of it, without the level."""
    return [
        {name: value for name, value in entry.items() if name not in ("event", "log_level")}
        for entry in logs
        if entry["event"] == event
    ]


async def test_with_nothing_redacted_nothing_is_pending(writer: Writer) -> None:
    """Before it runs and while it waits, nothing is in the way; what comes wakes it."""
    async with running(writer) as redactor:
        assert redactor.health == RedactionHealth(0, None)
        await asyncio.to_thread(lambda: None)
        assert redactor.health == RedactionHealth(0, None)
        await redact(writer, "a")
        while not await gone(writer):
            await asyncio.to_thread(lambda: None)
        await until(redactor, RedactionHealth(0, None))


async def test_the_signer_is_asked_for_the_redaction_itself(writer: Writer) -> None:
    """A head that covers the event, but not its redaction, lets nothing go: each is asked for with
    its own revision. What is covered goes while another waits, and health counts what is left."""
    signer = _Signer()
    signer.upto = 5
    await redact(writer, "a")
    await redact(writer, "c")
    async with running(writer, signer) as redactor:
        await until(redactor, RedactionHealth(1, UNSIGNED))
        assert await gone(writer) == [2]
        assert {("kursk", 5, 2.0), ("kursk", 6, 2.0)} == set(signer.asked)
        signer.upto = 6
        await until(redactor, RedactionHealth(0, None))
    assert await gone(writer) == [2, 4]


async def test_a_service_that_does_not_sign_removes_nothing(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither asks a signer nor touches the log or its files; when the service that signs has
    removed the text, it forgets it too."""
    signer, remove = _Signer(), writer.log.remove
    calls: list[Sequence[Removal]] = []
    forgotten: list[str] = []

    async def removed(partition: int, removals: Sequence[Removal]) -> None:
        calls.append(removals)
        await remove(partition, removals)

    monkeypatch.setattr(writer.log, "remove", removed)
    await redact(writer, "a")
    async with running(writer, signer, removes=False) as redactor:
        redactor.forgotten.append(forgotten.append)
        await until(redactor, RedactionHealth(1, ELSEWHERE))
        assert (signer.asked, calls, forgotten) == ([], [], [])
        id_ = (await writer.events())[1].header.id
        await remove(0, [Removal(2, "kursk", id_, 5)])
        await until(redactor, RedactionHealth(0, None))
    assert (signer.asked, calls, forgotten) == ([], [], ["kursk"])


async def test_what_was_removed_is_logged_once(writer: Writer) -> None:
    """With the partition and how many events it was; going through it again logs nothing."""
    await redact(writer, "a")
    for times in ([{"partition": 0, "events": 1}], []):
        with capture_logs() as logs:
            async with running(writer) as redactor:
                told: list[str] = []
                redactor.forgotten.append(told.append)
                while not told or redactor.health.pending:
                    await asyncio.to_thread(lambda: None)
        assert named(logs, "removed what was redacted") == times


async def test_what_is_in_the_way_is_reported_once_and_tried_again(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Health has the log's own words while it fails; the service's log has them once."""
    remove, tries, full = writer.log.remove, itertools.count(), True
    failed = asyncio.Event()

    async def failing(partition: int, removals: Sequence[Removal]) -> None:
        if next(tries) == 3:
            failed.set()
        if full:
            raise LogUnavailable("The disk is full.")
        await remove(partition, removals)

    monkeypatch.setattr(writer.log, "remove", failing)
    await redact(writer, "a")
    with capture_logs() as logs:
        async with running(writer) as redactor:
            await failed.wait()
            assert redactor.health == RedactionHealth(1, "The disk is full.")
            full = False
            await until(redactor, RedactionHealth(0, None))
    assert named(logs, "what was redacted is not removed yet") == [{"reason": "The disk is full."}]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (queries.Redacted("kursk", "b", 5), "revision 5 is not a redaction of 'b'"),
        (queries.Redacted("kursk", "a", 2), "revision 2 is not a redaction of 'a'"),
        (queries.Redacted("kherson", "a", 5), "there is no timeline 'kherson'"),
        (queries.Redacted("kursk", "a", 99), "not all of [99] are events of 'kursk'"),
    ],
)
async def test_what_cannot_be_carried_out_is_told_to_all(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, wrong: queries.Redacted, reason: str
) -> None:
    """Once in the log, with timeline and reason, and to whoever looks into what is amiss; health
    counts it, and the other redactions are carried out."""
    await redact(writer, "a")
    right = queries.Redacted("kursk", "a", 5)
    monkeypatch.setattr(queries, "list_redactions", lambda _: [wrong, right])
    amiss: list[str] = []
    with capture_logs() as logs:
        async with running(writer) as redactor:
            redactor.mismatches.send_to(amiss.append)
            odd = "1 cannot be carried out: the service's log names them."
            await until(redactor, RedactionHealth(1, odd))
    assert named(logs, "a redaction is left") == [{"timeline": wrong.timeline, "reason": reason}]
    assert (amiss, await gone(writer)) == ([wrong.timeline], [2])


async def test_what_the_bundled_server_left_goes_with_the_log(
    writer: Writer, tmp_path: Path
) -> None:
    """Its log's files are known and stay; what a rewrite that was cut off left beside them goes."""
    files = tmp_path / "valkey" / "appendonlydir"
    files.mkdir(parents=True)
    for name in ("appendonly.aof.1.base.rdb", "temp-rewriteaof-7.aof"):
        (files / name).write_text("This is a.")
    (files / "appendonly.aof.manifest").write_text("file appendonly.aof.1.base.rdb seq 1 type b\n")
    await redact(writer, "a")
    async with running(writer) as redactor:
        while not await gone(writer) or redactor.health.pending:
            await asyncio.to_thread(lambda: None)
    assert sorted(path.name for path in files.iterdir()) == [
        "appendonly.aof.1.base.rdb",
        "appendonly.aof.manifest",
    ]

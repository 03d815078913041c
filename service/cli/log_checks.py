"""What `doctor` sees of the log, and of the read model that is folded from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import quote

from events.errors import LogError, ReadModelError
from events.log import Log
from events.redis_log import RedisLog, open_redis_log
from projections import queries
from projections.database import open_reader
from projections.inspection import Inspection, inspect
from projections.reader import Reader
from projections.schema import VERSION
from service.cli.checks import Check
from service.cli.words import count_of
from service.embedded import EmbeddedValkey
from service.seal_key import load_seal_key
from service.sealed_log import check_key
from service.settings import Settings

__all__ = ["check_log"]

_LOG: Final = "log"
_MODEL: Final = "read model"
_PAGE: Final = 500


async def check_log(settings: Settings, owner: int | None) -> list[Check]:
    """The log answers and keeps what it is given, its key fits, and the read model is of it.

    `owner` is the process that runs a server on the data folder. Where there is none the bundled
    Valkey is started for the time of the check, but never to make a log.
    """
    folder = settings.data_dir / "valkey"
    if settings.redis_url is None and not folder.is_dir():
        return [Check(_LOG, "skipped", f"There is none in {settings.data_dir} yet.")]
    try:
        async with _server(settings, owner) as url:
            log = await open_redis_log(url, create=False, allow_volatile=settings.allow_volatile)
            try:
                return [await _log_itself(log, settings), await _read_model(log, settings)]
            finally:
                await log.close()
    except LogError as error:
        return [Check(_LOG, "failed", str(error))]


@asynccontextmanager
async def _server(settings: Settings, owner: int | None) -> AsyncIterator[str]:
    """Where the log's server answers."""
    if settings.redis_url is not None:
        yield settings.redis_url
    elif owner is not None:
        yield "unix://" + quote(str(settings.data_dir / "valkey" / "valkey.sock"))
    else:
        async with EmbeddedValkey(settings.data_dir) as valkey:
            yield valkey.url


async def _log_itself(log: RedisLog, settings: Settings) -> Check:
    events = sum([await log.head(p) for p in range(log.identity.partitions)])
    key = settings.seal_key or load_seal_key(settings.data_dir)
    if key is None:
        return Check(_LOG, "failed", "There is a log, but its seal key is not here.")
    await check_key(log, key)
    return Check(
        _LOG,
        "ok",
        f"{count_of(events, 'event')} in {count_of(log.identity.partitions, 'partition')}; "
        f"what is recorded is {log.durability}",
    )


async def _read_model(log: Log, settings: Settings) -> Check:
    try:
        found = inspect(settings.data_dir)
    except ReadModelError as error:
        advice = "`onrecord rebuild` makes it anew."
        return Check(_MODEL, "failed", f"{error} {advice}")
    if found is None:
        return Check(_MODEL, "ok", "There is none yet: it is folded from the log at the start.")
    behind = 0
    for partition in range(log.identity.partitions):
        if not await _is_of(log, found, partition):
            told = "It is of another history than the log: the next start folds it anew."
            return Check(_MODEL, "failed", told)
        done = found.checkpoints.get(partition)
        behind += await log.head(partition) - (done.position if done else 0)
    stalled = _stalled(settings)
    if stalled:
        told = "Not everything could be folded (see /health/ready): "
        return Check(_MODEL, "failed", told + "; ".join(stalled))
    if behind > 0:
        return Check(_MODEL, "ok", f"{count_of(behind, 'event')} behind the log")
    return Check(_MODEL, "ok", "folded up to the head of the log")


def _stalled(settings: Settings) -> list[str]:
    """The timelines whose fold has stopped, with where and why."""
    connection = open_reader(settings.data_dir / f"readmodel-{VERSION}.sqlite3")
    try:
        return list(_stops(Reader(connection)))
    finally:
        connection.close()


def _stops(reader: Reader) -> Iterator[str]:
    after: str | None = ""
    while after is not None:
        shown, after = queries.list_timelines(reader, after, _PAGE)
        for timeline in shown:
            ref = queries.timeline_at(reader, timeline.timeline)
            if ref is not None and ref.stalled_at is not None:
                yield f"{ref.name} at revision {ref.stalled_at}: {ref.reason}"


async def _is_of(log: Log, found: Inspection, partition: int) -> bool:
    """Whether the entry at the checkpoint is the one that was folded."""
    if found.log != log.identity.id:
        return False
    checkpoint = found.checkpoints.get(partition)
    if checkpoint is None or not checkpoint.position:
        return True
    entries = await log.fetch(partition, [checkpoint.position])
    return bool(entries) and checkpoint.matches(entries[0].header)

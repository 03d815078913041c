"""The checks of `doctor` on the log, and on the read model that is folded from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import quote

from events.errors import LogError, ReadModelError
from events.log.contract import Log
from events.log.lookup import still_holds
from events.log.redis import RedisLog, open_redis_log
from events.log.refusals import advice
from projections import queries
from projections.storage.files.inspection import (
    ReadModelState,
    damage_in,
    inspect_read_model,
    reading_all,
)
from projections.storage.reader import Reader
from service.cli.operating.checks import Check, not_looked_at
from service.cli.operating.signing_check import check_signing
from service.cli.views.words import count_of
from service.clock import now
from service.datafolder.seal_key import load_seal_key
from service.processes.sealed_log import check_key
from service.settings.settings import Settings
from service.valkey.embedded import EmbeddedValkey

__all__ = ["check_log"]

_LOG: Final = "log"
_MODEL: Final = "read model"
_PAGE: Final = 500
_REBUILD: Final = "`onrecord rebuild` builds it again."


async def check_log(settings: Settings, owner: int | None) -> list[Check]:
    """Check that the log answers and accepts writes, that the seal key is the log's, and that the
    read model is folded from this log.

    `owner` is the process that runs a server on the data folder. If there is none, the bundled
    Valkey is started for the check, but it never creates a log.
    """
    folder = settings.data_dir / "valkey"
    try:
        if settings.redis_url is None and not folder.is_dir():
            return [Check(_LOG, "skipped", f"There is no log in {settings.data_dir} yet.")]
        async with _server(settings, owner) as url:
            log = await open_redis_log(url, create=False, allow_volatile=settings.allow_volatile)
            try:
                return [
                    await _log_itself(log, settings),
                    await check_signing(log, settings.data_dir, now, is_served=owner is not None),
                    await _read_model(log, settings),
                ]
            finally:
                await log.close()
    except LogError as error:
        return [Check(_LOG, "failed", advice(error))]
    except OSError as error:
        return [not_looked_at(_LOG, error)]


@asynccontextmanager
async def _server(settings: Settings, owner: int | None) -> AsyncIterator[str]:
    """The URL of the log's server."""
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
    error = next(iter((await log.refusals()).values()), None)
    if error is not None:
        return Check(_LOG, "failed", f"It refuses writes. {advice(error)}")
    return Check(
        _LOG,
        "ok",
        f"{count_of(events, 'event')} in {count_of(log.identity.partitions, 'partition')}; "
        f"what is recorded is {log.durability}",
    )


async def _read_model(log: Log, settings: Settings) -> Check:
    try:
        found = inspect_read_model(settings.data_dir)
        damage = damage_in(settings.data_dir) if found is not None else []
    except ReadModelError as error:
        return Check(_MODEL, "failed", f"{error} {_REBUILD}")
    if damage:
        return Check(_MODEL, "failed", f"A file is damaged: {damage[0]}. {_REBUILD}")
    if found is None:
        return Check(
            _MODEL, "ok", "There is no read model yet: it is folded from the log at the start."
        )
    behind = 0
    for partition in range(log.identity.partitions):
        if not await _is_of(log, found, partition):
            detail = "It has another history than the log: the next start folds it again."
            return Check(_MODEL, "failed", detail)
        done = found.checkpoints.get(partition)
        behind += await log.head(partition) - (done.position if done else 0)
    stalled = _stalled(settings)
    if stalled:
        detail = "Not everything could be folded (see /health/ready): "
        return Check(_MODEL, "failed", detail + "; ".join(stalled))
    if behind > 0:
        return Check(_MODEL, "ok", f"{count_of(behind, 'event')} behind the log")
    return Check(_MODEL, "ok", "folded up to the head of the log")


def _stalled(settings: Settings) -> list[str]:
    """The stalled timelines, with the revision and the reason."""
    with reading_all(settings.data_dir) as readers:
        return [stop for reader in readers for stop in _stops(reader)]


def _stops(reader: Reader) -> Iterator[str]:
    after: str | None = ""
    while after is not None:
        shown, after = queries.list_timelines([reader], after, _PAGE)
        for timeline in shown:
            ref = queries.timeline_at(reader, timeline.timeline)
            if ref is not None and ref.stalled_at is not None:
                yield f"{ref.name} at revision {ref.stalled_at}: {ref.reason}"


async def _is_of(log: Log, found: ReadModelState, partition: int) -> bool:
    """Whether the log's entry at the checkpoint is the one that was folded."""
    if found.logs != {log.identity.id}:
        return False
    checkpoint = found.checkpoints.get(partition)
    return checkpoint is None or await still_holds(log, partition, *checkpoint)

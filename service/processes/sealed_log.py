"""The log together with the key that seals its events.

A key is created only if there is no log yet, and before the log: a crash in between leaves a key
that has sealed nothing, and the next start uses it. An existing log has its key already: without
that key, or with another one, every new event would be refused by the fold. If the data folder has
a read model, a ledger or a signer's state but there is no log, the log is lost or unavailable, and
no new one is created.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from events.errors import CorruptEvent, ReadModelError, UnfitServer
from events.event.codec import read_header
from events.event.envelope import StoredEvent, seal_of
from events.log.contract import Log
from events.log.redis import NoLog, RedisLog, open_redis_log
from projections.ledger.file import LEDGER
from projections.storage.files.inspection import inspect_read_model
from service.datafolder.seal_key import SealKeyError, create_seal_key, load_seal_key
from service.datafolder.signed_state import ALARMS, SEEN, SIGNED, SignedState
from service.datafolder.signing_key import create_signing_key
from service.settings.settings import Settings

__all__ = ["SealedLog", "check_key", "join_sealed_log", "open_sealed_log"]

_log = structlog.get_logger("onrecord.seal")

_ADVICE: Final = (
    "Give it the 64 hex digits of seal.key in the data folder where the log was created, by "
    "ONRECORD_SEAL_KEY_FILE or as seal.key (mode 0600) in the data folder."
)


class SealedLog(NamedTuple):
    """The log, which the caller closes, and the key (32 bytes)."""

    log: RedisLog
    key: bytes


async def open_sealed_log(url: str, settings: Settings) -> SealedLog:
    """The log at `url` with its key; both are created if there is no log yet.

    Raises SealKeyError (there is a log, but not its key), NoLog (it is gone), UnfitServer,
    LogReplaced, LogUnavailable.
    """
    try:
        return await join_sealed_log(url, settings)
    except NoLog:
        _refuse_to_replace(settings)
    key = settings.seal_key or load_seal_key(settings.data_dir)
    if key is None:
        return await _create(url, settings)
    log = await open_redis_log(
        url, partitions=settings.partitions, allow_volatile=settings.allow_volatile
    )
    if log.created:
        _begin_signing(settings, log)
    return SealedLog(log, key)


async def join_sealed_log(url: str, settings: Settings) -> SealedLog:
    """The log at `url` with its key. Raises NoLog if there is none, and otherwise what
    `open_sealed_log` raises."""
    key = settings.seal_key or load_seal_key(settings.data_dir)
    log = await open_redis_log(url, create=False, allow_volatile=settings.allow_volatile)
    try:
        if key is None:
            raise SealKeyError(
                f"The log was created elsewhere; its seal key is not here. {_ADVICE}"
            )
        await check_key(log, key)
    except BaseException:
        await log.close()
        raise
    return SealedLog(log, key)


async def check_key(log: Log, key: bytes) -> None:
    """Raise SealKeyError if the log's events carry another key's seal.

    The last event of each partition is checked, and if it does not fit, the first one too: a single
    event that was tampered with must not look like a wrong key.
    """
    heads = await asyncio.gather(*map(log.head, range(log.identity.partitions)))
    for partition, head in enumerate(heads):
        if not head:
            continue
        ends = [*await log.read(partition, head - 1, 1), *await log.read(partition, 0, 1)]
        if not any(_fits(stored, key) for stored in ends):
            raise SealKeyError(
                f"The seal key does not fit this log: it did not seal its events. {_ADVICE}"
            )
        if not _fits(ends[0], key):
            _log.error("the last event does not carry the seal", partition=partition, position=head)


def _refuse_to_replace(settings: Settings) -> None:
    """Raise NoLog if the data folder has files that only a log leaves behind."""
    folder = settings.data_dir
    told = _trace_of_a_log(folder)
    if told is None:
        return
    if settings.redis_url is None:
        advice = f"Put {folder / 'valkey'} back: mount its volume, or restore a backup."
    else:
        advice = "Put the server's data back, or name the right server by ONRECORD_REDIS_URL."
    raise NoLog(
        f"{folder} holds {told}, but there is no log. {advice} "
        f"To begin a new, empty log instead, first move readmodel-*, {LEDGER}*, {SIGNED}, {SEEN} "
        f"and {ALARMS} out of {folder}, and keep all but the first."
    )


def _trace_of_a_log(folder: Path) -> str | None:
    """The trace of a log in the folder, in words; None if there is none."""
    try:
        found = inspect_read_model(folder)
        if found is not None:
            return f"the read model of the log {' and '.join(sorted(found.logs))}"
    except ReadModelError as error:
        return f"a read model ({str(error).rstrip('.')})"
    return next((name for name in (LEDGER, SIGNED, SEEN) if (folder / name).exists()), None)


async def _create(url: str, settings: Settings) -> SealedLog:
    key = create_seal_key(settings.data_dir)
    # Unless it is certain that the log was not created, the key stays: it may be the log's only
    # one.
    try:
        log = await open_redis_log(
            url, partitions=settings.partitions, allow_volatile=settings.allow_volatile
        )
    except UnfitServer:
        _remove_key(settings)
        raise
    if not log.created:
        _remove_key(settings)
        await log.close()
        raise SealKeyError(f"Another service created this log just now. {_ADVICE}")
    _begin_signing(settings, log)
    return SealedLog(log, key)


def _begin_signing(settings: Settings, log: Log) -> None:
    """Create the key that signs the checkpoints of the new log. The state of another log is left in
    place: it is evidence, and the signer refuses to continue from it."""
    create_signing_key(settings.data_dir)
    if not (settings.data_dir / SIGNED).exists():
        SignedState.begin(settings.data_dir, log.identity.id)


def _remove_key(settings: Settings) -> None:
    """Remove the key: it sealed nothing, and belongs to no log."""
    (settings.data_dir / "seal.key").unlink()


def _fits(stored: StoredEvent, key: bytes) -> bool:
    try:
        h = read_header(stored)
    except CorruptEvent:
        return False
    seal = seal_of(key, h.timeline, h.id, h.type, h.version, h.subject, h.author, h.digest)
    return seal == h.seal

"""The first events of `_access`: the owner's key, and the first grants.

They are written in one append, at the first start of a log, or at the first start of a version that
has access control. If two hosts start at the same time, one of them writes the events.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

import structlog

from events.errors import RevisionConflict
from events.event.codec import Codec
from events.event.envelope import NEW, TIMELINE, grant_subject, key_subject
from events.event.types import GrantGiven, KeyIssued, TimelineOpened
from events.log.contract import Log
from events.statement.timeline_names import ACCESS_TIMELINE
from service.access.secret import Secret
from service.clock import Randomness
from service.datafolder.owner_key import (
    OWNER_KEY,
    PROPOSED_KEY,
    OwnerKeyError,
    confirm_owner_key,
    load_owner_key,
    propose_owner_key,
    withdraw_owner_key,
)
from service.writing.execution.event_writer import Draft, EventWriter
from service.writing.rules.decision import Record

__all__ = ["OWNER", "found_access"]

OWNER: Final = "owner"
"""The name of the first key."""
_AUTHOR: Final = "onrecord (first start)"
"""The author of these events. No key and no person can have that name."""
_NAMESPACE: Final = UUID("0d5d2f57-6c0d-5f0e-9d6b-3b1f9f0f7c11")

_log = structlog.get_logger("onrecord.access")


async def found_access(
    log: Log, codec: Codec, chance: Randomness, folder: Path, *, everyone_reads: bool
) -> None:
    """Give the log an owner, unless it has one. The key is then in `folder`, and nowhere else. Also
    completes what a crash left unfinished. Raises LogError, OwnerKeyError."""
    if await log.revision(ACCESS_TIMELINE):
        await _confirm_or_remove(log, folder)
        return
    secret = _owner_key(folder)
    drafts = _drafts(log.identity.id, secret, everyone_reads=everyone_reads)
    events = EventWriter(log, codec, chance)
    try:
        await events.write(ACCESS_TIMELINE, drafts, {TIMELINE: NEW}, _AUTHOR, None)
    except RevisionConflict:
        await _confirm_or_remove(log, folder)
        return
    if (folder / PROPOSED_KEY).exists():
        confirm_owner_key(folder)
    _say(folder, everyone_reads=everyone_reads)


def _owner_key(folder: Path) -> Secret:
    """The key that is to be the owner's: the one that is in the folder already, or a new one."""
    for name in (OWNER_KEY, PROPOSED_KEY):
        written = load_owner_key(folder, name)
        if written is None:
            continue
        secret = Secret.read(written)
        if secret is None:
            raise OwnerKeyError(f"{folder / name} does not hold an API key. Move it away.")
        return secret
    secret = Secret.make()
    propose_owner_key(folder, secret.reveal())
    return secret


def _drafts(log_id: str, secret: Secret, *, everyone_reads: bool) -> list[Draft]:
    """The events, with ids by which they are recognized when they are appended again."""

    def id_of(what: str) -> str:
        return str(uuid5(_NAMESPACE, f"{log_id}\n{secret.id}\n{what}"))

    opened = TimelineOpened(
        title="Keys and grants",
        description="Who may do what on this service, since when, and who gave it to them.",
    )
    issued = KeyIssued(name=OWNER, id=secret.id, sha256=secret.sha256)
    granted = [GrantGiven(to=f"key:{OWNER}", role="admin", timelines="*")]
    if everyone_reads:
        granted.append(GrantGiven(to="everyone", role="reader", timelines="*"))
    records = [
        Record(ACCESS_TIMELINE, TIMELINE, opened),
        Record(OWNER, key_subject(OWNER), issued),
        *(Record(id_, grant_subject(id_), each) for each in granted if (id_ := id_of(each.to))),
    ]
    return [Draft(id_of(f"event {n}"), record) for n, record in enumerate(records)]


async def _confirm_or_remove(log: Log, folder: Path) -> None:
    """Decide about a proposed key of a log that has an owner by now: confirm the key if it is the
    owner's, else remove it."""
    written = load_owner_key(folder, PROPOSED_KEY)
    if written is None:
        return
    secret = Secret.read(written)
    first = None if secret is None else _drafts(log.identity.id, secret, everyone_reads=False)[0]
    found = None if first is None else (await log.receipts(ACCESS_TIMELINE, [first.event_id]))[0]
    if found is None:
        _log.info("another host has made the owner's key of this log")
        withdraw_owner_key(folder)
    else:
        confirm_owner_key(folder)


def _say(folder: Path, *, everyone_reads: bool) -> None:
    path = str(folder / OWNER_KEY)
    if everyone_reads:
        _log.info("made the owner's key; everyone may read, and writing takes a key", key=path)
        return
    _log.warning(
        "made the owner's key; nobody else may read or write anything yet",
        key=path,
        to_let_everyone_read="onrecord grants add everyone reader '*'",
    )

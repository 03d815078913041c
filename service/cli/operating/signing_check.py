"""The check of `doctor` on the signing: whether events are signed, and what prevents it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from events.edtf.timestamp import parse_rfc3339
from events.errors import CorruptEvent, DateError, ReadModelError
from events.event.codec import read_header
from events.event.envelope import Header, StoredEvent
from events.log.contract import Log
from projections.ledger.file import LEDGER
from projections.ledger.inspection import inspect_ledger
from service.cli.operating.checks import Check
from service.cli.views.words import count_of
from service.clock import Clock
from service.datafolder.signed_state import SEEN, SIGNED, SignedHead, SignedState, SignedStateError
from service.datafolder.signing_key import SIGNING_KEY

__all__ = ["check_signing"]

_NAME: Final = "signing"
_LAST: Final = 2_000
"""How many of the last events of each partition are checked."""
_MINUTE: Final = 60 * 1_000_000


async def check_signing(log: Log, folder: Path, clock: Clock, *, is_served: bool) -> Check:
    """Check that recorded events are signed. `is_served` says that a service is running on the
    folder, so that events should not wait for more than a minute. Raises LogError."""
    try:
        state = SignedState.load(folder, log.identity.id)
        seen = SignedState.load(folder, log.identity.id, SEEN)
        ledger = inspect_ledger(folder, {})
    except (SignedStateError, ReadModelError):
        return Check(_NAME, "skipped", "The signed heads or the ledger cannot be read: see there.")
    if state.is_lost and (folder / SIGNING_KEY).exists() and await _is_used(log):
        detail = f"{folder / SIGNED} is missing, or another log's: put it back from a backup."
        return Check(_NAME, "failed", detail)
    if ledger is not None and ledger.log != log.identity.id:
        return Check(
            _NAME, "failed", f"{folder / LEDGER} is another log's: put the right one back."
        )
    heads = seen.heads if state.is_lost else state.heads
    waiting: list[Header] = []
    for partition in range(log.identity.partitions):
        end = await log.head(partition)
        last = await log.read(partition, max(0, end - _LAST), _LAST)
        waiting += [header for stored in last if (header := _unsigned(stored, heads)) is not None]
    if not waiting:
        return Check(_NAME, "ok", "everything is signed")
    return _judged(waiting, clock(), is_served=is_served)


def _judged(waiting: list[Header], at: int, *, is_served: bool) -> Check:
    times = sorted((_recorded(header), header.timeline, header.recorded_at) for header in waiting)
    many = f"{count_of(len(waiting), 'event')} not signed yet"
    latest, timeline, shown = times[-1]
    if latest > at + _MINUTE:
        return Check(
            _NAME,
            "failed",
            f"{many}. The last one of {timeline} was recorded at {shown}, ahead of this machine's "
            "clock: it is signed when that has come so far. See which of the two clocks is wrong.",
        )
    if is_served and times[0][0] < at - _MINUTE:
        advice = "Ask the service that runs: `signing` in /health/ready."
        return Check(_NAME, "failed", f"{many}, the first since {times[0][2]}. {advice}")
    return Check(_NAME, "ok", many)


async def _is_used(log: Log) -> bool:
    return any([await log.head(partition) for partition in range(log.identity.partitions)])


def _unsigned(stored: StoredEvent, heads: Mapping[str, SignedHead]) -> Header | None:
    """The header of an event that no signed head covers, else None. Unreadable events are left to
    the checks of the audit and the read model."""
    try:
        header = read_header(stored)
    except CorruptEvent:
        return None
    head = heads.get(header.timeline)
    return None if head is not None and header.revision <= head.size else header


def _recorded(header: Header) -> int:
    try:
        return parse_rfc3339(header.recorded_at)
    except DateError:
        return 0

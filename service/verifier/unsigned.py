"""Whether a server still signs what it records; if it has stopped, an audit proves nothing about
new events."""

from __future__ import annotations

import asyncio
from typing import Final

from events.edtf.timestamp import parse_rfc3339
from events.errors import DateError
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import BadNote
from service.client import Client, NotFound, UnreadableAnswer
from service.clock import Clock
from service.verifier.timeline_audit import TimelineAudit

__all__ = ["unsigned_since"]

_LATE: Final = 60.0
"""Seconds by which an event's time may differ from this machine's clock before an unsigned event
counts as a problem."""
_LOOKS, _PAUSE = 5, 0.5
"""How often a newer checkpoint is requested, and the seconds between the requests. A checkpoint is
signed within a second, so a wrong clock of the auditor does not make a working service look
stopped."""


async def unsigned_since(
    client: Client, audit: TimelineAudit, clock: Clock
) -> tuple[str, str] | None:
    """Why the timeline's newer events stay unsigned, and what to do; None if they are being signed.
    Call this if there are events after the signed ones."""
    revision = audit.signed.size + 1
    try:
        event = (await client.event(audit.timeline, revision)).value
    except NotFound:
        return None  # the log lost events that were not signed
    try:
        age = (clock() - parse_rfc3339(event.recorded_at)) / 1_000_000
    except DateError as error:
        raise UnreadableAnswer("The server", f"an invalid time ({error})") from error
    if abs(age) <= _LATE:
        return None
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_PAUSE)  # noqa: TID251 - a server tells nobody that it has signed
        if await _covers(client, audit.timeline, revision):
            return None
    if age > 0:
        when = f"{_minutes(age)} ago by this machine's clock"
    else:
        when = f"{_minutes(-age)} ahead of this machine's clock"
    return (
        f"Events stay unsigned: revision {revision:,} was recorded at {event.recorded_at}, {when}, "
        f"and no checkpoint covers it. The {audit.signed.size:,} events before it are as they were "
        "signed.",
        "Ask the operator what `signing` in /health/ready reports, and verify again.",
    )


def _minutes(seconds: float) -> str:
    count = round(seconds / 60)
    return "1 minute" if count == 1 else f"{count:,} minutes"


async def _covers(client: Client, timeline: str, revision: int) -> bool:
    """Whether the current checkpoint covers the revision. The checkpoint is not verified, because
    the only question is whether the server still signs."""
    note = await client.checkpoint(timeline) or b""
    text = note.decode(errors="replace").rpartition("\n\n")[0] + "\n"
    try:
        return SignedCheckpoint.parse(text).size >= revision
    except BadNote:
        return False

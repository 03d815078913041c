"""The audit of a server: compares what it serves of a timeline now with what it signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Final, NoReturn

from events.audit.line import cut
from events.tlog.errors import BadLine, Tampered, TwoHistories
from events.tlog.merkle import HASH_SIZE, Frontier, leaf_hash
from events.tlog.note import VerifierKey
from events.tlog.tile import FULL, Tile
from service.client import (
    Client,
    ClientError,
    NotFound,
    ServerRefused,
    Unreachable,
    UnreadableAnswer,
)
from service.clock import Clock
from service.verifier.pins import SavedCheckpoint
from service.verifier.report import Report, unproven
from service.verifier.timeline_audit import AuditEnded, TimelineAudit, open_audit
from service.verifier.unsigned import unsigned_since

__all__ = ["audit_timeline", "shown_keys"]

_TRIES: Final = 3
"""How often the audit starts again with a newer checkpoint, because text may be redacted while the
audit reads it."""

Advance = Callable[[int, int], None]
"""Called now and then with the progress: lines done, all lines."""


async def audit_timeline(
    client: Client,
    timeline: str,
    pins: Sequence[VerifierKey],
    saved: Sequence[SavedCheckpoint],
    advance: Advance,
    clock: Clock,
) -> Report:
    """Audit one timeline, and return the report. Raises Unreachable."""
    try:
        shown = await shown_keys(client, timeline)
        for left in reversed(range(_TRIES)):
            note = await client.checkpoint(timeline)
            try:
                audit = open_audit(timeline, note, pins, shown, saved)
            except AuditEnded as error:
                return error.report
            try:
                beyond = await _pass_lines(client, audit, advance)
            except Tampered as error:
                if error.wants is not None and left:
                    continue
                return audit.tampered(await _named(client, audit, error))
            return await _judged(client, audit, beyond, clock)
    except ServerRefused as error:
        return unproven(timeline, f"The server refuses: {error.title}.", error.detail)
    except UnreadableAnswer as error:
        return unproven(timeline, str(error))
    raise AssertionError("the last try answers")


async def _judged(client: Client, audit: TimelineAudit, beyond: int, clock: Clock) -> Report:
    """The report on a timeline whose signed events are all unchanged."""
    alarms = await client.alarms()
    own = alarms.pop(audit.timeline, None)
    if own is not None:
        report = audit.unproven(
            "What the server serves is what was signed, but its own alarm about this timeline is "
            f"up: revision {own.revision} {own.reason}.",
            "Ask its operator what /health/audit reports, and verify again.",
        )
    else:
        waiting = await unsigned_since(client, audit, clock) if beyond else None
        report = audit.verified(beyond) if waiting is None else audit.unproven(*waiting)
    report.beside = [
        f"The server has an alarm about another timeline, {name!r}, from revision "
        f"{alarm.revision} on."
        for name, alarm in sorted(alarms.items())
    ]
    return report


async def shown_keys(client: Client, timeline: str) -> list[str]:
    """The keys that the server shows; they are compared but not trusted."""
    keys = await client.keys(timeline) or b""
    return [line.strip() for line in keys.decode(errors="replace").splitlines() if line.strip()]


async def _pass_lines(client: Client, audit: TimelineAudit, advance: Advance) -> int:
    """Pass the signed lines to the audit, and return the number of further lines. Raises
    Tampered."""
    verification = audit.verification
    head = 0
    try:
        async with client.event_lines(audit.timeline) as events, aclosing(events.lines) as lines:
            head = events.revision or 0
            async for line in lines:
                verification.add(line)
                if verification.count % 1_000 == 0:
                    advance(verification.count, verification.size)
                if verification.count == verification.size:
                    break
    except NotFound:
        pass  # the timeline is gone, with everything that was signed
    except (Unreachable, ServerRefused) as error:
        await _explain(client, audit, error)
    verification.finish()
    return max(0, head - verification.size)


async def _explain(
    client: Client, audit: TimelineAudit, error: Unreachable | ServerRefused
) -> NoReturn:
    """Find out why the server broke off. The server is asked for that event alone. If it says that
    its log does not have what was recorded, Tampered is raised; otherwise the error itself is."""
    due = audit.verification.count + 1
    refused: ServerRefused | None = error if isinstance(error, ServerRefused) else None
    if refused is None:
        try:
            await client.event(audit.timeline, due)
        except ServerRefused as problem:
            refused = problem
    revision = (
        refused.members.get("revision") if refused and refused.slug == "log-unavailable" else None
    )
    if isinstance(revision, int) and refused is not None:
        raise Tampered(f"Revision {revision}: {refused.detail}", revision) from error
    raise error


async def _named(client: Client, audit: TimelineAudit, error: Tampered) -> Tampered:
    """The same error with the first bad revision, if the server's tiles show it; tiles are trusted
    if they lead to the signed root. If anything fails here, the error is returned unchanged."""
    if error.revision or isinstance(error, TwoHistories):
        return error
    try:
        return await _compared(client, audit, error)
    except ClientError:
        return error


async def _compared(client: Client, audit: TimelineAudit, error: Tampered) -> Tampered:
    size = audit.signed.size
    hashes = await _leaves(client, audit)
    if hashes is None:
        return error
    number = 0
    async with client.event_lines(audit.timeline) as events, aclosing(events.lines) as lines:
        async for line in lines:
            number += 1
            if number > size:
                return error
            try:
                leaf = leaf_hash(cut(line).leaf)
            except BadLine:
                leaf = b""
            if leaf != hashes[(number - 1) * HASH_SIZE : number * HASH_SIZE]:
                return Tampered(f"Revision {number} is not the event that was signed.", number)
    return error


async def _leaves(client: Client, audit: TimelineAudit) -> bytes | None:
    """The concatenated hashes of all signed leaves, or None if the server does not provide them."""
    found = bytearray()
    tree = Frontier()
    full, rest = divmod(audit.signed.size, FULL)
    for index in range(full + bool(rest)):
        width = FULL if index < full else rest
        tile = await client.tile(audit.timeline, Tile(0, index, width))
        if tile is None or len(tile) != width * HASH_SIZE:
            return None
        found += tile
        for at in range(0, len(tile), HASH_SIZE):
            tree.append(tile[at : at + HASH_SIZE])
    return bytes(found) if tree.root() == audit.signed.root else None

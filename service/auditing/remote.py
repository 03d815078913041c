"""The audit of a server: what it serves of a timeline now, held against what it signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Final, NoReturn

from events.audit_errors import BadLine, Tampered
from events.checkpoint import Checkpoint
from events.line import cut
from events.merkle import HASH_SIZE, Frontier, leaf_hash
from events.note import VerifierKey
from events.tile import FULL, Tile
from service.auditing.case import Case, Closed, open_case
from service.auditing.report import Report, unproven
from service.client import Client, ClientError, NotFound, Problem, Unreachable, UnreadableAnswer

__all__ = ["audit_timeline", "shown_keys"]

_TRIES: Final = 3
"""How often a newer checkpoint is asked for: text may be redacted while it is read."""

Advance = Callable[[int, int], None]
"""Told now and then: how many lines of how many were looked at."""


async def audit_timeline(
    client: Client,
    timeline: str,
    pins: Sequence[VerifierKey],
    saved: Checkpoint | None,
    advance: Advance,
) -> Report:
    """What the audit of one timeline came to. Raises Unreachable."""
    try:
        return await _audit(client, timeline, pins, saved, advance)
    except Problem as error:
        return unproven(timeline, f"The server refuses: {error.title}.", error.detail)
    except UnreadableAnswer as error:
        return unproven(timeline, str(error))


async def _audit(
    client: Client,
    timeline: str,
    pins: Sequence[VerifierKey],
    saved: Checkpoint | None,
    advance: Advance,
) -> Report:
    shown = await shown_keys(client, timeline)
    for left in reversed(range(_TRIES)):
        try:
            case = open_case(timeline, await client.checkpoint(timeline), pins, shown, saved)
        except Closed as error:
            return error.report
        try:
            beyond = await _take(client, case, advance)
        except Tampered as error:
            if error.wants is not None and left:
                continue
            return case.tampered(error if error.revision else await _named(client, case, error))
        if await client.alarm():
            return case.unproven(
                "The server's own alarm is up, though what it serves is what was signed.",
                "Ask its operator what /health/audit tells, and verify again.",
            )
        return case.verified(beyond)
    raise AssertionError("the last try answers")


async def shown_keys(client: Client, timeline: str) -> list[str]:
    """The keys that the server shows: to compare, not to trust."""
    keys = await client.keys(timeline) or b""
    return [line.strip() for line in keys.decode(errors="replace").splitlines() if line.strip()]


async def _take(client: Client, case: Case, advance: Advance) -> int:
    """Give the case all lines that it takes; how many more there are. Raises Tampered."""
    verification = case.verification
    head = 0
    try:
        async with client.event_lines(case.timeline) as events, aclosing(events.lines) as lines:
            head = events.revision or 0
            async for line in lines:
                verification.add(line)
                if verification.count % 1_000 == 0:
                    advance(verification.count, verification.size)
                if verification.count == verification.size:
                    break
    except NotFound:
        pass  # the timeline is gone: nothing of what was signed is there
    except (Unreachable, Problem) as error:
        await _explain(client, case, error)
    verification.finish()
    return max(0, head - verification.size)


async def _explain(client: Client, case: Case, error: Unreachable | Problem) -> NoReturn:
    """A server breaks off where its log has not what it recorded: it says so when it is asked for
    that one event. Raises Tampered then, else the error itself."""
    due = case.verification.count + 1
    told: Problem | None = error if isinstance(error, Problem) else None
    if told is None:
        try:
            await client.event(case.timeline, due)
        except Problem as problem:
            told = problem
    revision = told.members.get("revision") if told and told.slug == "log-unavailable" else None
    if isinstance(revision, int) and told is not None:
        raise Tampered(f"Revision {revision}: {told.detail}", revision) from error
    raise error


async def _named(client: Client, case: Case, error: Tampered) -> Tampered:
    """The same with the first bad revision, where the server's own tiles still tell it: they are
    believed where they lead to the signed root. Whatever goes wrong here, it stays tampering."""
    try:
        return await _compared(client, case, error)
    except ClientError:
        return error


async def _compared(client: Client, case: Case, error: Tampered) -> Tampered:
    size = case.signed.size
    hashes = await _leaves(client, case)
    if hashes is None:
        return error
    number = 0
    async with client.event_lines(case.timeline) as events, aclosing(events.lines) as lines:
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


async def _leaves(client: Client, case: Case) -> bytes | None:
    """The hashes of all signed leaves, one behind the other; None where they cannot be had."""
    found = bytearray()
    tree = Frontier()
    full, rest = divmod(case.signed.size, FULL)
    for index in range(full + bool(rest)):
        width = FULL if index < full else rest
        tile = await client.tile(case.timeline, Tile(0, index, width))
        if tile is None or len(tile) != width * HASH_SIZE:
            return None
        found += tile
        for at in range(0, len(tile), HASH_SIZE):
            tree.append(tile[at : at + HASH_SIZE])
    return bytes(found) if tree.root() == case.signed.root else None

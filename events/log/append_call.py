"""Encodes the calls of `append.lua` and decodes its replies: the format that both sides must agree
on.

The request is MessagePack without its binary type, which the server's `cmsgpack` does not support:
bytes are sent as text, the salt in hex.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from events.errors import (
    Conflict,
    CorruptEvent,
    IdempotencyConflict,
    LogError,
    RevisionConflict,
)
from events.log.contract import Append, Appended, Receipt, check_append

__all__ = [
    "SCRIPT",
    "SCRIPT_SHA1",
    "Outcome",
    "decode_reply",
    "encode",
    "join",
    "recognise",
]

Outcome = Appended | Conflict | LogError
"""The outcome of one append of a call: its answer, or the error for its caller."""

SCRIPT = Path(__file__).with_name("append.lua").read_text()
SCRIPT_SHA1 = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[list[Any]])
_ARRAY_32 = struct.Struct(">BI")

_WRITTEN, _DUPLICATE, _MOVED, _TAKEN, _DAMAGED = range(5)


def encode(append: Append) -> bytes:
    """Encode one append for the script. Raises ValueError, see `check_append`."""
    check_append(append)
    return _encoder.encode(
        (
            append.timeline,
            [
                (e.id, e.fingerprint, e.tail.decode(), e.salt.hex(), e.data.decode(), e.touches)
                for e in append.events
            ],
            [part for pair in append.expected.items() for part in pair],
            append.claim or (),
        )
    )


def join(encoded: Sequence[bytes]) -> bytes:
    """The script's last argument: an array of encoded appends."""
    return b"".join((_ARRAY_32.pack(0xDD, len(encoded)), *encoded))


def decode_reply(reply: bytes, appends: Sequence[Append]) -> list[Outcome]:
    """Decode the script's answers to the appends, in the same order."""
    answers = _decoder.decode(reply)
    return [_outcome(answer, append) for answer, append in zip(answers, appends, strict=True)]


def _outcome(answer: list[Any], append: Append) -> Outcome:
    kind, *rest = answer
    if kind == _WRITTEN:
        revision, first = rest
        return Appended(tuple(range(first, first + len(append.events))), revision, duplicate=False)
    if kind == _DUPLICATE:
        revision, revisions = rest
        return Appended(tuple(revisions), revision, duplicate=True)
    if kind == _MOVED:
        return RevisionConflict(*rest)
    if kind == _TAKEN:
        return IdempotencyConflict(*rest)
    if kind == _DAMAGED:
        position, reason = rest
        return CorruptEvent(position, reason, append.timeline)
    raise ValueError(f"append.lua answered {answer!r}")


def recognise(append: Append, receipts: Mapping[str, Receipt]) -> Outcome | None:
    """The outcome of an append whose answer was lost, found by what the log remembers of its claim
    or its ids; None if it remembers nothing. An append is written as a whole or not at all, so the
    claim alone is enough to recognise it.

    `duplicate` is always False, because it is unknown whether the events were there before.
    """
    claim = append.claim
    if claim is not None:
        known = receipts.get(claim.id)
        if known is None:
            return None
        if known.fingerprint != claim.fingerprint:
            return IdempotencyConflict(claim.id)
        revisions = tuple(receipts[e.id].revision for e in append.events if e.id in receipts)
        return Appended(revisions, known.revision, duplicate=False)
    if not any(event.id in receipts for event in append.events):
        return None
    for event in append.events:
        if event.id not in receipts or receipts[event.id].fingerprint != event.fingerprint:
            return IdempotencyConflict(event.id)
    revisions = tuple(receipts[event.id].revision for event in append.events)
    return Appended(revisions, max(revisions), duplicate=False)

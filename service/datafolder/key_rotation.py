"""Changing the signing key of a stopped service, in two steps with a run of the service between.

*Rotate* puts a new key before the old one. Then both sign, so that verifiers who have pinned either
can verify. *Retire* drops the old key. It stores in `retired.json` the old public key and, for each
timeline, the last size that the key may have signed: a later checkpoint by that key is a forgery.
The record is written before the key is removed, so after a crash the step can be repeated.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from events.tlog.checkpoint import origin_of
from events.tlog.note import SignerKey, VerifierKey
from service.datafolder.durable_file import read_file, write_whole
from service.datafolder.signed_state import SignedStateError, load_heads
from service.datafolder.signing_key import SIGNING_KEY, SigningKeyError, load_signing_keys

__all__ = ["RETIRED", "RetiredKey", "load_retired", "retire", "rotate_key"]

RETIRED: Final = "retired.json"


class RetiredKey(msgspec.Struct, frozen=True):
    """A retired public key (32 bytes, base64), and the last size that it signed, by timeline."""

    key: str
    last: Mapping[str, int]


_retired = msgspec.json.Decoder(list[RetiredKey])


def rotate_key(folder: Path) -> None:
    """Put a new key before the existing one. Raises SigningKeyError."""
    [old] = _keys(folder, 1, "There are two keys already: retire the old one first.")
    _write(folder / SIGNING_KEY, _lines([secrets.token_bytes(32), old]))


def retire(folder: Path, origin: str) -> RetiredKey:
    """Drop the older of two keys, after the new one has signed every signed timeline.

    Raises SigningKeyError, and SignedStateError if the state is missing or damaged.
    """
    new, old = _keys(folder, 2, "There is no old key: make a new one first.")
    heads, alarms = load_heads(folder)
    late = sorted(
        name
        for name, head in heads.items()
        if name not in alarms and not _signs(new, origin, name, head.note)
    )
    if late:
        raise SigningKeyError(
            f"The new key has not signed yet: {len(late)} timelines, the first is {late[0]!r}. "
            "Start the service, and wait until its checkpoints have two signatures."
        )
    public = _verifier(old, origin, "all").key
    retired = RetiredKey(b64encode(public).decode(), {n: h.size for n, h in heads.items()})
    others = [each for each in load_retired(folder) if each.key != retired.key]
    _write(folder / RETIRED, msgspec.json.encode([*others, retired]))
    _write(folder / SIGNING_KEY, _lines([new]))
    return retired


def _keys(folder: Path, count: int, otherwise: str) -> Sequence[bytes]:
    keys = load_signing_keys(folder)
    if not keys:
        raise SigningKeyError(f"{folder / SIGNING_KEY} is not there: this folder signs nothing.")
    if len(keys) != count:
        raise SigningKeyError(otherwise)
    return keys


def _signs(seed: bytes, origin: str, timeline: str, note: str) -> bool:
    """Whether the note has a signature by that key. The note comes from the service's own state."""
    key = _verifier(seed, origin, timeline)
    start = b64encode(key.hash + bytes(2)).decode()[:5]
    return f"\n— {key.name} {start}" in note


def _verifier(seed: bytes, origin: str, timeline: str) -> VerifierKey:
    return SignerKey(origin_of(origin, timeline), seed).verifier


def load_retired(folder: Path) -> list[RetiredKey]:
    """The retired keys. Raises SignedStateError if the list cannot be read."""
    try:
        content = read_file(folder / RETIRED)
        return [] if content is None else _retired.decode(content)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SignedStateError(f"{folder / RETIRED} cannot be read: {error}.") from error


def _lines(keys: Sequence[bytes]) -> bytes:
    return b"".join(key.hex().encode() + b"\n" for key in keys)


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise SigningKeyError(f"{path} cannot be written: {error.strerror}.") from error

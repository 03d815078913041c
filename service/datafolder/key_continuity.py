"""Whether the signing key in the folder is the one that signed before, and signs under that name.

If another key is in its place, nothing may be signed: verifiers would see a different key for the
same timelines. The same holds if the service's origin was changed, because it is part of a key's
name. A key that was retired by `onrecord rotate` may have signed before.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from events.errors import LogError
from events.tlog.checkpoint import origin_of
from events.tlog.note import ED25519, SignerKey
from service.datafolder.key_rotation import load_retired
from service.datafolder.signed_state import SIGNED, SignedHead, SignedStateError, load_heads
from service.datafolder.signing_key import SIGNING_KEY, SigningKeyError, load_signing_keys

__all__ = ["change_of_key", "fault_of_key", "refuse_another_key"]


def fault_of_key(
    folder: Path, seeds: Sequence[bytes], heads: Mapping[str, SignedHead], origin: str
) -> str | None:
    """Why the folder's keys `seeds` must not sign under the service's `origin`, given the heads
    that were signed before; None if they may."""
    path = folder / SIGNING_KEY
    if not seeds:
        return (
            f"{path} is not there, though this folder signed before: put it back from a backup, "
            f"and start again. If another service signs this log now, move {SIGNED} away, too."
        )
    strange = _strange([SignerKey("any", seed).verifier.key for seed in seeds], heads)
    if strange:
        try:
            retired = [b64decode(key.key) for key in load_retired(folder)]
        except SignedStateError as error:
            return f"{error} Put it back from a backup, and start again."
        strange = _strange(retired, {name: heads[name] for name in strange})
    if not strange:
        return _fault_of_origin(heads, origin)
    return (
        f"{path} holds another key than the one that signed before ({len(strange)} timelines, the "
        f"first is {strange[0]!r}): put that one back from a backup and start again. A key is "
        "changed by `onrecord rotate`."
    )


def refuse_another_key(folder: Path, origin: str) -> None:
    """Raise SigningKeyError if the folder's key, or the service's `origin`, is not the one that
    signed before: a new key beside it could not sign either. Raises SignedStateError if the signed
    heads cannot be read."""
    if not (folder / SIGNED).exists():
        return
    heads, _ = load_heads(folder)
    fault = fault_of_key(folder, load_signing_keys(folder), heads, origin)
    if fault is not None:
        raise SigningKeyError(fault)


def change_of_key(folder: Path, seeds: Sequence[bytes]) -> str | None:
    """How the key file has changed since the service read these keys, or None if it has not. The
    running service continues to sign with the keys that it read."""
    path = folder / SIGNING_KEY
    try:
        now = load_signing_keys(folder)
    except LogError as error:
        return f"{error} This service signs on until it ends."
    if now == seeds:
        return None
    what = "holds another key than it did" if now else "is gone"
    return (
        f"{path} {what}: put back what was there. This service signs on until it ends; the next "
        "start could not."
    )


def _fault_of_origin(heads: Mapping[str, SignedHead], origin: str) -> str | None:
    """What to do if all heads were signed under another origin. If some were signed under this one,
    an earlier release has let the origin change; that cannot be undone, and signing goes on."""
    names = {
        timeline: key.partition("+")[0] for timeline, head in heads.items() for key in head.keys
    }
    if not names or any(name == origin_of(origin, timeline) for timeline, name in names.items()):
        return None
    timeline, name = min(names.items())
    return (
        f"ONRECORD_ORIGIN is {origin!r}, but {timeline!r} was signed as {name!r} before: set it "
        f"back to {name.removesuffix(origin_of('', timeline))!r}, and start again. Auditors "
        "who pinned a key could not verify what is signed under another name."
    )


def _strange(public: Sequence[bytes], heads: Mapping[str, SignedHead]) -> list[str]:
    """The timelines whose heads were signed by none of these keys (32 bytes each)."""
    known = {b64encode(ED25519 + key).decode() for key in public}
    return sorted(
        name
        for name, head in heads.items()
        if not known.intersection(key.split("+", 2)[-1] for key in head.keys)
    )

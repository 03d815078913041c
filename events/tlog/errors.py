"""The errors of a verifier about a proof, a key or a note. They never reach an HTTP answer.

OnrecordError
└── AuditError                something does not prove what it should
    ├── BadKey                not a key of a signed note, or one that proves nothing
    ├── BadNote               not a signed note, not a checkpoint, or a false signature
    ├── UnknownSignature      a signed note, but by none of the known keys
    ├── BadProof              hashes that do not lead to the root
    ├── BadLine               not an event's exact line
    └── Tampered              a history that is not the one that was signed
        └── TwoHistories      what was signed cannot all be one history
"""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import OnrecordError

__all__ = [
    "AuditError",
    "BadKey",
    "BadLine",
    "BadNote",
    "BadProof",
    "Tampered",
    "UnknownSignature",
]


class AuditError(OnrecordError):
    """A proof, key, note or history is not valid."""


class BadKey(AuditError):
    """Not a key of a signed note, or an unsafe key, for which every signature would be valid."""


class BadNote(AuditError):
    """Not a signed note, not a checkpoint, or an invalid signature of a known key."""


class UnknownSignature(AuditError):
    """The note is signed, but by none of the known keys. `signers` lists `name+hash` of the keys
    that signed it."""

    def __init__(self, signers: Sequence[str]) -> None:
        super().__init__(f"The note is signed by none of the known keys, but by {list(signers)}.")
        self.signers = tuple(signers)


class BadProof(AuditError):
    """The hashes do not lead to the root."""


class BadLine(AuditError):
    """The bytes are not an event's exact line."""


class Tampered(AuditError):
    """The history is not the one that was signed. `revision` is the first that is known to be bad,
    or None if only the root shows it; `good` is then how many events a matching root covers.
    `wants` is the least size of a newer signed checkpoint that could explain it, if one could."""

    def __init__(
        self, reason: str, revision: int | None, *, good: int = 0, wants: int | None = None
    ) -> None:
        super().__init__(reason)
        self.revision = revision
        self.good = good
        self.wants = wants


class TwoHistories(Tampered):
    """Two checkpoints were signed that cannot belong to one history. `sizes` are their sizes,
    ascending."""

    def __init__(self, sizes: tuple[int, int]) -> None:
        one, other = sizes
        how = "have other roots" if one == other else "are not one the beginning of the other"
        super().__init__(f"The signed histories of {one} and of {other} events {how}.", None)
        self.sizes = sizes

"""What a verifier says of a proof, a key or a note that it was given. No route answers these.

OnrecordError
└── AuditError                something does not prove what it should
    ├── BadKey                not a key of a signed note, or one that proves nothing
    ├── BadNote               not a signed note, not a checkpoint, or a false signature
    ├── UnknownSignature      a signed note, but by none of the known keys
    ├── BadProof              hashes that do not lead to the root
    ├── BadLine               not an event's exact line
    └── Tampered              a history that is not the one that was signed
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
    """Something does not prove what it should."""


class BadKey(AuditError):
    """Not a key of a signed note, or a key under which everything would be signed."""


class BadNote(AuditError):
    """Not a signed note, not a checkpoint, or a known key's signature that is false."""


class UnknownSignature(AuditError):
    """The note is signed by none of the known keys. `signers` are `name+hash` of those who did."""

    def __init__(self, signers: Sequence[str]) -> None:
        super().__init__(f"The note is signed by none of the known keys, but by {list(signers)}.")
        self.signers = tuple(signers)


class BadProof(AuditError):
    """The hashes do not lead to the root."""


class BadLine(AuditError):
    """The bytes are not an event's exact line."""


class Tampered(AuditError):
    """The history is not the one that was signed. `revision` is the first that is known to be bad,
    None where only the root tells; `good` is then how many events a matching root covers. `wants`
    is the size of the signed checkpoint that alone could explain it, where one could."""

    def __init__(
        self, reason: str, revision: int | None, *, good: int = 0, wants: int | None = None
    ) -> None:
        super().__init__(reason)
        self.revision = revision
        self.good = good
        self.wants = wants

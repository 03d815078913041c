"""What a verifier says of a proof, a key or a note that it was given. No route answers these.

OnrecordError
└── AuditError                something does not prove what it should
    ├── BadKey                not a key of a signed note, or one that proves nothing
    ├── BadNote               not a signed note, not a checkpoint, or a false signature
    ├── UnknownSignature      a signed note, but by none of the known keys
    └── BadProof              hashes that do not lead to the root
"""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import OnrecordError

__all__ = ["AuditError", "BadKey", "BadNote", "BadProof", "UnknownSignature"]


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

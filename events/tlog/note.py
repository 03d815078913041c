"""C2SP signed notes with Ed25519 keys: a text, and below it the signatures.

    <text, ending with a line feed>
    <empty line>
    — <key name> <base64 of the key's hash (4 bytes) and the signature>

A *verifier key* is `name+hash+base64` as Go's `sumdb/note` writes it: the hash in 8 hex digits, the
base64 over `0x01` and the public key. Unsafe keys are refused: a key of low order, for which every
signature would be valid; a key that is not a point of the curve; and one that does not write the
point in its canonical form.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from events.tlog.checkpoint import MOST_NOTE
from events.tlog.errors import BadKey, BadNote, UnknownSignature

__all__ = ["OpenedNote", "SignerKey", "VerifierKey", "open_note", "sign_note"]

ED25519 = b"\x01"
MOST_SIGNATURES = 100
"""Signatures of a note."""

_key = re.compile(r"(?P<name>[^+\s]+)\+(?P<hash>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/=]+)")
_private = re.compile(r"PRIVATE\+KEY\+(?P<rest>.*)", re.DOTALL)
_signature = re.compile(r"— (?P<name>[^+\s]+) (?P<signature>[A-Za-z0-9+/=]+)")
_control = re.compile(r"[\x00-\x09\x0b-\x1f]")

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


class VerifierKey:
    """A key that signatures are verified with. `key` is the public key, 32 bytes. Raises `BadKey`
    if the key is unsafe or the name invalid."""

    def __init__(self, name: str, key: bytes) -> None:
        _check_name(name)
        _check_point(key)
        self.name = name
        self.key = key
        self.hash = sha256(name.encode() + b"\n" + ED25519 + key).digest()[:4]
        self._ed25519 = Ed25519PublicKey.from_public_bytes(key)

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Parse `name+hash+base64`. Raises `BadKey` if the text is not a key, or the key is
        unsafe."""
        found = cls(*_named_key(text))
        if str(found) != text:
            raise BadKey("The verifier key's hash does not match its name and key.")
        return found

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_base64(ED25519 + self.key)}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifierKey) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature (64 bytes) over the text is this key's."""
        try:
            self._ed25519.verify(signature, text)
        except InvalidSignature:
            return False
        return True


class SignerKey:
    """A key that notes are signed with. `seed` is the private key, 32 bytes, kept secret."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._seed = seed
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, self._ed25519.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Parse `PRIVATE+KEY+name+hash+base64`. Raises `BadKey`, whose message does not repeat the
        text, if it is not a key."""
        match = _private.fullmatch(text)
        if match is None:
            raise BadKey("It is not a signer key.")
        found = cls(*_named_key(match["rest"]))
        if found.secret() != text:
            raise BadKey("The signer key's hash does not match its name and key.")
        return found

    def secret(self) -> str:
        """The private key as text, for a file of mode 0600. Nothing else reveals it."""
        verifier = self.verifier
        return f"PRIVATE+KEY+{verifier.name}+{verifier.hash.hex()}+{_base64(ED25519 + self._seed)}"

    def sign(self, text: bytes) -> bytes:
        """The signature over the text: 64 bytes."""
        return self._ed25519.sign(text)


class OpenedNote(NamedTuple):
    """A note whose signatures were verified: its text, and the known keys that signed it (at least
    one) in the note's order."""

    text: str
    signed_by: tuple[VerifierKey, ...]


def sign_note(text: str, keys: Sequence[SignerKey]) -> str:
    """Sign the text with each of the keys. Raises `BadNote` if the text cannot be a note's."""
    if not text.endswith("\n") or _control.search(text):
        raise BadNote("A note's text ends with a line feed and holds no other control character.")
    raw = text.encode()
    lines = (
        f"— {key.verifier.name} {_base64(key.verifier.hash + key.sign(raw))}\n" for key in keys
    )
    return f"{text}\n{''.join(lines)}"


def open_note(note: bytes, known: Sequence[VerifierKey]) -> OpenedNote:
    """The note's text, and which of the known keys signed it.

    Signatures by other keys are ignored. Raises `BadNote` if it is not a note or a known key's
    signature is invalid, and `UnknownSignature` if no known key signed it.
    """
    text, lines = _parts(note)
    raw = text.encode()
    signed_by: list[VerifierKey] = []
    seen: list[str] = []
    for line in lines:
        name, key_hash, signature = _read_signature(line)
        seen.append(f"{name}+{key_hash.hex()}")
        if seen.count(seen[-1]) > 1:
            continue
        for key in known:
            if (key.name, key.hash) == (name, key_hash) and key not in signed_by:
                if not key.verifies(raw, signature):
                    raise BadNote(f"The signature of {seen[-1]} is false.")
                signed_by.append(key)
    if not signed_by:
        raise UnknownSignature(list(dict.fromkeys(seen)))
    return OpenedNote(text, tuple(signed_by))


def _parts(note: bytes) -> tuple[str, list[str]]:
    if len(note) > MOST_NOTE:
        raise BadNote(f"A note has at most {MOST_NOTE} bytes.")
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise BadNote("The note is not UTF-8.") from error
    text, gap, signatures = whole.rpartition("\n\n")
    if not gap or not signatures.endswith("\n") or _control.search(whole):
        raise BadNote("It is not a signed note: no text, empty line and signatures.")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote(f"A note has at most {MOST_SIGNATURES} signatures.")
    return text + "\n", lines


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    """A signature line's key name, key hash (4 bytes) and signature."""
    match = _signature.fullmatch(line)
    raw = _decode(match["signature"]) if match else None
    if match is None or raw is None or len(raw) < 5:
        raise BadNote("A line below the note's text is not a signature.")
    return match["name"], raw[:4], raw[4:]


def _named_key(text: str) -> tuple[str, bytes]:
    """The name and the 32 bytes in `name+hash+base64`. The caller compares the hash."""
    match = _key.fullmatch(text)
    raw = _decode(match["key"]) if match else None
    if match is None or raw is None or len(raw) != 33 or raw[:1] != ED25519:
        raise BadKey("It is not a key of a signed note, name+hash+base64, with Ed25519.")
    return match["name"], raw[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(map(str.isspace, name)) or not name.isprintable():
        raise BadKey("A key's name has at least one character, no space and no plus.")


def _check_point(key: bytes) -> None:
    """Refuse what is not the canonical form of a point of the curve, and points of low order.

    With y alone (RFC 8032, 5.1): x² = (y² - 1) / (d y² + 1), and doubling gives y' = (y² + x²) / (1
    - d x² y²). A point is of low order if eight times the point is the neutral point, whose y is 1.
    """
    if len(key) != 32:
        raise BadKey("An Ed25519 key is 32 bytes long.")
    y = int.from_bytes(key, "little") & (1 << 255) - 1
    if y >= _P or pow(_x2(y), (_P - 1) // 2, _P) not in {0, 1}:
        raise BadKey("The key is not a point of the curve, spelled in its one way.")
    for _ in range(3):
        x2 = _x2(y)
        y = (y * y + x2) * pow(1 - _D * x2 * y * y, -1, _P) % _P
    if y == 1:
        raise BadKey("The key is of low order: under it anything would be signed.")


def _x2(y: int) -> int:
    return (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes | None:
    """Decode strict, padded base64. Returns None if the text is not base64."""
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return raw if _base64(raw) == text else None

"""The secret of an API key: how it is made, written, read and compared.

A key is written `onr_<id>_<secret>`: the id has 8 characters, the secret 43, all of them letters
and digits of ASCII: 256 random bits. The id may be shown; of the secret only the SHA-256 is ever
stored. Printing a `Secret` prints its id only.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string
from hashlib import sha256
from typing import Final

__all__ = ["Secret"]

_LETTERS: Final = string.digits + string.ascii_letters
_ID: Final = 8
_LENGTH: Final = 43
_WRITTEN: Final = re.compile(rf"onr_([0-9A-Za-z]{{{_ID}}})_([0-9A-Za-z]{{{_LENGTH}}})").fullmatch


class Secret:
    """An API key with its secret. A secret equals only itself: `matches` compares it."""

    __slots__ = ("_text", "id")

    def __init__(self, id: str, text: str) -> None:  # noqa: A002 - the API's own word for it
        self.id = id
        self._text = text

    @classmethod
    def make(cls) -> Secret:
        """A new key, from the system's source of randomness."""
        return cls(_chance(_ID), _chance(_LENGTH))

    @classmethod
    def read(cls, written: str) -> Secret | None:
        """The key in this text, or None if the text does not have the form of a key."""
        match = _WRITTEN(written)
        return None if match is None else cls(match[1], match[2])

    def reveal(self) -> str:
        """The whole key as it is written. It is shown once, to the caller who asked for the key."""
        return f"onr_{self.id}_{self._text}"

    @property
    def sha256(self) -> str:
        """The SHA-256 of the secret's 43 characters, in hex."""
        return sha256(self._text.encode()).hexdigest()

    def matches(self, kept: str) -> bool:
        """Whether `kept` is the SHA-256 of this secret. Takes constant time."""
        return hmac.compare_digest(self.sha256, kept)

    def __repr__(self) -> str:
        return f"onr_{self.id}_…"


def _chance(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))

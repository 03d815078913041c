"""Stamps: short texts that this service made, which callers keep and bring back.

A stamped text is not secret, but it cannot be changed or forged. The key of a stamp is derived from
the seal key, so every worker of every host on one log can read stamps of the others. Each purpose
has a key of its own, so a text that was stamped for one purpose is not valid for another.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

__all__ = ["Stamp"]

_MARK: Final = 32
_LONGEST: Final = 8_192


class Stamp:
    """Stamps texts for one purpose. `seal_key` has 32 bytes."""

    def __init__(self, seal_key: bytes, purpose: str) -> None:
        self._key = hmac.digest(seal_key, f"onrecord-{purpose}-v1".encode(), "sha256")

    def write(self, content: bytes) -> str:
        """Write the content with its stamp, in letters, digits, `-` and `_`."""
        stamped = self._mark(content) + content
        return base64.urlsafe_b64encode(stamped).rstrip(b"=").decode()

    def read(self, text: str) -> bytes | None:
        """The content of a stamped text; None if the text was not stamped for this purpose."""
        if len(text) > _LONGEST or not text.isascii():
            return None
        try:
            stamped = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        mark, content = stamped[:_MARK], stamped[_MARK:]
        return content if hmac.compare_digest(mark, self._mark(content)) else None

    def _mark(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")

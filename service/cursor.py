"""Cursors: where a list goes on, what it was asked, and of which revision it is true.

A cursor is not signed. Whoever makes one up can ask nothing that he could not ask openly: what it
carries is held against the same rules as a query string, and its revision against the head.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any, Final

import msgspec
from msgspec import Struct

__all__ = ["Cursor"]

_encoder: Final = msgspec.msgpack.Encoder()


class Cursor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`of` is the list (its name, and its timeline's); `revision` the one of the first page, 0
    where the list has none; `asked` the query string's filters; `after` the last item's key."""

    of: tuple[str, ...]
    revision: int
    asked: tuple[tuple[str, str], ...]
    after: Any

    def encode(self) -> str:
        """The cursor as base64url without padding."""
        return urlsafe_b64encode(_encoder.encode(self)).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, of: tuple[str, ...], head: int, after: Any) -> Cursor:
        """The cursor of the list `of` that `text` is. `after` is the type of its key, `head` the
        last revision that it may be of. Raises ValueError with a sentence."""
        try:
            raw = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
            cursor = _decoder.decode(raw)
            key = msgspec.convert(cursor.after, after)
        except (NotBase64, ValueError, msgspec.DecodeError) as error:
            raise ValueError("It is no cursor; take `next` of the page before as it is.") from error
        if cursor.encode() != text:
            raise ValueError("It is no cursor; take `next` of the page before as it is.")
        if cursor.of != of:
            raise ValueError("It is the cursor of another list; ask that one, or begin anew.")
        if not (of == of[:1] and not cursor.revision) and not 1 <= cursor.revision <= head:
            raise ValueError("Its revision is not in this log; begin the list anew.")
        return msgspec.structs.replace(cursor, after=key)


_decoder: Final = msgspec.msgpack.Decoder(Cursor)

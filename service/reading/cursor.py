"""Cursors: where the next page of a list begins, with the query, limit and revision of the list.

A cursor is not signed. A forged one gives no more access than a plain query: its content is checked
by the rules of a query string, and its revision against the head.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

__all__ = ["MOST_ITEMS", "Cursor"]

_NOT_A_CURSOR: Final = "It is not a cursor: send `next` of the page before, unchanged."
MOST_ITEMS: Final = 500
"""The most items of one page."""

_encoder: Final = msgspec.msgpack.Encoder()


class Cursor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`of` is the list (its name, and its timeline's); `revision` the first page's, 0 if the list
    has none; `limit` the number of items of a page; `asked` the filters of the query string;
    `after` the key of the last item."""

    of: tuple[str, ...]
    revision: int
    limit: Annotated[int, Meta(ge=1, le=MOST_ITEMS)]
    asked: tuple[tuple[str, str], ...]
    after: Any

    def next_after(self, last: Any, asked: tuple[tuple[str, str], ...] = ()) -> str:
        """The text of the cursor of the next page, which begins after the key `last`."""
        return msgspec.structs.replace(self, after=last, asked=asked).encode()

    def encode(self) -> str:
        """The cursor as base64url without padding."""
        return urlsafe_b64encode(_encoder.encode(self)).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, of: tuple[str, ...], head: int, after: Any) -> Cursor:
        """The cursor of the list `of` in this text. `after` is the type of its key, `head` the
        largest revision that it may have. Raises ValueError with a sentence."""
        try:
            raw = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
            cursor = _decoder.decode(raw)
            key = msgspec.convert(cursor.after, after)
        except (NotBase64, ValueError, msgspec.DecodeError) as error:
            raise ValueError(_NOT_A_CURSOR) from error
        if cursor.encode() != text:
            raise ValueError(_NOT_A_CURSOR)
        if cursor.of != of:
            raise ValueError(
                "It is the cursor of another list: use it there, or leave it out to begin this one."
            )
        if not (of == of[:1] and not cursor.revision) and not 1 <= cursor.revision <= head:
            raise ValueError(
                "Its revision is not in this log: leave the cursor out to begin the list again."
            )
        return msgspec.structs.replace(cursor, after=key)


_decoder: Final = msgspec.msgpack.Decoder(Cursor)

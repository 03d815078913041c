"""An event's exact line of NDJSON, cut into the bytes that are hashed.

    {…,"seal":"…","salt":"<32 hex digits>","data":{…}}
    {…,"seal":"…","redacted":<revision>}
    {…,"seal":"…","missing":true}

The header's strings hold no bare quote, so the first `,"salt":` is where it ends: a `}` behind the
left part makes the leaf. Nothing is decoded and encoded again. `events.envelope.line_of` makes
such lines.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from events.audit_errors import BadLine
from events.envelope import StoredEvent

__all__ = ["MOST_LINE", "Line", "cut"]

MOST_LINE: Final = 64 << 20
"""Bytes of a line that a verifier reads: four times the largest body that is taken by default."""

_SALT: Final = b',"salt":'
_DATA: Final = b'","data":'
_REDACTED: Final = b',"redacted":'
_MISSING: Final = b',"missing":true}'
_hex = re.compile(rb'"([0-9a-f]{32})')
_revision = re.compile(rb"([1-9][0-9]{0,15})\}")


class Line(NamedTuple):
    """A line's leaf, its salt (16 bytes) and data, both None where they are gone; `redacted` is
    then the revision of the redaction, None where they are missing without one."""

    leaf: bytes
    salt: bytes | None = None
    data: bytes | None = None
    redacted: int | None = None

    def stored(self, position: int) -> StoredEvent:
        """The event as a log would keep it, at that position."""
        return StoredEvent(position, self.leaf, self.salt, self.data, self.redacted)


def cut(line: bytes) -> Line:
    """The parts of a line without its line feed; `BadLine` where it is none."""
    left, found, right = line.partition(_SALT)
    if found:
        salt = _hex.match(right)
        data = right[42:-1]
        whole = data[:1] == b"{" and data[-1:] == b"}" and right[-1:] == b"}"
        if salt is None or right[33:42] != _DATA or not whole:
            raise BadLine("is not a line of header, salt and data")
        return Line(left + b"}", bytes.fromhex(salt[1].decode()), data)
    left, found, right = line.partition(_REDACTED)
    if found:
        revision = _revision.fullmatch(right)
        if revision is None:
            raise BadLine("does not name its redaction by a revision")
        return Line(left + b"}", redacted=int(revision[1]))
    if line.endswith(_MISSING):
        return Line(line[: -len(_MISSING)] + b"}")
    raise BadLine("is not an event's line")

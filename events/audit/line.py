"""An event's exact line of NDJSON, cut into the bytes that are hashed.

    {…,"seal":"…","salt":"<32 hex digits>","data":{…}}
    {…,"seal":"…","redacted":<revision>}
    {…,"seal":"…","missing":true}

The strings of a header contain no unescaped quote, so the header ends at the first `,"salt":`; the
bytes before that and a `}` are the leaf. Nothing is decoded and encoded again.
`events.event.envelope.line_of` makes such lines.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from events.event.envelope import StoredEvent
from events.tlog.errors import BadLine

__all__ = ["MOST_LINE", "Line", "cut"]

MOST_LINE: Final = 64 << 20
"""The longest line in bytes that a verifier reads: four times the default limit of a request
body."""

_SALT: Final = b',"salt":'
_DATA: Final = b'","data":'
_REDACTED: Final = b',"redacted":'
_MISSING: Final = b',"missing":true}'
_hex = re.compile(rb'"([0-9a-f]{32})')
_revision = re.compile(rb"([1-9][0-9]{0,15})\}")


class Line(NamedTuple):
    """A line's leaf, and its salt (16 bytes) and data, which are both None if they were removed.
    `redacted` is then the revision of the redaction, or None if the line names no redaction."""

    leaf: bytes
    salt: bytes | None = None
    data: bytes | None = None
    redacted: int | None = None

    def stored(self, position: int) -> StoredEvent:
        """The event as a log would store it at that position."""
        return StoredEvent(position, self.leaf, self.salt, self.data, self.redacted)


def cut(line: bytes) -> Line:
    """Split a line, given without its line feed. Raises `BadLine` if it is not the line of an
    event."""
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

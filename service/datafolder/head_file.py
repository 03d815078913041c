"""The file of signed heads: one JSON document a line; later lines override earlier ones.

The first line has the log's identity and all heads at the time when the file was last rewritten:
`{"log":…,"timelines":{…},"sum":…}`. Each further line has the heads that one signing added:
`{"timelines":{…},"sum":…}`. `sum` is the SHA-256 of everything before `,"sum":` in its line. So a
signing writes only its own heads, however many timelines there are. When the further lines are
together larger than the first one, the file is rewritten.

A crash can leave an incomplete last line. Its heads were never published, so they are dropped.
Every other deviation is treated as damage. A first line without a sum is accepted: earlier releases
wrote the file so, and an operator may write one by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import msgspec

from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import BadNote
from events.tlog.merkle import TreeHead
from service.datafolder.durable_file import append_durably, read_file, write_whole

__all__ = ["DamagedHeadFile", "HeadFile", "SignedHead"]

_SUM: Final = b',"sum":"'
_END: Final = b'"}'
_SLACK: Final = 1 << 20
"""The bytes of further lines below which a file is never rewritten."""

_Root = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class DamagedHeadFile(Exception):
    """The file is damaged; the message says where."""


class SignedHead(msgspec.Struct, frozen=True):
    """A signed head: the root in hex, the signed note, and the keys that verify it, the current one
    first."""

    size: int
    root: _Root
    note: str
    keys: tuple[str, ...]

    @property
    def head(self) -> TreeHead:
        return TreeHead(self.size, bytes.fromhex(self.root))


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    timelines: dict[str, SignedHead]
    log: str = ""


_line = msgspec.json.Decoder(_Line)
_encode = msgspec.json.Encoder(order="sorted").encode


class HeadFile:
    """The file at `path` for the log with the identity `log`, and its heads. `load` reads
    one that exists. Only one process may write to it."""

    def __init__(self, path: Path, log: str) -> None:
        self.path = path
        self.log = log
        self.heads: dict[str, SignedHead] = {}
        self._end = b"\n"
        self._base = 0
        self._length: int | None = None
        """The known length of the file in bytes, or None if the next write must rewrite it."""

    @classmethod
    def load(cls, path: Path) -> HeadFile | None:
        """Load the file; None if there is none. Raises DamagedHeadFile, OSError."""
        content = read_file(path)
        if content is None:
            return None
        first, *further = content.split(b"\n")
        opening = _read(first, 1, may_lack_sum=True)
        if not opening.log:
            raise DamagedHeadFile("line 1 does not name a log")
        file = cls(path, opening.log)
        file.heads |= opening.timelines
        file._base = len(first)
        file._end = b"" if further else b"\n"
        for number, line in enumerate(further[:-1], 2):
            file.heads |= _read(line, number).timelines
        if not further or not further[-1]:
            file._length = len(content)
        return file

    def add(self, heads: Mapping[str, SignedHead]) -> None:
        """Save further heads durably. If it raises OSError, nothing was saved."""
        line = self._end + _written(b'{"timelines":' + _encode(heads))
        length = self._length
        if length is None or length + len(line) > 2 * self._base + _SLACK:
            self.rewrite(heads)
            return
        self._length = None
        if not append_durably(self.path, length, line):
            self.rewrite(heads)
            return
        self._length, self._end = length + len(line), b""
        self.heads |= heads

    def rewrite(self, heads: Mapping[str, SignedHead]) -> None:
        """Rewrite the file with further heads. If it raises OSError, the file is unchanged."""
        merged = {**self.heads, **heads}
        opening = b'{"log":%b,"timelines":%b' % (_encode(self.log), _encode(merged))
        line = _written(opening)
        self._length = None
        write_whole(self.path, line)
        self._length, self._base, self._end = len(line), len(line), b""
        self.heads |= heads


def _written(opening: bytes) -> bytes:
    return opening + _SUM + sha256(opening).hexdigest().encode() + _END + b"\n"


def _read(line: bytes, number: int, *, may_lack_sum: bool = False) -> _Line:
    opening, found, rest = line.rpartition(_SUM)
    try:
        if found and rest == sha256(opening).hexdigest().encode() + _END:
            return _line.decode(opening + b"}")
        if found or not may_lack_sum:
            raise DamagedHeadFile(f"line {number} is not as it was written")
        read = _line.decode(line)
        for timeline, head in read.timelines.items():
            _compare(timeline, head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedHeadFile(f"line {number}: {error}") from error
    return read


def _compare(timeline: str, head: SignedHead) -> None:
    """Check a head in a line without a sum; only its note makes that possible."""
    try:
        noted = SignedCheckpoint.parse(head.note.rpartition("\n\n")[0] + "\n")
    except BadNote as error:
        raise DamagedHeadFile(f"the note of {timeline!r} is not one: {error}") from error
    if (noted.size, noted.root) != head.head:
        raise DamagedHeadFile(f"the head of {timeline!r} is not the one in its note")

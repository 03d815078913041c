"""A timeline's history held against its signed checkpoints, line by line, with no key of ours.

What is kept in memory is the tree's edge, 16 bytes an event id, and the redactions that are still
due. A line is held against all that can be told of it alone and of those before it; the roots are
compared where the checkpoints stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec

from events.audit_errors import BadLine, Tampered
from events.checkpoint import Checkpoint
from events.envelope import Header, digest_of
from events.line import MOST_LINE, Line, cut
from events.merkle import Frontier, leaf_hash

__all__ = ["Verification"]

_REDACTION: Final = "statement.redacted"
_header = msgspec.json.Decoder(Header)
_encode = msgspec.json.Encoder().encode
_time = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)


class _Redaction(msgspec.Struct):
    revisions: list[int]


_redaction = msgspec.json.Decoder(_Redaction)


class Verification:
    """Takes the first `size` lines of a timeline in their order: as many as the largest of the
    signed checkpoints covers. `redacted` counts those whose text is rightly gone."""

    def __init__(self, timeline: str, signed: Sequence[Checkpoint]) -> None:
        self.timeline = timeline
        self.size = max((checkpoint.size for checkpoint in signed), default=0)
        self.redacted = 0
        self._signed: dict[int, list[Checkpoint]] = {}
        for checkpoint in signed:
            self._signed.setdefault(checkpoint.size, []).append(checkpoint)
        self._tree = Frontier()
        self._good = 0
        self._recorded_at = ""
        self._ids: set[bytes] = set()
        self._due: dict[int, list[tuple[int, str]]] = {}

    @property
    def count(self) -> int:
        """How many lines were taken."""
        return self._tree.size

    def add(self, raw: bytes) -> None:
        """The next line, without its line feed; `Tampered` where it cannot be what was signed,
        `ValueError` behind the last one that a checkpoint covers."""
        revision = self._tree.size + 1
        if revision > self.size:
            raise ValueError(f"no checkpoint covers revision {revision}")
        try:
            line = _cut(raw)
            header = _header_of(line.leaf)
            self._check(header, revision)
            self._check_data(header, line)
        except BadLine as error:
            raise Tampered(f"Revision {revision} {error}.", revision) from error
        if revision in self._due:
            self._check_redaction(header, line)
        self._tree.append(leaf_hash(line.leaf))
        if revision in self._signed:
            self._check_root()

    def finish(self) -> None:
        """All lines that there are were taken; `Tampered` where that is not all that was signed."""
        if self.count < self.size:
            due = self.count + 1
            raise Tampered(f"Revision {due} is not there, though {self.size} are signed.", due)

    def _check(self, header: Header, revision: int) -> None:
        """The header against those before it."""
        if header.timeline != self.timeline:
            raise BadLine(f"is of the timeline {header.timeline[:63]!r}")
        if header.revision != revision:
            raise BadLine(f"is not there: {header.revision} stands in its place")
        if not _time.fullmatch(header.recorded_at):
            raise BadLine("has a recorded time that is none")
        if header.recorded_at < self._recorded_at:
            raise BadLine("was recorded before the one in front of it")
        self._recorded_at = header.recorded_at
        id_ = sha256(header.id.encode()).digest()[:16]
        if id_ in self._ids:
            raise BadLine("has the id of an event before it")
        self._ids.add(id_)

    def _check_data(self, header: Header, line: Line) -> None:
        if line.salt is not None and line.data is not None:
            if digest_of(line.salt, line.data) != header.digest:
                raise BadLine("does not have the data that its digest is of")
            return
        if line.redacted is None:
            raise BadLine("has lost its data without a redaction")
        if line.redacted <= header.revision:
            raise BadLine("names a redaction that is not behind it")
        if line.redacted > self.size:
            revision = header.revision
            reason = f"Revision {revision} names a redaction that no signed checkpoint covers."
            raise Tampered(reason, revision, wants=line.redacted)
        self._due.setdefault(line.redacted, []).append((header.revision, header.subject))
        self.redacted += 1

    def _check_redaction(self, header: Header, line: Line) -> None:
        """What lines before it said of this one: that it redacts them."""
        due = self._due.pop(header.revision)
        named = _named(line) if header.type == _REDACTION else frozenset()
        for revision, subject in due:
            if revision not in named or subject != header.subject:
                reason = (
                    f"Revision {revision} has lost its data: {header.revision} does not say so."
                )
                raise Tampered(reason, revision)

    def _check_root(self) -> None:
        for checkpoint in self._signed[self.count]:
            if self._tree.root() != checkpoint.root:
                reason = (
                    f"One of the revisions {self._good + 1} to {self.count} is not what was "
                    f"signed: the root over {self.count} leaves is another."
                )
                raise Tampered(reason, None, good=self._good)
            self._good = self.count


def _cut(raw: bytes) -> Line:
    if len(raw) > MOST_LINE:
        raise BadLine(f"has more than {MOST_LINE} bytes")
    return cut(raw)


def _header_of(leaf: bytes) -> Header:
    """The header of these bytes, which has one spelling: no member twice, none more, no space."""
    try:
        header = _header.decode(leaf)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadLine(f"has no readable header ({error})") from error
    if _encode(header) != leaf:
        raise BadLine("has a header that is not written as headers are")
    return header


def _named(line: Line) -> frozenset[int]:
    """The revisions that a redaction names."""
    try:
        return frozenset(_redaction.decode(line.data or b"{}").revisions)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset()

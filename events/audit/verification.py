"""Checks a timeline's history against its signed checkpoints, line by line, without the service's
key.

It keeps in memory the tree's edge, 16 bytes for each event id, and the redactions that were named
but not seen yet. Each line is checked by itself and against the lines before it; roots are compared
at the sizes of the checkpoints. If one root does not match but a later one does, the lines are as
they were signed, and the signatures contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec

from events.audit.line import MOST_LINE, Line, cut
from events.event.envelope import Header, digest_of, form_fault
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import BadLine, Tampered, TwoHistories
from events.tlog.merkle import Frontier, leaf_hash

__all__ = ["Verification"]

_REDACTION: Final = "statement.redacted"
_header = msgspec.json.Decoder(Header)


class _Redaction(msgspec.Struct):
    revisions: list[int]


_redaction = msgspec.json.Decoder(_Redaction)


class Verification:
    """Takes the first `size` lines of a timeline in their order: as many as the largest of the
    signed checkpoints covers. `redacted` counts the lines whose text was removed by a valid
    redaction."""

    def __init__(self, timeline: str, signed: Sequence[SignedCheckpoint]) -> None:
        self.timeline = timeline
        self.size = max((checkpoint.size for checkpoint in signed), default=0)
        self.redacted = 0
        self._signed: dict[int, list[SignedCheckpoint]] = {}
        for checkpoint in signed:
            self._signed.setdefault(checkpoint.size, []).append(checkpoint)
        self._tree = Frontier()
        self._good = 0
        self._other: int | None = None
        self._recorded_at = ""
        self._ids: set[bytes] = set()
        self._due: dict[int, list[tuple[int, str]]] = {}

    @property
    def count(self) -> int:
        """The number of lines so far."""
        return self._tree.size

    def add(self, raw: bytes) -> None:
        """Check the next line, given without its line feed. Raises `Tampered` if it cannot be what
        was signed, and `ValueError` after the last line that a checkpoint covers."""
        revision = self._tree.size + 1
        if revision > self.size:
            raise ValueError(f"no checkpoint covers revision {revision}")
        try:
            self._add(raw, revision)
        except Tampered as error:
            self._refuse_root(error)
            raise

    def _add(self, raw: bytes, revision: int) -> None:
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
        """Call this after the last line. Raises `Tampered` if signed lines are missing."""
        if self.count < self.size:
            self._refuse_root()
            due = self.count + 1
            raise Tampered(f"Revision {due} is not there, though {self.size} are signed.", due)

    def _check(self, header: Header, revision: int) -> None:
        """Check the header against the headers before it."""
        if header.timeline != self.timeline:
            raise BadLine(f"is of the timeline {header.timeline[:63]!r}")
        if header.revision != revision:
            raise BadLine(f"is not there: {header.revision} is in its place")
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
                raise BadLine("has data that does not match its digest")
            return
        if line.redacted is None:
            raise BadLine("has lost its data without a redaction")
        if line.redacted <= header.revision:
            raise BadLine("names a redaction that is not a later event")
        if line.redacted > self.size:
            revision = header.revision
            reason = f"Revision {revision} names a redaction that no signed checkpoint covers."
            raise Tampered(reason, revision, wants=line.redacted)
        self._due.setdefault(line.redacted, []).append((header.revision, header.subject))
        self.redacted += 1

    def _check_redaction(self, header: Header, line: Line) -> None:
        """Check that this event is the redaction that earlier lines named."""
        due = self._due.pop(header.revision)
        named = _named(line) if header.type == _REDACTION else frozenset()
        for revision, subject in due:
            if revision not in named or subject != header.subject:
                reason = (
                    f"Revision {revision} has lost its data: {header.revision} does not say so."
                )
                raise Tampered(reason, revision)

    def _check_root(self) -> None:
        """Compare the roots that were signed at this size."""
        fits = [checkpoint.root == self._tree.root() for checkpoint in self._signed[self.count]]
        if not all(fits) and self._other is None:
            self._other = self.count
        if any(fits) and self._other is not None:
            raise TwoHistories((self._other, self.count))
        if any(fits):
            self._good = self.count
        if self.count == self.size:
            self._refuse_root()

    def _refuse_root(self, cause: Tampered | None = None) -> None:
        """Raise `Tampered` if a root did not match and no later checkpoint can match either."""
        if self._other is not None and not isinstance(cause, TwoHistories):
            raise Tampered(
                f"One of the revisions {self._good + 1} to {self._other} is not what was signed: "
                f"the root over {self._other} leaves is another.",
                None,
                good=self._good,
            ) from cause


def _cut(raw: bytes) -> Line:
    if len(raw) > MOST_LINE:
        raise BadLine(f"has more than {MOST_LINE} bytes")
    return cut(raw)


def _header_of(leaf: bytes) -> Header:
    """Decode the header in these bytes."""
    try:
        header = _header.decode(leaf)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadLine(f"has no readable header ({error})") from error
    fault = form_fault(header, leaf)
    if fault is not None:
        raise BadLine(fault)
    return header


def _named(line: Line) -> frozenset[int]:
    """The revisions that the redaction in this line names."""
    try:
        return frozenset(_redaction.decode(line.data or b"{}").revisions)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset()

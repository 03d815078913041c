"""The keys of the log on Redis, and what they contain.

All keys of partition p hold `{p}`, so that a cluster keeps them on one server:

    onrecord:meta                      the log's identity, as JSON; written once, last of all
    onrecord:{p}:log                   the stream: an entry `<position>-0` for each event
    onrecord:{p}:log:copy, :before     while a removal runs: the new stream, and the old one
    onrecord:{p}:revisions             timeline → its last revision; `:log` → what `meta` holds,
                                       written first; no timeline's name has a colon
    onrecord:{p}:<timeline>:subjects   subject → revision of the last event that touched it
    onrecord:{p}:<timeline>:ids        event id or claim → `<revision>:<fingerprint>`
    onrecord:{p}:checkpoints           a stream: the latest signed checkpoint of each timeline
    onrecord:{p}:checkpoints:ids       timeline → the id of its entry there
    onrecord:{0}:notices               a stream: the notices of the last hours

An entry has the fields `h` header, `s` salt in hex, `d` data; once redacted, only `h` and `r`, the
revision of the redaction. An entry among the checkpoints has `t` timeline and `c` what was
published; one among the notices `n`, the notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from events.errors import CorruptEvent
from events.event.envelope import StoredEvent
from events.log.contract import Receipt

__all__ = ["GONE", "MARK", "NOTICES", "Entry", "Keys", "receipt_of", "runs_of", "stored_event"]

Entry = tuple[bytes, Sequence[bytes]]
"""An entry of a stream as the server returns it: its id, then fields and values in turn."""

MARK = ":log"
"""The field of the revisions hash that holds the log's identity."""

NOTICES = 0
"""The partition that has the notices, which belong to no timeline."""

GONE = "The Redis server no longer holds the log that was opened."
"""The message if the mark is missing or another log's."""

_SALT = re.compile(rb"[0-9a-f]{32}")
_LONGEST_RUN = 32


class Keys(NamedTuple):
    """The names of the log's keys."""

    prefix: str

    @property
    def meta(self) -> str:
        return f"{self.prefix}meta"

    @property
    def notices(self) -> str:
        return f"{self.prefix}{{{NOTICES}}}:notices"

    def log(self, partition: int) -> str:
        return f"{self.prefix}{{{partition}}}:log"

    def revisions(self, partition: int) -> str:
        return f"{self.prefix}{{{partition}}}:revisions"

    def subjects(self, partition: int, timeline: str) -> str:
        return f"{self.prefix}{{{partition}}}:{timeline}:subjects"

    def ids(self, partition: int, timeline: str) -> str:
        return f"{self.prefix}{{{partition}}}:{timeline}:ids"

    def checkpoints(self, partition: int) -> str:
        return f"{self.prefix}{{{partition}}}:checkpoints"

    def checkpoint_ids(self, partition: int) -> str:
        return f"{self.prefix}{{{partition}}}:checkpoints:ids"


def stored_event(entry: Entry) -> StoredEvent:
    """The event that an entry holds.

    Its fields are not checked here; the codec does that and knows the timeline. Raises
    `CorruptEvent` if the id is not one of the log's.
    """
    id_, values = entry
    position, _, rest = id_.partition(b"-")
    if rest != b"0":
        raise CorruptEvent(int(position), f"has the id {id_.decode()}, which is not the log's")
    match values:
        case [b"h", header, b"s", salt, b"d", data] if _SALT.fullmatch(salt):
            return StoredEvent(int(position), header, bytes.fromhex(salt.decode()), data)
    fields = dict(zip(values[::2], values[1::2], strict=True))
    salt, redacted = fields.get(b"s", b""), fields.get(b"r", b"")
    return StoredEvent(
        int(position),
        fields.get(b"h", b""),
        bytes.fromhex(salt.decode()) if _SALT.fullmatch(salt) else None,
        fields.get(b"d"),
        int(redacted) if redacted.isdigit() else None,
    )


def receipt_of(text: bytes | None) -> Receipt | None:
    """Decode a value of the hash of ids."""
    if text is None:
        return None
    revision, _, fingerprint = text.decode().partition(":")
    return Receipt(int(revision), fingerprint)


def runs_of(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Group ascending positions into runs of neighbours; the first and the last of each run."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and position == runs[-1][1] + 1 and position - runs[-1][0] < _LONGEST_RUN:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs

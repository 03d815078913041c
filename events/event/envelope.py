"""What surrounds an event's data: subjects, the header whose bytes are the leaf, digest and seal.

The format of these bytes never changes: they are stored, hashed and served as they are. A sealed
event lacks only its revision and recorded time, which the log inserts between `head` and `tail`
when it appends the event.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple, NewType

import msgspec

__all__ = [
    "ACTORS",
    "HEAD",
    "NEW",
    "TIMELINE",
    "Header",
    "Position",
    "Revision",
    "SealedEvent",
    "StoredEvent",
    "Subject",
    "actor_subject",
    "digest_of",
    "form_fault",
    "grant_subject",
    "header_bytes",
    "key_subject",
    "line_of",
    "proposal_subject",
    "redactable_subject",
    "seal_of",
    "source_subject",
    "statement_subject",
    "subject_id",
]

Position = NewType("Position", int)
"""An event's place in its partition: 1, 2, 3 … without gaps."""

Revision = NewType("Revision", int)
"""An event's place in its timeline: 1, 2, 3 … without gaps."""

Subject = NewType("Subject", str)
"""What an event is about: `timeline`, `statements/<id>`, `actors/<id>`, `sources/<id>`; on the
timeline `_access` also `keys/<name>` and `grants/<id>`, on `_proposals.<t>` `proposals/<id>`."""

TIMELINE = Subject("timeline")
ACTORS = Subject("actors")
"""Every event about an actor touches this subject, because spellings are unique within a
timeline."""

HEAD = Subject("head")
"""The subject of no event. Its expected revision is the timeline's own: no other event may be
recorded before the append."""

_PROPOSAL = "proposals/"

NEW = Revision(0)
"""The revision of a subject that no event has touched."""


def statement_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"statements/{id}")


def actor_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"actors/{id}")


def source_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"sources/{id}")


def key_subject(name: str) -> Subject:
    return Subject(f"keys/{name}")


def grant_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"grants/{id}")


def proposal_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"{_PROPOSAL}{id}")


def redactable_subject(timeline: str, id: str) -> Subject:  # noqa: A002 - the field's own name
    """The statement, or on a timeline of proposals the proposal, with that id: what a redaction
    removes the text of."""
    return proposal_subject(id) if timeline.startswith("_") else statement_subject(id)


def subject_id(subject: str) -> str:
    """The id after the first `/` of a subject."""
    return subject.partition("/")[2]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The header of a recorded event, in the order of its bytes."""

    timeline: str
    revision: int
    recorded_at: str
    id: str
    type: str
    version: int
    subject: str
    author: str
    digest: str
    seal: str


_encode = msgspec.json.Encoder().encode
_time = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)


def form_fault(header: Header, raw: bytes) -> str | None:
    """What is wrong with the form of a header, or None. The seal does not cover the form: a header
    must be written in exactly one way (no repeated or unknown members, no spaces), and its recorded
    time must be a time."""
    if _encode(header) != raw:
        return "has a header that is not written as headers are"
    if not _time.fullmatch(header.recorded_at):
        return "has an invalid recorded time"
    return None


class SealedEvent(NamedTuple):
    """An event ready to be appended.

    `touches` are the subjects whose revision it changes; `fingerprint` is compared with that of an
    earlier event of the same id; `tail` is the header from `","id":` on; `salt` is 16 bytes.
    """

    timeline: str
    id: str
    touches: tuple[Subject, ...]
    fingerprint: str
    tail: bytes
    salt: bytes
    data: bytes


class StoredEvent(NamedTuple):
    """The bytes of one event as the log stores them. `salt` and `data` are None after a redaction;
    `redacted` is then the revision of the redaction, or None if they are missing for no known
    reason."""

    position: int
    header: bytes
    salt: bytes | None
    data: bytes | None
    redacted: int | None = None


_BEFORE_TAIL = len(b'{"timeline":"","revision":0,"recorded_at":"')
"""Bytes of a header before its tail while the log has not filled them in."""

_DATA = hashlib.sha256(b"onrecord-data-v1\0")


def digest_of(salt: bytes, data: bytes) -> str:
    """`sha256:<hex>` over the salt (16 bytes) and the data."""
    hashed = _DATA.copy()
    hashed.update(salt + data)
    return "sha256:" + hashed.hexdigest()


def seal_of(  # noqa: PLR0913 - the fields that the seal covers, in their order
    key: bytes,
    timeline: str,
    id: str,  # noqa: A002 - the field's own name
    type: str,  # noqa: A002 - the field's own name
    version: int,
    subject: str,
    author: str,
    digest: str,
) -> str:
    """The HMAC-SHA256 in hex that shows that the service itself made this event. `key` is 32
    bytes."""
    message = (
        f"onrecord-seal-v1\n{timeline}\n{id}\n{type}\n{version}\n{subject}\n{author}\n{digest}"
    )
    begun, end = _keyed(key)
    inner, outer = begun.copy(), end.copy()
    inner.update(message.encode())
    outer.update(inner.digest())
    return outer.hexdigest()


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """The two hashes of an HMAC (RFC 2104), each begun with the key, which fills a block. Hashing
    the key costs more than hashing a header, so it is done once for each key. A copy of `hmac.HMAC`
    takes twice as long."""
    padded = key.ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    return hashlib.sha256(inner), hashlib.sha256(outer)


def tail_of(  # noqa: PLR0913 - the fields of the header behind the two that the log sets
    id: str,  # noqa: A002 - the field's own name
    type: str,  # noqa: A002 - the field's own name
    version: int,
    subject: str,
    author: str,
    digest: str,
    seal: str,
) -> bytes:
    """The part of a header that follows the recorded time."""
    header = Header(
        timeline="",
        revision=0,
        recorded_at="",
        id=id,
        type=type,
        version=version,
        subject=subject,
        author=author,
        digest=digest,
        seal=seal,
    )
    return _encode(header)[_BEFORE_TAIL:]


def header_bytes(timeline: str, revision: int, recorded_at: str, tail: bytes) -> bytes:
    """The whole header. `append.lua` builds the same bytes."""
    return (
        f'{{"timeline":"{timeline}","revision":{revision},"recorded_at":"{recorded_at}'.encode()
        + tail
    )


def line_of(stored: StoredEvent) -> bytes:
    """The event as one exact line of NDJSON, without its line feed."""
    opened = stored.header[:-1]
    if stored.salt is not None and stored.data is not None:
        return b'%b,"salt":"%b","data":%b}' % (opened, stored.salt.hex().encode(), stored.data)
    if stored.redacted is not None:
        return b'%b,"redacted":%d}' % (opened, stored.redacted)
    return opened + b',"missing":true}'

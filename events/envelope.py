"""What surrounds an event's data: subjects, the header whose bytes are the leaf, digest and seal.

The bytes are fixed for ever: they are stored, hashed and served as they are. A sealed event is
complete but for its revision and recorded time, which the log splices between `head` and `tail`
when it appends.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import NamedTuple, NewType

import msgspec

__all__ = [
    "ACTORS",
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
    "header_bytes",
    "line_of",
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
"""What an event is about: `timeline`, `statements/<id>`, `actors/<id>`, `sources/<id>`."""

TIMELINE = Subject("timeline")
ACTORS = Subject("actors")
"""Touched by every event about an actor: spellings are unique over a timeline."""

NEW = Revision(0)
"""The revision of a subject that nothing has touched."""


def statement_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"statements/{id}")


def actor_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"actors/{id}")


def source_subject(id: str) -> Subject:  # noqa: A002 - the field's own name
    return Subject(f"sources/{id}")


def subject_id(subject: str) -> str:
    """The id behind the first `/` of a subject."""
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


class SealedEvent(NamedTuple):
    """An event ready to be appended.

    `touches` are the subjects that it moves; `fingerprint` tells whether an event of the same id
    is the same event; `tail` is the header from `","id":` on; `salt` is 16 bytes.
    """

    timeline: str
    id: str
    touches: tuple[Subject, ...]
    fingerprint: str
    tail: bytes
    salt: bytes
    data: bytes


class StoredEvent(NamedTuple):
    """The bytes that the log keeps of one event. `salt` and `data` are None once redacted;
    `redacted` is then the revision of the redaction (None where they are missing without one)."""

    position: int
    header: bytes
    salt: bytes | None
    data: bytes | None
    redacted: int | None = None


class _Tail(msgspec.Struct, frozen=True):
    id: str
    type: str
    version: int
    subject: str
    author: str
    digest: str
    seal: str


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
    """HMAC-SHA256 in hex: that the service itself made this event. `key` is 32 bytes."""
    message = (
        f"onrecord-seal-v1\n{timeline}\n{id}\n{type}\n{version}\n{subject}\n{author}\n{digest}"
    )
    sealed = _keyed(key).copy()
    sealed.update(message.encode())
    return sealed.hexdigest()


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> hmac.HMAC:
    """To set a hash up costs more than to hash a header: it is done once a key, and copied."""
    return hmac.new(key, digestmod="sha256")


def tail_of(  # noqa: PLR0913 - the fields of the header behind the two that the log sets
    id: str,  # noqa: A002 - the field's own name
    type: str,  # noqa: A002 - the field's own name
    version: int,
    subject: str,
    author: str,
    digest: str,
    seal: str,
) -> bytes:
    """The header from behind the recorded time to its end."""
    fields = msgspec.json.encode(_Tail(id, type, version, subject, author, digest, seal))
    return b'",' + fields[1:]


def header_bytes(timeline: str, revision: int, recorded_at: str, tail: bytes) -> bytes:
    """The whole header: what `append.lua` builds too, byte for byte."""
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

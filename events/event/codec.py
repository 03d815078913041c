"""Converts events to bytes and back. No other module decodes events.

Opening an event checks everything that can be checked on the event alone: the header can be
decoded, the digest matches salt and data, the seal is the service's own, and the data fits its
type.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from events.errors import CorruptEvent
from events.event.envelope import (
    Header,
    SealedEvent,
    StoredEvent,
    Subject,
    digest_of,
    seal_of,
    tail_of,
)
from events.event.types import TYPES, Event, StatementRecorded, touches
from events.event.upcasting import upcast
from events.statement.statement import Statement

__all__ = ["Codec", "RecordedEvent", "encode_data", "fingerprint_of", "read_header"]

_encoder = msgspec.json.Encoder()
_header = msgspec.json.Decoder(Header)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(Statement if cls is StatementRecorded else cls)
    for name, cls in TYPES.items()
}


class RecordedEvent(NamedTuple):
    """An event as it was recorded. `event` is None once it is redacted."""

    position: int
    header: Header
    event: Event | None


def encode_data(event: Event) -> bytes:
    """The event's data: one JSON object on one line, every field present."""
    return _encoder.encode(event.statement if isinstance(event, StatementRecorded) else event)


def read_header(stored: StoredEvent) -> Header:
    """Decode the header of a stored event. Raises `CorruptEvent` if it cannot be decoded."""
    try:
        return _header.decode(stored.header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorruptEvent(stored.position, f"has no readable header ({error})") from error


class Codec:
    """Seals events with the service's key (32 bytes) and opens what carries that seal.

    With None instead of a key it cannot seal, and checks only the digest when it opens an event.
    Auditors have no seal key; they check the headers against the signed root instead.
    """

    def __init__(self, seal_key: bytes | None) -> None:
        self._key = seal_key

    def seal(  # noqa: PLR0913 - what an event consists of
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        subject: Subject,
        event: Event,
        author: str,
        salt: bytes,
        fingerprint: str | None = None,
    ) -> SealedEvent:
        """Seal an event, so that it can be appended. `salt` is 16 random bytes; the default
        `fingerprint` is made of type, subject and data."""
        if self._key is None:
            raise TypeError("without a key nothing is sealed")
        cls = type(event)
        data = encode_data(event)
        digest = digest_of(salt, data)
        version = cls.schema_version
        seal = seal_of(self._key, timeline, id, cls.event_type, version, subject, author, digest)
        return SealedEvent(
            timeline=timeline,
            id=id,
            touches=touches(subject, event),
            fingerprint=fingerprint or fingerprint_of(cls.event_type, subject, data),
            tail=tail_of(id, cls.event_type, version, subject, author, digest, seal),
            salt=salt,
            data=data,
        )

    def claim_fingerprint(self, content: bytes) -> str:
        """A fingerprint of a request, to compare it with another one: 32 hex digits. Without the
        service's key it reveals nothing of the content, even after a redaction."""
        if self._key is None:
            raise TypeError("without a key nothing is claimed")
        message = b"onrecord-claim-v1\n" + content
        return hmac.new(self._key, message, "sha256").hexdigest()[:32]

    def publication_seal(self, timeline: str, content: bytes) -> str:
        """A seal of what the service publishes for a timeline: 64 hex digits."""
        if self._key is None:
            raise TypeError("without a key nothing is published")
        message = f"onrecord-publication-v1\n{timeline}\n".encode() + content
        return hmac.new(self._key, message, "sha256").hexdigest()

    def open(self, stored: StoredEvent, header: Header | None = None) -> RecordedEvent:
        """Decode a stored event. Raises `CorruptEvent` if the bytes differ from what was sealed. A
        caller that has decoded the header already passes it, which saves decoding it again."""
        header = self.check(stored, header)
        if stored.data is None:
            return RecordedEvent(stored.position, header, None)
        return RecordedEvent(stored.position, header, _decode(stored, header, stored.data))

    def check(self, stored: StoredEvent, header: Header | None = None) -> Header:
        """Check the seal and the digest of a stored event, and return its header. The data may be
        absent if the event is marked as redacted. Raises `CorruptEvent` if a check fails. `header`
        as in `open`."""
        if header is None:
            header = read_header(stored)
        self._check_seal(stored, header)
        if stored.data is None or stored.salt is None:
            if stored.redacted is None:
                raise _corrupt(stored, header, "has lost its data without a redaction")
        elif digest_of(stored.salt, stored.data) != header.digest:
            raise _corrupt(stored, header, "does not have the digest of its data")
        return header

    def _check_seal(self, stored: StoredEvent, header: Header) -> None:
        if self._key is None:
            return
        seal = seal_of(
            self._key,
            header.timeline,
            header.id,
            header.type,
            header.version,
            header.subject,
            header.author,
            header.digest,
        )
        if not hmac.compare_digest(seal, header.seal):
            raise _corrupt(stored, header, "does not carry this service's seal")


def fingerprint_of(event_type: str, subject: str, data: bytes) -> str:
    """A fingerprint of an event, to compare it with another one of the same id: 32 hex digits over
    type, subject and data. It contains no salt, so a redaction must blank it."""
    return sha256(b"\n".join((event_type.encode(), subject.encode(), data))).hexdigest()[:32]


def _decode(stored: StoredEvent, header: Header, data: bytes) -> Event:
    cls = TYPES.get(header.type)
    if cls is None or header.version > cls.schema_version:
        raise _corrupt(
            stored, header, f"is a {header.type} version {header.version}, unknown to this release"
        )
    try:
        if header.version == cls.schema_version:
            value = _decoders[header.type].decode(data)
        else:
            value = _upcast(header, cls, data)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
        raise _corrupt(stored, header, f"does not hold a {header.type}: {error}") from error
    return StatementRecorded(statement=value) if cls is StatementRecorded else value


def _upcast(header: Header, cls: type[Event], data: bytes) -> Any:
    old = msgspec.json.decode(data, type=dict[str, Any])
    new = upcast(header.type, header.version, cls.schema_version, old)
    return msgspec.convert(new, type=Statement if cls is StatementRecorded else cls)


def _corrupt(stored: StoredEvent, header: Header, reason: str) -> CorruptEvent:
    return CorruptEvent(stored.position, reason, header.timeline, header.revision)

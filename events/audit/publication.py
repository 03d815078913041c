"""A signed checkpoint as the signing service publishes it to the other services, through the log.

It starts with 64 hex digits and a line feed; a JSON object follows, with the note and the verifier
keys to check it with. The digits are a seal made with the service's own key. Write access to Redis
does not give that key, so the verifier keys can be trusted.
"""

from __future__ import annotations

import hmac

import msgspec

from events.event.codec import Codec
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import BadNote
from events.tlog.note import VerifierKey, open_note

__all__ = ["Publication", "open_publication", "seal_publication"]


class Publication(msgspec.Struct, frozen=True):
    """The signed note of a timeline, and the keys that sign it, the current one first."""

    note: str
    keys: tuple[str, ...]

    def checkpoint(self) -> SignedCheckpoint:
        """The checkpoint in the note. Raises `BadNote`, `BadKey` or `UnknownSignature` if the note
        is invalid."""
        known = [VerifierKey.parse(key) for key in self.keys]
        return SignedCheckpoint.parse(open_note(self.note.encode(), known).text)


_decode = msgspec.json.Decoder(Publication).decode
_encode = msgspec.json.Encoder().encode


def seal_publication(codec: Codec, timeline: str, publication: Publication) -> bytes:
    """The bytes to publish for the timeline."""
    content = _encode(publication)
    return codec.publication_seal(timeline, content).encode() + b"\n" + content


def open_publication(codec: Codec, timeline: str, published: bytes) -> Publication:
    """The publication in these bytes. Raises `BadNote` if the service did not publish it for this
    timeline."""
    seal, _, content = published.partition(b"\n")
    if not hmac.compare_digest(seal, codec.publication_seal(timeline, content).encode()):
        raise BadNote("What was published does not carry this service's seal.")
    try:
        return _decode(content)
    except msgspec.DecodeError as error:
        raise BadNote(f"What was published cannot be read: {error}.") from error

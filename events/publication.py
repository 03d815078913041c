"""A signed checkpoint as the service that signs publishes it to the others, through the log.

Behind 64 hex digits and a line feed comes a JSON object of the note and the verifier keys that it
is checked with. The digits are a seal by the service's own key, which whoever can write to Redis
does not have: so the keys can be believed.
"""

from __future__ import annotations

import hmac

import msgspec

from events.audit_errors import BadNote
from events.checkpoint import Checkpoint
from events.codec import Codec
from events.note import VerifierKey, open_note

__all__ = ["Publication", "open_publication", "seal_publication"]


class Publication(msgspec.Struct, frozen=True):
    """The signed note of a timeline, and the keys that sign it, the current one first."""

    note: str
    keys: tuple[str, ...]

    def checkpoint(self) -> Checkpoint:
        """What the note says. `BadNote`, `BadKey`, `UnknownSignature` where it does not hold."""
        known = [VerifierKey.parse(key) for key in self.keys]
        return Checkpoint.parse(open_note(self.note.encode(), known).text)


_decode = msgspec.json.Decoder(Publication).decode
_encode = msgspec.json.Encoder().encode


def seal_publication(codec: Codec, timeline: str, publication: Publication) -> bytes:
    """What is published of the timeline."""
    content = _encode(publication)
    return codec.publication_seal(timeline, content).encode() + b"\n" + content


def open_publication(codec: Codec, timeline: str, published: bytes) -> Publication:
    """What was published of the timeline; `BadNote` where the service did not publish it."""
    seal, _, content = published.partition(b"\n")
    if not hmac.compare_digest(seal, codec.publication_seal(timeline, content).encode()):
        raise BadNote("What was published does not carry this service's seal.")
    try:
        return _decode(content)
    except msgspec.DecodeError as error:
        raise BadNote(f"What was published cannot be read: {error}.") from error

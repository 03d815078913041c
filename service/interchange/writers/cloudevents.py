"""Events as CloudEvents 1.0, in the JSON batch format: the data of each is the exact event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

__all__ = ["write_cloudevents", "write_ndjson"]

_encode = msgspec.json.Encoder().encode
_BATCH: Final = (b"[\n", b",\n")


class _Facts(Struct):
    """The parts of an event's line that the attributes of a CloudEvent are made from."""

    timeline: str
    recorded_at: str
    id: str
    type: str
    subject: str


class _Attributes(Struct, frozen=True, kw_only=True):
    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = "application/json"


_facts = msgspec.json.Decoder(_Facts)


def write_cloudevents(batches: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """The events, given as their lines, as one JSON array; a chunk for each batch, and one for the
    end."""
    before, between = _BATCH
    for batch in batches:
        if not batch:
            yield b""
            continue
        yield before + between.join(map(_cloud_event, batch))
        before = between
    yield b"[]\n" if before == _BATCH[0] else b"\n]\n"


def write_ndjson(batches: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """The unchanged lines of events; a chunk for each batch."""
    for batch in batches:
        yield b"".join([line + b"\n" for line in batch])


def _cloud_event(line: bytes) -> bytes:
    """One CloudEvent. Its source is the address of the timeline within any service that has the
    log; its id is the event's, which is unique there."""
    facts = _facts.decode(line)
    attributes = _Attributes(
        id=facts.id,
        source=f"/v1/timelines/{facts.timeline}",
        type=f"onrecord.{facts.type}",
        subject=facts.subject,
        time=facts.recorded_at,
    )
    return b'%b,"data":%b}' % (_encode(attributes)[:-1], line)

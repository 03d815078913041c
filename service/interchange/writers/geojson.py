"""GeoJSON (RFC 7946): a feature for each statement, at its places. Its properties are the whole
statement. A statement without coordinates is a feature without geometry (3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from events.statement.statement import Place
from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import HISTORY

__all__ = ["LOSSES", "write_geojson"]

LOSSES: Final = (HISTORY,)

_encode = msgspec.json.Encoder().encode


def write_geojson(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """One FeatureCollection. Its name and revision are foreign members (6.1)."""
    shown = preamble.timeline
    yield b'{"type":"FeatureCollection","name":%b,"revision":%d,"features":[' % (
        _encode(shown.timeline),
        shown.revision,
    )
    before = b""
    for batch in batches:
        if batch:
            yield before + b",\n".join(map(_feature, batch))
            before = b",\n"
    yield b"]}\n"


def _feature(each: ExportedStatement) -> bytes:
    shown = each.decode()
    geometry = _encode(_geometry(shown.places))
    return b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}' % (
        _encode(shown.id),
        geometry,
        each.json,
    )


def _geometry(places: Sequence[Place]) -> dict[str, Any] | None:
    """A point, or several; None if no place has coordinates. The longitude comes first (3.1.1)."""
    points = [
        (place.longitude, place.latitude)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points} if points else None

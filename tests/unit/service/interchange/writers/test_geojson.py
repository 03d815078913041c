"""GeoJSON, by the rules of RFC 7946."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.geojson import write_geojson
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import as_exported, exported, written


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_every_statement_is_a_feature_with_all_its_fields(shown: list[dict[str, Any]]) -> None:
    """A feature has its three members, positions of longitude and latitude, and the statement as
    its properties, with nothing lost."""
    document = json.loads(written(write_geojson, as_exported(shown), []))
    assert document["type"] == "FeatureCollection"
    assert [feature["properties"] for feature in document["features"]] == shown
    for feature, each in zip(document["features"], shown, strict=True):
        assert (feature["type"], feature["id"]) == ("Feature", each["id"])
        points = [
            [place["longitude"], place["latitude"]]
            for place in each["places"]
            if place["latitude"] is not None
        ]
        geometry = feature["geometry"]
        if not points:
            assert geometry is None
        elif len(points) == 1:
            assert geometry == {"type": "Point", "coordinates": points[0]}
        else:
            assert geometry == {"type": "MultiPoint", "coordinates": points}


def test_the_longitude_comes_first() -> None:
    """Kursk is at 36° east and 52° north."""
    place = {"name": "Kursk", "latitude": 51.7, "longitude": 36.2}
    document = json.loads(written(write_geojson, [exported(places=[place])]))
    assert document["features"][0]["geometry"]["coordinates"] == [36.2, 51.7]

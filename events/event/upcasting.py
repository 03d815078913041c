"""Converts the data of old schema versions to the current one when an event is read. Stored events
are never rewritten.

A step takes the data of one version (builtins) and returns the data of the next. A type's steps run
from the stored version to `schema_version` of its class. To add a version: raise `schema_version`,
add the step, add a fixture of the old bytes to the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["STEPS", "Step", "upcast"]

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _related_v0(data: dict[str, Any]) -> dict[str, Any]:
    """Drafts wrote the two ends as `type` and `to`, and no note."""
    return {"relation": data["type"], "target": data["to"], "note": None}


def _recorded_v1(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 wrote the actors whom a statement is about as texts. The other fields of version 2
    take their defaults. Corrections may still write such texts."""
    return data | {"about": [{"actor": spelling, "role": None} for spelling in data["about"]]}


STEPS: Mapping[tuple[str, int], Step] = {
    ("statement.related", 0): _related_v0,
    ("statement.recorded", 1): _recorded_v1,
}
"""(type, version) to the step from that version to the next."""


def upcast(event_type: str, version: int, current: int, data: dict[str, Any]) -> dict[str, Any]:
    """Convert `data` from `version` to `current`. Raises KeyError if a step is missing or does not
    fit the data."""
    for v in range(version, current):
        data = STEPS[event_type, v](data)
    return data

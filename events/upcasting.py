"""Old schemas to new, in pure steps, when an event is read. Nothing stored is ever rewritten.

A step takes the data of one version (builtins) and returns that of the next. A type's steps run
from the stored version to `schema_version` of its class. Adding a version means: raise
`schema_version`, add the step, add a fixture of the old bytes to the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["STEPS", "Step", "upcast"]

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _related_v0(data: dict[str, Any]) -> dict[str, Any]:
    """Drafts wrote the two ends as `type` and `to`, and no note."""
    return {"relation": data["type"], "target": data["to"], "note": None}


STEPS: Mapping[tuple[str, int], Step] = {
    ("statement.related", 0): _related_v0,
}
"""(type, version) to the step from that version to the next."""


def upcast(event_type: str, version: int, current: int, data: dict[str, Any]) -> dict[str, Any]:
    """`data` of `version` as data of `current`; KeyError where a step is missing or unfit."""
    for v in range(version, current):
        data = STEPS[event_type, v](data)
    return data

"""What part of a document one run tries, so that each run costs little and many of them try all."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hypothesis import settings

__all__ = ["WIDE", "share"]

WIDE: Final = 100
"""A profile with so many examples tries everything, as CI does."""
_CHANCE: Final = 0.25
"""That an operation has a parameter that another one tries in any case."""
_KINDS: Final = 4
"""So many kinds of commands are tried in one run."""


def share(document: Mapping[str, Any], run: str, examples: int | None = None) -> dict[str, Any]:
    """The document with fewer parameters, other ones in each run.

    An optional parameter that several operations describe alike stays in one of them, and by chance
    in others. That every operation takes each of its parameters up to its bounds is for the tests
    of drift. Of the kinds of commands some stay: each is the body of an operation of its own.

    `run` is the same in all processes of a run.
    """
    shared = _copied(document)
    if (examples or settings().max_examples) >= WIDE:
        return shared
    chance = random.Random(run)
    takers: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for operation, parameter in _optional(shared):
        schema = json.dumps(parameter["schema"])
        takers[parameter["in"], parameter["name"], schema].append(operation)
    for (place, name, _), operations in takers.items():
        kept = chance.choice(operations)
        for operation in operations:
            if operation is not kept and chance.random() > _CHANCE:
                operation["parameters"] = [
                    each
                    for each in operation["parameters"]
                    if (each["in"], each["name"]) != (place, name)
                ]
    schemas = shared["components"]["schemas"]
    if "CommandBody" in schemas:
        body = schemas["CommandBody"]
        left = chance.sample(sorted(body["properties"]), _KINDS)
        kinds = {kind: body["properties"][kind] for kind in left}
        schemas["CommandBody"] = body | {"properties": kinds}
    return shared


def _copied(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document, of which the operations and the table of schemas may be changed."""
    components = document["components"]
    return {
        **document,
        "paths": {
            path: {method: dict(operation) for method, operation in methods.items()}
            for path, methods in document["paths"].items()
        },
        "components": components | {"schemas": dict(components["schemas"])},
    }


def _optional(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    for methods in document["paths"].values():
        for method, operation in methods.items():
            if method != "head":
                for parameter in operation.get("parameters", ()):
                    if not parameter.get("required"):
                        yield operation, parameter

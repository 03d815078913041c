"""The part of a request that is hashed, so that the same request has the same hash in every
release.

Members that a later release added are left out if they have their default. Hashes of requests, and
ids that derive from them, were stored before those members existed; they must equal the hash of the
same request today.
"""

from __future__ import annotations

from typing import Any

import msgspec

from events.statement.statement import Statement

__all__ = ["first_form"]

_OF_STATEMENTS = ("rating", "origin", "extra")
_OF_OTHERS = ("on", "source")


def first_form(value: msgspec.Struct) -> dict[str, Any]:
    """The statement, or a part of it, as JSON without the later members that have their default."""
    told: dict[str, Any] = msgspec.to_builtins(value)
    if not isinstance(value, Statement):
        return {n: part for n, part in told.items() if part is not None or n not in _OF_OTHERS}
    told["about"] = [about.actor if about.role is None else about for about in value.about]
    for part, name in ((told["said"], "with"), *((told, name) for name in _OF_STATEMENTS)):
        if not part[name]:
            del part[name]
    return told

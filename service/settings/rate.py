"""A rate: a number of things in a number of seconds."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Rate", "parse_rate"]

_UNITS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_NAMES: Final = {seconds: name for name, seconds in _UNITS.items()}
_RATE: Final = re.compile(rf"([1-9][0-9]{{0,6}})(?: ?/ ?({'|'.join(_UNITS)}))?")


class Rate(NamedTuple):
    """At most `limit` things in any span of `seconds`."""

    limit: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.limit}/{_NAMES[self.seconds]}"


def parse_rate(text: str) -> Rate | None:
    """`20/second`, or per minute, hour or day; a number alone is per second. None for `off` and
    0."""
    if text.lower() in ("off", "0"):
        return None
    found = _RATE.fullmatch(text.lower())
    if found is None:
        raise ValueError(
            "must be a number from 1 to 9,999,999 and a unit of second, minute, hour or day, such "
            "as 20/second; or off."
        )
    return Rate(int(found[1]), _UNITS[found[2] or "second"])

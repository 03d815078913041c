"""The time of day behind a date, as EDTF has it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["TimedDay", "timed_day"]

_TIME: Final = re.compile(
    r"(.*[^\s,T])(?:,?\s+|T)([0-9]{1,2}):([0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)"
    r"\s*(?:(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})|([AaPp])\.?[Mm]\.?)?"
)
_MIDNIGHT: Final = re.compile(r"0?0:00(?::00(?:\.0+)?)?")
_NOON: Final = 12
_HALVES: Final = {"a": 0, "p": _NOON}


class TimedDay(NamedTuple):
    """A day as it is written, and its time with a `T` before it; empty for midnight, which is what
    programs write for no time."""

    day: str
    time: str


def timed_day(text: str) -> TimedDay | None:
    """The day and the time that stand in a text; None if no time does. Hours with AM or PM are
    those from 1 to 12."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    day, hour, rest, zone, half = found.groups()
    if half is not None:
        if not 1 <= int(hour) <= _NOON:
            return None
        hour = str(int(hour) % _NOON + _HALVES[half.casefold()])
    if _MIDNIGHT.fullmatch(f"{hour}:{rest}") and not zone:
        return TimedDay(day, "")
    zone = "Z" if zone in ("UTC", "GMT") else zone or ""
    zone = f"{zone[:3]}:{zone[-2:]}" if len(zone) > 1 else zone
    return TimedDay(day, f"T{hour:0>2}:{rest}{zone}")

"""The time of day behind a date, as EDTF has it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["TimedDay", "timed_day"]

_CLOCK: Final = r"([0-9]{1,2}):([0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)"
_ZONE: Final = r"(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)"
_TIME: Final = re.compile(rf"(.*[^\s,T])(?:,?\s+|T){_CLOCK}\s*(?:{_ZONE}|([AaPp])\.?[Mm]\.?)?")
_BEFORE_YEAR: Final = re.compile(rf"(.*[^\s,])\s+{_CLOCK}(?:\s+{_ZONE})?\s+([0-9]{{4}})")
"""As logs and Twitter write it: `Oct 13 23:19:18 +0000 2024`."""
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
    if inner := _BEFORE_YEAR.fullmatch(text):
        day, hour, rest, zone, year = inner.groups()
        day, half = f"{day} {year}", None
    elif found := _TIME.fullmatch(text):
        day, hour, rest, zone, half = found.groups()
        day = day.removesuffix(" at")
    else:
        return None
    if half is not None:
        if not 1 <= int(hour) <= _NOON:
            return None
        hour = str(int(hour) % _NOON + _HALVES[half.casefold()])
    if _MIDNIGHT.fullmatch(f"{hour}:{rest}") and not zone:
        return TimedDay(day, "")
    zone = "Z" if zone in ("UTC", "GMT") else zone or ""
    zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}" if len(zone) > 1 else zone
    return TimedDay(day, f"T{hour:0>2}:{rest}{zone}")

"""The time of day after a date, as in EDTF."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from service.interchange.mappings.operations.dates.read_date import NoSuchDate

__all__ = ["TimedDay", "timed_day"]

_CLOCK: Final = r"(?P<hour>[0-9]{1,2}):(?P<rest>[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)"
_ZONE: Final = r"(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)"
_HALF: Final = r"(?P<half>[AaPp])\.?[Mm]\.?"
_WRITTEN: Final = (
    # as logs and Twitter have it: Oct 13 23:19:18 +0000 2024
    re.compile(rf"(?P<day>.*[^\s,])\s+{_CLOCK}(?P<half>)(?:\s+{_ZONE})?\s+(?P<year>[0-9]{{4}})"),
    re.compile(
        rf"(?P<day>.*[^\s,T–-])(?:,?\s+(?:[–-]\s+)?|T){_CLOCK}\s*(?:{_ZONE}|{_HALF})?(?P<year>)"
    ),
    # as pages show it: 3:36 PM · Jan 24, 2020
    re.compile(rf"{_CLOCK}\s*(?:{_ZONE}|{_HALF})?(?:\s*[·,]\s*|\s+)(?P<day>.*[0-9].*)(?P<year>)"),
)
_MIDNIGHT: Final = re.compile(r"0?0:00(?::00(?:\.0+)?)?")
_NOON: Final = 12
_HALVES: Final = {"a": 0, "p": _NOON}


class TimedDay(NamedTuple):
    """A day as it is written, and its time after a `T`; empty for midnight, which programs write if
    they know no time."""

    day: str
    time: str


def timed_day(text: str) -> TimedDay | None:
    """The day and the time in a text; None if it has no time. Raises NoSuchDate for hours with AM
    or PM other than 1 to 12."""
    if ":" not in text:
        return None
    found = next(filter(None, (form.fullmatch(text) for form in _WRITTEN)), None)
    if found is None:
        return None
    hour, rest, zone, half = found.group("hour", "rest", "zone", "half")
    day = f"{found['day'].removesuffix(' at')} {found['year']}".strip()
    if half:
        if not 1 <= int(hour) <= _NOON:
            raise NoSuchDate(f"There is no hour {hour} with AM or PM: these have 1 to 12.")
        hour = str(int(hour) % _NOON + _HALVES[half.casefold()])
    if _MIDNIGHT.fullmatch(f"{hour}:{rest}") and not zone:
        return TimedDay(day, "")
    zone = "Z" if zone in ("UTC", "GMT") else zone or ""
    zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}" if len(zone) > 1 else zone
    return TimedDay(day, f"T{hour:0>2}:{rest}{zone}")

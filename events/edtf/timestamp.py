"""Times of day, and RFC 3339 timestamps to and from seconds."""

from __future__ import annotations

import re
from typing import Final

from events.edtf.calendar import DAY, civil, day_number, days_in_month
from events.errors import DateError

__all__ = ["TIMESTAMP_ADVICE", "parse_rfc3339", "rfc3339", "time_of_day"]

TIMESTAMP_ADVICE: Final = "A timestamp is written like 2024-10-01T12:00:00Z."
"""The beginning of the message about a text that does not have the shape of a timestamp."""

_CLOCK = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?"
    r"(?:Z|([+\-\u2212])([0-9]{2})(?::([0-9]{2}))?)?"
)
_TIMESTAMP = "0000-00-00T00:00:00"
_TAIL = re.compile(r"(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")
_MOST_CHARACTERS = 64
_EAST, _WEST = 14 * 60, 12 * 60


def time_of_day(text: str, place: int) -> int:
    """Seconds from the date's midnight in UTC to the time that fills `text` from `place` on.

    `hh:mm` or `hh:mm:ss`, a fraction that is dropped, then `Z`, an offset (`+hh:mm`, `+hh`, from
    -12:00 to +14:00) or nothing, which is UTC. 24:00:00 is the midnight that ends the day. Without
    seconds it is the minute's first second. The minus sign U+2212 is read as `-`. Raises DateError.
    """
    found = _CLOCK.match(text, place)
    if found is None:
        raise DateError("A time is written hh:mm:ss, like 23:20:30.", place + 1)
    if found.end() != len(text):
        raise DateError("A time ends with Z, an offset like +02:00 or nothing.", found.end() + 1)
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    if hour == 24 and not (minute or second or (found[4] or "").strip(".0")):
        return DAY - _offset(found)
    _check_clock(hour, minute, second, place)
    return hour * 3600 + minute * 60 + second - _offset(found)


def _check_clock(hour: int, minute: int, second: int, place: int) -> None:
    if hour > 23:
        raise DateError(
            f"Hour {hour:02} does not exist; hours are 00 to 23, and 24:00:00 ends a day.",
            place + 1,
        )
    if minute > 59:
        raise DateError(f"Minute {minute:02} does not exist; minutes are 00 to 59.", place + 4)
    if second > 59:
        raise DateError(
            f"Second {second:02} does not exist here; seconds are 00 to 59, leap seconds are not"
            " counted.",
            place + 7,
        )


def _offset(found: re.Match[str]) -> int:
    """The offset's seconds east of UTC."""
    if found[5] is None:
        return 0
    column = found.start(5) + 1
    hours, minutes = int(found[6]), int(found[7] or 0)
    east = found[5] == "+"
    if minutes > 59 or hours * 60 + minutes > (_EAST if east else _WEST):
        raise DateError("No such offset; offsets are -12:00 to +14:00.", column)
    if not (east or hours or minutes):
        raise DateError("An offset of zero is written Z or +00:00.", column)
    seconds = hours * 3600 + minutes * 60
    return seconds if east else -seconds


def rfc3339(seconds: int) -> str:
    """`seconds` since 1970 as an RFC 3339 timestamp in UTC, like `2024-10-01T00:00:00Z`.

    A year outside 0000 to 9999, which RFC 3339 does not know, is written with a sign and at
    least five digits, as in ISO 8601's expanded form: `-00044-03-15T00:00:00Z`.
    """
    number, rest = divmod(seconds, DAY)
    year, month, day = civil(number)
    minutes, second = divmod(rest, 60)
    shown = f"{year:04}" if 0 <= year <= 9999 else f"{year:+06}"
    return f"{shown}-{month:02}-{day:02}T{minutes // 60:02}:{minutes % 60:02}:{second:02}Z"


def parse_rfc3339(text: str) -> int:
    """Microseconds since 1970 of an RFC 3339 timestamp; digits beyond them are dropped.

    Only what RFC 3339 has: four digits of year, seconds, and `Z` or an offset. A second 60 is
    refused, as no clock of ours counts leap seconds. Raises DateError.
    """
    tail = _match_timestamp(text)
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not 1 <= month <= 12:
        raise DateError(f"Month {month:02} does not exist; months are 01 to 12.", 6)
    if not 1 <= day <= days_in_month(year, month):
        raise DateError(
            f"Day {day:02} does not exist in {text[:7]}, which has"
            f" {days_in_month(year, month)} days.",
            9,
        )
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    _check_clock(hour, minute, second, 11)
    seconds = day_number(year, month, day) * DAY + hour * 3600 + minute * 60 + second
    if tail[2] is not None:
        seconds -= _timestamp_offset(tail)
    return seconds * 1_000_000 + int((tail[1] or "")[:6].ljust(6, "0"))


def _match_timestamp(text: str) -> re.Match[str]:
    """Match `text` against the shape of a timestamp. Returns the match of the part after the
    seconds."""
    if len(text) > _MOST_CHARACTERS:
        raise DateError(
            f"{TIMESTAMP_ADVICE} It has at most {_MOST_CHARACTERS} characters.",
            _MOST_CHARACTERS + 1,
        )
    for place, wanted in enumerate(_TIMESTAMP):
        found = text[place : place + 1]
        if not (
            "0" <= found <= "9" if wanted == "0" else found in (wanted, wanted.lower()) and found
        ):
            raise DateError(TIMESTAMP_ADVICE, place + 1)
    tail = _TAIL.match(text, len(_TIMESTAMP))
    if tail is None:
        raise DateError(
            f"{TIMESTAMP_ADVICE} It ends with Z or an offset like +02:00.", len(_TIMESTAMP) + 1
        )
    if tail.end() != len(text):
        raise DateError(f"{TIMESTAMP_ADVICE} Nothing follows its Z or offset.", tail.end() + 1)
    return tail


def _timestamp_offset(tail: re.Match[str]) -> int:
    hours, minutes = int(tail[3]), int(tail[4])
    if hours > 23 or minutes > 59:
        raise DateError("No such offset; hours are 00 to 23, minutes 00 to 59.", tail.start(2) + 1)
    seconds = hours * 3600 + minutes * 60
    return seconds if tail[2] == "+" else -seconds

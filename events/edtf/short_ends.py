"""Intervals whose end is cut short by habit: `2024/25` is 2024/2025."""

from __future__ import annotations

import re

from events.edtf.year_readings import Readings, existing

__all__ = ["short_end"]

_YEARS = re.compile("([0-9]{2})([0-9]{2}) ?[-/] ?([0-9]{2})")
_DAYS = re.compile("(([0-9]{4}-)[0-9]{2}-)[0-9]{2}/([0-9]{2}-)?[0-9]{2}")
_MONTHS = re.compile("(([0-9]{2})[0-9]{2}-)[0-9]{2}/([0-9]{2})")

_IN_FULL = "both ends of an interval are written in full, with a / between them"
_MONTH = "a month has a - in front of it"


def short_end(text: str) -> Readings | None:
    """What an interval with a shortened end may mean. If the end may be a year as well as a month
    or day of the start, as in `2009/10`, all readings are given."""
    if found := _DAYS.fullmatch(text):
        start, end = text.split("/")
        return existing([f"{start}/{found[2] if found[3] else found[1]}{end}"], _IN_FULL)
    if found := _MONTHS.fullmatch(text):
        start, end = text.split("/")
        month = f"{start}/{found[1]}{end}" if end <= "12" else ""
        return existing([f"{start}-{end}", month, f"{start}/{found[2]}{end}"], _IN_FULL)
    return _years(text)


def _years(text: str) -> Readings | None:
    found = _YEARS.fullmatch(text)
    if not found:
        return None
    century, year, end = (int(group) for group in found.groups())
    century += (year, end) == (99, 0)
    years = existing([f"{found[1]}{found[2]}/{century:02}{found[3]}"], _IN_FULL)
    month = existing([f"{found[1]}{found[2]}-{found[3]}"] if 1 <= end <= 12 else [], _MONTH)
    if years and month:
        return Readings((*month.texts, *years.texts), _IN_FULL)
    return years or month

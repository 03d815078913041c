"""Columns of dates: when something was said, when it happened, and when a source was published."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.column_name import words_of_name
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.columns.time_words import names_a_time
from service.interchange.guessing.whole_table import is_said
from service.interchange.mappings.operations.dates.date_pattern import date_by_patterns
from service.interchange.mappings.operations.dates.months import month_named
from service.interchange.mappings.operations.dates.short_year import (
    HUNDRED_YEARS,
    is_short_pattern,
    order_of,
)
from service.interchange.mappings.operations.dates.span import OPEN
from service.interchange.mappings.operations.dates.vague_words import is_open_end

__all__ = ["GuessedDates", "guess_dates", "words_for_dates"]

_PARTS: Final = {"year": (1, 9999), "month": (1, 12), "day": (1, 31)}
"""The parts of a date, and the numbers that each may have."""
_MOST_WORDS: Final = 2
"""The words of a name that is a part of a date: `Start Year`."""
_WHOLE_YEAR: Final = re.compile("[0-9]{4}")
_WEEKDAY_ENDS: Final = ","
_POSTED: Final = frozenset(("text", "texte", "texto", "testo", "tekst", "текст", "content", "body"))
_HUNDREDS: Final = (1900, 2000)


class GuessedDates(NamedTuple):
    """The dates of a statement as expressions of a mapping, or as start and end; None if no column
    has them."""

    said: dict[str, Any] | None
    occurred: dict[str, Any] | None
    published: dict[str, Any] | None


def guess_dates(
    table: SeenTable, roles: Assignment, speaker: str | None, *, told: bool
) -> GuessedDates:
    """Guess the dates. A date whose name says nothing more is the date of what was said, if there
    is such; it is the date of what happened if the table `told` that. The date when the row was
    made is used only if there is no other."""
    parts = _in_parts(table)
    plain = [] if "date" in parts else _plain(table, roles)
    said = _date_in(table, roles, roles.one("said"))
    start = parts.get("start") or _date_in(table, roles, roles.one("start"))
    end = parts.get("end") or _end(table, roles)
    happened = parts.get("date") or _date_in(table, roles, roles.one("happened"))
    if end and not start and not happened and plain and not speaker:
        start = plain.pop(0)
    occurred = {"start": start or happened, "end": end} if end else start or happened
    if end and not start and not happened:
        occurred = _without_open(end)
    text = roles.one("text")
    is_text_said = text is not None and is_said(table.meanings[text])
    words = speaker is not None or is_text_said or roles.whole.is_judged
    if said is None and plain and ((speaker or not told) if occurred else (words and not told)):
        said = plain.pop(0)
    elif occurred is None and plain:
        occurred = next((date for date in plain if not _is_of_verdict(table, date)), None)
    elif occurred is None and said and (told or roles.whole.are_events):
        occurred = _date_in(table, roles, roles.one("undated"))
    if said is None and occurred is None and not roles.one("published"):
        said, occurred = _last_resort(table, roles, speaker)
    published = roles.one("published")
    if said is None and published and "check" not in table.meanings[published]:
        said, published = _date_in(table, roles, published), None
    return GuessedDates(said, occurred, _date_in(table, roles, published))


def _plain(table: SeenTable, roles: Assignment) -> list[dict[str, Any]]:
    """Dates whose name says nothing more; years only if there are no others."""
    columns = roles.all("date")
    days = [column for column in columns if not table.looks[column].is_year]
    dates = [date for column in days if (date := _date_in(table, roles, column))]
    years = [column for column in columns if column not in days]
    finer = [day for year in years if not dates and (day := _days_of(table, roles, year))]
    return dates or [date for c in finer or years if (date := _date_in(table, roles, c))]


def _days_of(table: SeenTable, roles: Assignment, year: str) -> str | None:
    """The column of days whose name tells nothing, for a column with only their years."""
    days = (c for c in roles.all("undated") if not table.looks[c].is_year)
    return next((c for c in days if _years_beside(table, c, year)), None)


def _is_of_verdict(table: SeenTable, expression: dict[str, Any]) -> bool:
    """Whether the date is when something was judged, which is never when it happened."""
    return "verdict" in table.meanings.get(expression.get("column", ""), ())


def _last_resort(
    table: SeenTable, roles: Assignment, speaker: str | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """When it was said, or else when it happened. It is in a column that looks like dates, or that
    has when the row was made. A post is said when it is made, even if nobody has signed it."""
    unnamed, recorded = roles.one("undated"), roles.one("recorded")
    is_made = recorded is not None and "made" in table.meanings[recorded] and _is_post(table, roles)
    if unnamed is not None and not is_made:
        expression = _date_in(table, roles, unnamed)
        return (expression, None) if speaker else (None, expression)
    return (_date_in(table, roles, recorded) if speaker or is_made else None), None


def _is_post(table: SeenTable, roles: Assignment) -> bool:
    """Whether the text is named like something said, or no more than text."""
    text = roles.one("text")
    if text is None or roles.whole.are_events:
        return False
    return is_said(table.meanings[text]) or not _POSTED.isdisjoint(words_of_name(text))


def _date_in(table: SeenTable, roles: Assignment, column: str | None) -> dict[str, Any] | None:
    """The expression of a date, with the time of day in the column to its right if every row can
    have both."""
    if column is None:
        return None
    look = table.looks[column]
    expression: dict[str, Any] = {"column": column}
    if look.weekday:
        expression |= {"split": _WEEKDAY_ENDS, "take": "last"}
    elif look.marks:
        expression |= {"split": [*look.marks], "take": "first"}
    elif words := words_for_dates(table, column):
        expression["lookup"] = dict.fromkeys(words)
    elif time := _time(table, roles, column):
        expression = {"template": f"{{{column}}} {{{time}}}"}
    patterns = patterns_by_years(table, column)
    return expression | {"date": patterns} if patterns else None


def patterns_by_years(table: SeenTable, column: str) -> list[str]:
    """The patterns of a column of dates. If it has years of two digits and another column has the
    same years with four, that one decides the hundred years; empty if these are several."""
    patterns = [*table.looks[column].patterns]
    if not any(map(is_short_pattern, patterns)):
        return patterns
    years = [c for c in table.columns if table.looks[c].is_year]
    said = next(filter(None, (_years_beside(table, column, c) for c in years)), None)
    if said is None:
        return patterns
    for first in (HUNDRED_YEARS, *_HUNDREDS):
        if all(first <= year < first + 100 for year in said):
            return [f"{order_of(p)}-{first}" if is_short_pattern(p) else p for p in patterns]
    return []


def _years_beside(table: SeenTable, column: str, years: str) -> list[int]:
    """The years in another column, if most of them end like the years of the dates."""
    pairs = zip(table.cells(column), table.cells(years), strict=True)
    patterns = table.looks[column].patterns
    both = [(day, year) for day, year in pairs if day and _WHOLE_YEAR.fullmatch(year)]
    same = []
    for day, year in both:
        read = date_by_patterns(day, patterns)
        found = _WHOLE_YEAR.match(read.text) if read else None
        same += [int(year)] if found and int(found[0]) % 100 == int(year) % 100 else []
    return same if both and 10 * len(same) >= 9 * len(both) else []


def _end(table: SeenTable, roles: Assignment) -> dict[str, Any] | None:
    """The expression of an end, which is open if a word says that something goes on."""
    column = roles.one("end")
    expression = _date_in(table, roles, column)
    if expression is not None and column is not None and "lookup" in expression:
        ends = {word: OPEN if is_open_end(word) else None for word in expression["lookup"]}
        is_open = OPEN in ends.values()
        patterns = [*dict.fromkeys([*expression["date"], *["iso"] * is_open])]
        expression |= {"lookup": ends, "date": patterns}
    return expression


def _without_open(end: dict[str, Any]) -> dict[str, Any]:
    """An end without a start: what goes on has no end."""
    words = end.get("lookup")
    return end | ({"lookup": dict.fromkeys(words)} if words else {})


def words_for_dates(table: SeenTable, column: str) -> list[str]:
    """Words that a column has in place of a date, such as `ongoing`: they have no digit, and name
    no time."""
    texts = dict.fromkeys(table.filled(column))
    return [t for t in texts if not (any(map(str.isdigit, t)) or names_a_time(t))]


def _time(table: SeenTable, roles: Assignment, column: str) -> str | None:
    """The column of times that belongs to the column of dates."""
    right = table.columns[table.columns.index(column) + 1 :][:1]
    look = table.looks[column]
    for time in right:
        if not (table.fits_template(column) and table.fits_template(time)):
            continue
        if not table.looks[time].is_time or roles.role_of(time) not in ("time", "start", None):
            continue
        if roles.one("end") and roles.one("start") == column:
            return None
        pairs = zip(table.cells(column), table.cells(time), strict=True)
        if all(
            not day or date_by_patterns(f"{day} {at}".strip(), look.patterns) for day, at in pairs
        ):
            return time
    return None


def _in_parts(table: SeenTable) -> dict[str, dict[str, Any]]:
    """Dates whose year, month and day have columns of their own: a start, an end, or neither."""
    parts: dict[str, dict[str, str]] = {}
    for column in sorted(table.columns, key=lambda c: "other" in table.meanings[c]):
        meanings = table.meanings[column]
        part = next((each for each in _PARTS if each in meanings), None)
        if part is None or not table.fits_template(column):
            continue
        look, (least, most) = table.looks[column], _PARTS[part]
        is_part = look.is_number and least <= look.numbers.least <= look.numbers.most <= most
        is_part = is_part or (part == "month" and _are_months(table, column))
        if is_part and len(words_of_name(column)) <= _MOST_WORDS:
            of = next((each for each in ("start", "end") if each in meanings), "date")
            parts.setdefault(of, {}).setdefault(part, column)
    found: dict[str, dict[str, Any]] = {}
    for of, columns in parts.items():
        if "year" in columns and "month" in columns:
            has_names = not table.looks[columns["month"]].is_number
            if of == "date" and _is_in_a_date(table, columns["year"], has_names=has_names):
                continue
            order = [*reversed(_PARTS)] if has_names else [*_PARTS]
            parts_of_it = (f"{{{columns[part]}}}" for part in order if part in columns)
            template = (" " if has_names else "-").join(parts_of_it)
            found[of] = {"template": template, "date": ["dmy" if has_names else "ymd"]}
    return found


def _is_in_a_date(table: SeenTable, year: str, *, has_names: bool) -> bool:
    """Whether another column has the whole date: of days in these years, or, if months have names,
    of any days."""
    looks = table.looks.items()
    days = [column for column, look in looks if look.patterns and not look.is_year]
    named = [column for column in days if "date" in table.meanings[column]]
    return bool(days) if has_names else any(_years_beside(table, c, year) for c in named)


def _are_months(table: SeenTable, column: str) -> bool:
    """Whether the cells are names of months."""
    return all(month_named(text) is not None for text in table.filled(column))

"""Dates of which one side is open: `before 400 BC`, `since 2015`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from service.interchange.mappings.operations.dates.era import written_year
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["OneSided", "one_sided"]

_SOME_TIME_BEFORE: Final = (
    "before prior_to earlier_than vor avant antes_de prima_del prima_di przed voor раньше раніше"
)
_SOME_TIME_AFTER: Final = (
    "after later_than nach après después_de depois_de dopo_il dopo po после після"
)
_NOT_LATER: Final = "by no_later_than not_later_than not_after spätestens_am spätestens"
_NOT_EARLIER: Final = "no_earlier_than not_earlier_than not_before frühestens_am frühestens"
_SINCE: Final = "since seit depuis depuis_le desde dal sinds"
_UNTIL: Final = "until till up_to bis jusqu'en jusqu'au hasta até fino_al tot"
_LAST_MONTH: Final = 12


def _words(words: str) -> re.Pattern[str]:
    forms = {*words.split(), *folded(words).split()}
    known = sorted(map(re.escape, forms), key=len, reverse=True)
    pattern = rf"(?:{'|'.join(known)})\s+(?:the\s+|dem\s+|le\s+)?(.+)"
    return re.compile(pattern.replace("_", r"\s+"), re.IGNORECASE)


_FORMS: Final = (
    (_words(_SOME_TIME_BEFORE), "[..{}]", -1),
    (_words(_SOME_TIME_AFTER), "[{}..]", 1),
    (_words(_NOT_LATER), "[..{}]", 0),
    (_words(_NOT_EARLIER), "[{}..]", 0),
    (_words(_SINCE), "{}/..", 0),
    (_words(_UNTIL), "../{}", 0),
)
_PLAIN: Final = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class OneSided(NamedTuple):
    """The text of the known side of a date, and what the date is: `form` in EDTF, of the date that
    is `step` years, months or days from the known one."""

    known: str
    form: str
    step: int

    def date(self, known: str) -> str | None:
        """The date in EDTF, from its known side in EDTF; None if it cannot be told."""
        beside = _beside(known, self.step)
        return None if beside is None else self.form.format(beside)


def one_sided(text: str) -> OneSided | None:
    """The sides of a date; None if it has both. `before` and `after` are some time on that side,
    without the day, month or year that is named; `since` and `until` are the time from it, or up to
    it."""
    for words, form, step in _FORMS:
        if found := words.fullmatch(text):
            return OneSided(found[1], form, step)
    return None


def _beside(text: str, step: int) -> str | None:
    """The year, month or day next to a date, a decade or a century; the date itself if the step is
    0. None for other dates."""
    if not step:
        return text
    found = _PLAIN.fullmatch(text.replace("X", "0" if step < 0 else "9"))
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return written_year(year + step)
    if day is None:
        years, months = divmod(month - 1 + step, _LAST_MONTH)
        return f"{written_year(year + years)}-{months + 1:02}"
    try:
        return (date(year, month, day) + timedelta(step)).isoformat()
    except (ValueError, OverflowError):
        return None

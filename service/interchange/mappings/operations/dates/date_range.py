"""Reads ranges of dates in one cell: `3–5 May 2023`, `2017-2019`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from events.edtf import dates
from events.errors import DateError
from service.interchange.mappings.operations.dates.era import names_era
from service.interchange.mappings.operations.dates.read_date import NoSuchDate
from service.interchange.mappings.operations.dates.vague_words import is_open_end

__all__ = ["range_of_dates"]

_LONGEST: Final = 60
_YEAR: Final = re.compile(r"\d{4}")
_FROM: Final = re.compile(r"(?:from|von|vom|du|del|dal|de|od|від|з|с)\s+", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"\s*[–—]\s*|\s+-\s+|\s+(?:to|until|till|bis|au|al|até|a|do|до|по|ile)\s+", re.IGNORECASE
)
_DASH: Final = re.compile("-")
_PART: Final = re.compile(r"(?<=[^\W_])(?=[\W_])|(?<=[\W_])(?=[^\W_])")


_SOME_TIME: Final = re.compile(
    r"(?:between|zwischen|entre|tra|fra|między|pomiędzy|между|між|tussen)\s+(.+?)"
    r"\s+(?:and|und|et|y|e|a|i|и|та|і|й|en|&)\s+(.+)",
    re.IGNORECASE,
)


def range_of_dates(text: str, read: Callable[[str], str | None]) -> str | None:
    """The range from one date to a later one in EDTF, by a function that reads one date; None if
    the text is not a range. A month or year that both share may be written once. A range that goes
    on has an open end; `between` two dates is some time between them."""
    if len(text) > _LONGEST:
        return None
    if between := _SOME_TIME.fullmatch(text):
        return _read(between[1].rstrip(" .,"), between[2].lstrip(" .,"), read, "[{}..{}]")
    if not _YEAR.search(text) and not names_era(text):
        return None
    bare = _FROM.sub("", text, count=1) if _FROM.match(text) else text
    for first, last in _halves(bare):
        found = _read(first.rstrip(" .,"), last.lstrip(" .,"), read)
        if found is not None:
            return found
    return None


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """The parts before and after a dash, or a word such as `to`."""
    signs = [*_BETWEEN.finditer(text)] or [*_DASH.finditer(text)]
    if len(signs) == 1:
        yield text[: signs[0].start()], text[signs[0].end() :]


def _read(
    first: str, last: str, read: Callable[[str], str | None], form: str = "{}/{}"
) -> str | None:
    """The two dates in EDTF, in the form of a range or of some time between them."""
    if is_open_end(last):
        begun = read(first)
        return None if begun is None else _span(begun, "..", "{}/{}")
    ends = [last, *(first[:place] + last for place in reversed(_places(first)))]
    end = _first(ends, read)
    starts = [first, *(first + last[place:] for place in _places(last))]
    start = _first(starts, read)
    if start is None or end is None or start == end:
        return None
    return _span(start, end, form)


def _first(texts: Sequence[str], read: Callable[[str], str | None]) -> str | None:
    """The first of the texts that is a date; None if none has the form of one. Raises NoSuchDate if
    some have, and none is one."""
    wrong: NoSuchDate | None = None
    for text in texts:
        try:
            if found := read(text):
                return found
        except NoSuchDate as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    return None


def _span(start: str, end: str, form: str) -> str:
    try:
        return dates.parse(form.format(start, end)).text
    except DateError as error:
        raise NoSuchDate(error.message) from error


def _places(text: str) -> list[int]:
    """The places at which a part of a date may begin or end."""
    return [found.start() for found in _PART.finditer(text)]

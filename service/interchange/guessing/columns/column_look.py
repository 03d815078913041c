"""The look of a column's cells: dates, numbers, links, lists, names, prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from service.interchange.guessing.columns.date_look import dates_in
from service.interchange.guessing.columns.list_look import (
    items_of,
    separator_of,
    signs_of_links,
    signs_of_written_lists,
)
from service.interchange.guessing.columns.number_look import NO_NUMBERS, NumberLook, look_of_numbers
from service.interchange.guessing.columns.said_look import (
    are_answers,
    are_verdicts,
    is_reply,
    is_spoken,
)
from service.interchange.guessing.columns.unspaced import width_of
from service.interchange.mappings.operations.html_text import text_of_html

__all__ = ["PROSE", "ColumnLook", "look_of_column"]

PROSE: Final = 25
"""The least length of cells that count as sentences."""
_ENOUGH: Final = 0.9
_MOST: Final = 0.6
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_ARCHIVED: Final = re.compile(
    r"https?://(?:[\w.-]*\.)?(?:archive|perma|ghostarchive)\.", re.IGNORECASE
)
_WRITTEN: Final = re.compile(r"[\[{]\s*['\"{\[<]")
"""A list or an object as a program prints it."""
_DOMAIN: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}")
_FILE: Final = re.compile(r".*\.(?:pdf|docx?|xlsx?|csv|json|html?|txt|jpe?g|png|gif|mp[34]|zip)")
_HTML: Final = re.compile(r"</?(?:p|br|b|i|a|div|span|strong|em|ul|li)\b[^>]*>|&(?:amp|quot|nbsp);")
_TIME: Final = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:\s?[AaPp][Mm])?")
_TIMED: Final = re.compile(
    r"\D*[0-9]{1,2}\s*[:.h][0-9]{2}(?::[0-9]{2})?\s*(?:[ap]\.?m\.?|uhr|h)?", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:1[5-9]|20|21)[0-9]{2}")
_DATED: Final = re.compile(r"(?<![\w-])(?:1[5-9]|20)[0-9]{2}(?![\w-])|[0-9]{4}\s*[-–—]\s*[0-9]{4}")
"""A year in a text."""
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_BASIC: Final = re.compile("[0-9]{8}")
_SERIAL: Final = re.compile("[0-9]{5,}|(?=.*[0-9])[0-9a-fA-F]{8,}")
_CODE: Final = re.compile(r"(?=.*[0-9])[\w.]{1,12}(?:[-/ .][\w.]{1,12}){0,4}")
_DEGREES: Final = re.compile(r"[-+−]?[0-9]{1,3}\.[0-9]+\s*[,;]\s*[-+−]?[0-9]{1,3}\.[0-9]+")
_SENTENCE: Final = re.compile(r"(?:\S+\s+){3,}\S*[.!?…][\"“”»’]?")
_TELLING: Final = re.compile(r"(?:(?:^|\s)[^\W\d_A-ZÀ-ÞА-ЯІЇЄҐΑ-Ω]+(?=[\s,.;:!?]|$)){4,}")
"""Four consecutive words in lower case."""
_QUOTED: Final = re.compile(r"[\"“„«‹”'‘].{12,}[\"”“»›’']\.?", re.DOTALL)
_LEAST_OF_KINDS: Final = 4
"""The fewest cells that show whether they repeat."""
_LEAST_OF_MANY: Final = 10
_FEW: Final = 0.25
"""The largest share of different cells in a column of repeated values."""
_PARTICLES: Final = (
    *("de", "da", "do", "dos", "van", "von", "der", "di", "del", "la", "al", "el", "bin", "ibn"),
    *("of", "the", "y", "e", "i"),
)
_NAME_WORDS: Final = range(2, 6)


class ColumnLook(NamedTuple):
    """The features that the cells of a column share. `patterns`: by which dates are read; empty if
    they are no dates. `is_telling`: the cells have several consecutive words in lower case, as no
    name has; `is_kinds`: they are a few different values in lower case; `is_share`: they have a
    percent sign; `is_dated`: they have a year, and not in brackets; `is_reply`: they begin with yes
    or no; `is_quoted`: they are in quotation marks; `is_spoken`: they are in the first person;
    `is_verdict`: they judge what was said; `is_domain`: they are names of sites; `is_written`: they
    are lists or objects as programs print them. `weekday`: a weekday and a comma precede the date;
    `marks` follow it. `signs` separate the items of lists; for links and printed lists, the items
    are looked at instead of the cells. `length` is the typical length of a cell without markup;
    `distinct` the share of cells that occur once. `is_lettered`: there are more letters than
    digits."""

    filled: int = 0
    patterns: tuple[str, ...] = ()
    numbers: NumberLook = NO_NUMBERS
    is_link: bool = False
    is_archived: bool = False
    is_domain: bool = False
    is_written: bool = False
    is_html: bool = False
    is_time: bool = False
    is_clock: bool = False
    is_year: bool = False
    is_degrees: bool = False
    is_flag: bool = False
    is_verdict: bool = False
    is_code: bool = False
    is_initials: bool = False
    is_serial: bool = False
    is_name: bool = False
    is_sentence: bool = False
    is_telling: bool = False
    is_spoken: bool = False
    is_lettered: bool = True
    is_kinds: bool = False
    is_share: bool = False
    is_dated: bool = False
    is_reply: bool = False
    is_quoted: bool = False
    weekday: bool = False
    marks: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    length: float = 0.0
    distinct: float = 0.0

    @property
    def split(self) -> str | list[str] | None:
        """The `split` of a place for these cells."""
        return [*self.signs] if len(self.signs) > 1 else next(iter(self.signs), None)

    @property
    def is_repeated(self) -> bool:
        """Whether the cells have few different values."""
        return self.filled >= _LEAST_OF_MANY and self.distinct <= _FEW

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return self.numbers.decimal is not None

    @property
    def is_prose(self) -> bool:
        """Whether the cells are sentences."""
        long = self.length >= PROSE or self.is_sentence
        return (
            long
            and self.is_lettered
            and not (self.is_link or self.is_number or self.is_serial or self.is_written)
        )

    @property
    def is_words(self) -> bool:
        """Whether the cells are a few words, which may be a name or a kind."""
        return (
            0 < self.length < 3 * PROSE
            and not (self.is_link or self.is_number or self.is_flag or self.is_clock)
            and not (self.patterns or self.is_degrees or self.is_sentence or self.is_serial)
        )


def look_of_column(
    texts: Sequence[str], *, day_first: bool, named: str | None = None
) -> ColumnLook:
    """Look at the cells of a column that are not empty. `day_first` decides if every date can be
    read either way. A column that is `named` like a `date` is one if most of its cells are dates;
    numbers in a column named like `degrees` have decimals."""
    if not texts:
        return ColumnLook()
    signs = signs_of_written_lists(texts) or signs_of_links(texts)
    items = items_of(texts, signs) if signs else [*texts]
    look = _look_of_items(items or [""], day_first=day_first, named=named)
    count = len(texts)
    look = look._replace(filled=count, distinct=len({*texts}) / count)
    return look._replace(signs=signs) if signs else look


def _look_of_items(texts: Sequence[str], *, day_first: bool, named: str | None) -> ColumnLook:
    enough = _MOST if named == "date" else _ENOUGH
    patterns, weekday, marks = dates_in(
        texts, enough, day_first=day_first, is_named=named == "date"
    )
    numbers = look_of_numbers(texts, are_degrees=named == "degrees")
    is_year = _share(_YEAR.fullmatch, texts) >= enough
    if numbers.decimal and not (is_year or all(map(_BASIC.fullmatch, texts))):
        patterns = ()  # `150` is a year only if all cells are years
    if patterns and numbers.dash:
        numbers = NO_NUMBERS  # `2024-10` is a month
    return _look_of_words(texts)._replace(
        patterns=patterns,
        numbers=numbers,
        is_link=_share(_LINK.fullmatch, texts) >= (_MOST if named == "link" else _ENOUGH),
        is_archived=_share(_ARCHIVED.match, texts) >= _ENOUGH,
        is_domain=all(map(_DOMAIN.fullmatch, texts)) and not any(map(_FILE.fullmatch, texts)),
        is_written=_share(_WRITTEN.match, texts) >= _ENOUGH,
        is_time=all(map(_TIME.fullmatch, texts)),
        is_clock=_share(_TIMED.fullmatch, texts) >= _ENOUGH,
        is_year=is_year,
        is_degrees=_share(_DEGREES.fullmatch, texts) >= _ENOUGH,
        is_flag=are_answers(texts),
        is_verdict=are_verdicts(texts) and not are_answers(texts),
        is_serial=all(map(_SERIAL.fullmatch, texts)) and len({*map(len, texts)}) == 1,
        is_initials=all(map(_is_initials, texts)),
        is_code=_share(_CODE.fullmatch, texts) == 1,
        weekday=weekday and bool(patterns),
        marks=marks if patterns else (),
        signs=(sign,) if (sign := separator_of(texts)) else (),
    )


def _look_of_words(texts: Sequence[str]) -> ColumnLook:
    """Look at readable text, without markup."""
    count, is_html = len(texts), any(_HTML.search(text) for text in texts)
    plain = [text_of_html(text) for text in texts] if is_html else texts
    return ColumnLook(
        is_html=is_html,
        is_sentence=_share(_SENTENCE.fullmatch, plain) >= _MOST,
        is_telling=_share(_TELLING.search, plain) >= _MOST,
        is_spoken=sum(map(is_spoken, plain)) >= _MOST * count,
        is_lettered=_are_lettered(texts),
        is_kinds=_are_kinds(texts),
        is_share=sum("%" in text for text in texts) >= _MOST * count,
        is_dated=_share(_DATED.search, [_BRACKETED.sub("", text) for text in plain]) >= _MOST,
        is_reply=sum(map(is_reply, plain)) >= _MOST * count,
        is_quoted=_share(_QUOTED.fullmatch, texts) >= _MOST,
        is_name=sum(map(_is_name, texts)) >= _MOST * count,
        length=sum(map(width_of, plain)) / count,
    )


def _share(test: Callable[[str], re.Match[str] | None], texts: Sequence[str]) -> float:
    """The share of cells for which the test is true."""
    return sum(test(text) is not None for text in texts) / len(texts)


def _are_lettered(texts: Sequence[str]) -> bool:
    letters = sum(c.isalpha() for text in texts for c in text)
    return letters >= sum(c.isdigit() for text in texts for c in text)


def _is_name(text: str) -> bool:
    """Whether it could be the name of a person: a few words with capitals."""
    words = text.replace(".", " ").split()
    if len(words) not in _NAME_WORDS or any(map(str.isdigit, text)):
        return False
    return all(word[0].isupper() or word in _PARTICLES for word in words)


def _are_kinds(texts: Sequence[str]) -> bool:
    """Whether the cells are a few different words without capitals that mostly repeat."""
    small = all(text[:1].islower() for text in texts)
    return small and len(texts) >= _LEAST_OF_KINDS and 2 * len({*texts}) <= len(texts)


def _is_initials(text: str) -> bool:
    """Whether it could be the initials of a staff member."""
    return len(text) in (2, 3) and text.isalpha() and text.isupper()

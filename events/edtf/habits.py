"""What people write by habit where a date is wanted, and advice on what to write instead.

The advice is a sentence for the writer. It is computed only for a text that is not a date, so valid
dates cost nothing more, and it is never used as a date by itself.
"""

from __future__ import annotations

import re
from itertools import product

from events.edtf.readings import HYPHENS, bared, readings
from events.edtf.short_ends import short_end
from events.edtf.year_readings import Readings, existing, is_date

__all__ = ["advice_for", "advice_on_year", "advised", "says_nothing"]

_NOT_KNOWN = "A date was expected, like 2024-10-13; where it is not known, give null."
_RELATIVE = (
    "Write the day itself, like 2024-10-13: what such a word means depends on when it is read."
    " For what still goes on, write 2024-10-13/.. with two dots as its end."
)
_LONG_YEAR = "Write the year in front and with its four digits, like 2024-10-13."
_NO_SUCH_DAY = (
    "Write year, month and day in this order, with - between them, like 2024-10-13; this"
    " is not an existing day or month."
)
_DIGITS = "Write the date in digits, like 2024-10-13, 2024-10 for a month or 2024-21 for spring."
_INTERVAL = "an interval has a / between its start and its end, and .. for an open end"
_SETS = "[] hold dates of which one is meant, {} dates that are all meant"
_CAPITALS = "the letters of a date are capitals"
_OPEN_CAPITALS = f"{_CAPITALS}, and an X replaces each unknown digit"
_PART = "for a part of it write its months or days, like 2024-01/2024-04"

# Words for no date, for a moment that moves, and for an open end; in lower case.
_UNKNOWN_WORDS = re.compile(
    r"unk(?:nown)?(?: date)?|(?:date )?(?:unknown|not known|missing)|no date|undated|not available"
    r"|n\.?d\.?|s\.?d\.?|n[./]?a\.?|none|null|nil|nan|nat|undefined|tb[dac]|0000-00-00|00/00/0000"
)
_RELATIVE_WORDS = re.compile(
    r"(?:today|tonight|now|yesterday|tomorrow|this|last|next|current(?:ly)?|recent(?:ly)?|present"
    r"|ongoing|soon|later|earlier|previous|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b.*|.* ago"
)
_OPEN_WORDS = re.compile(r"\.\.|(?:the )?present|now|today|ongoing|date|open|current")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/. ])[0-9]{1,2}\1['’]?[0-9]{2}|.*['’][0-9]{2}")
_YEAR_LAST = re.compile(r"[0-9]{1,2}([-/. ])(?:[0-9]{1,2}\1)?[0-9]{4}")
_WORD = re.compile(r"[^\W\d_]{3}")
_LETTER = re.compile(r"[^\W\d_XYESTZ]")


def _one(pattern: str) -> re.Pattern[str]:
    """A pattern with a group for each place where the date may be; exactly one of them matches."""
    return re.compile(pattern, re.IGNORECASE)


# Words and signs around a date that have a meaning, and how EDTF writes it.
_AROUND_ONE = (
    (
        _one(
            r"(?:c|ca|cca|circa|abt|about|around|approx|approximately|roughly|near)\b[. ]*(.+)"
            r"|c(?=[0-9])(.+)|(.+?)(?:-?ish|,? \(?(?:approx\.?|approximately|circa)\)?)"
        ),
        "{}~",
        "a ~ after a date marks it as approximate",
    ),
    (
        _one(
            r"(?:probably|perhaps|maybe|possibly|likely|presumably) (.+)"
            r"|(.+?) ?\(?\?\)?|(.+?),? \(?uncertain\)?"
        ),
        "{}?",
        "a ? after a date marks it as uncertain",
    ),
    (
        _one(
            r"(?:before|until|till|up to|by|pre|prior to|no later than|<=?) ?-?(.+)"
            r"|(.+?) (?:or|and) (?:earlier|before)|\.\.\.?(.+)"
        ),
        "../{}",
        _INTERVAL,
    ),
    (
        _one(
            r"(?:after|since|from|post|starting|>=?) ?-?(.+)"
            r"|(.+?) ?(?:\+|-|onwards?|(?:or|and) (?:later|after)|\.\.\.?)"
        ),
        "{}/..",
        _INTERVAL,
    ),
    (
        _one(
            r"(?:the )?(?:(?:early|mid|late|in|during)[ -]|(?:beginning|start|middle|end) of )"
            r"(?:the )?(.+)"
        ),
        "{}",
        _PART,
    ),
)
_SEVERAL = _one(r"(?:either )?(.+?)(, | or | and | & )(.+)")
_FROM = _one("(?:from|between) ")
_BETWEEN = _one(r" (?:to|until|till|through|and|-) |\.\.|/|-")
_DAY_AND_REST = _one(r"[0-9]{1,2}(?:st|nd|rd|th)? ([a-z].*)")
_YEAR = re.compile("[0-9]{4}$")
_YEAR_IN = re.compile("[0-9]{3}")


def says_nothing(text: str) -> bool:
    """Whether the text means that there is no date: a word like "unknown", a dash or nothing at
    all."""
    word = _word(text).strip("/.~%")
    return not word or _UNKNOWN_WORDS.fullmatch(word) is not None


def _word(text: str) -> str:
    """The text in lower case, without spaces and signs around it."""
    return bared(" ".join(text.translate(HYPHENS).split())).lower().strip("-?_*")


def advice_for(text: str) -> str | None:
    """What to write instead of `text`, which is not a date; None if no known habit matches it."""
    plain = " ".join(text.translate(HYPHENS).split())
    bare = bared(plain)
    if is_date(bare):
        dashed = text != text.translate(HYPHENS)
        why = "- is the hyphen-minus" if dashed else "a date has nothing else around or within it"
        return advised(Readings((bare,), why))
    if says_nothing(text):
        return _NOT_KNOWN
    word = _word(text)
    if short := advice_on_year(bare):
        return short
    found = _small(bare) or short_end(bare) or readings(bare) or _with_words(plain)
    found = found or _interval(plain)
    if found is not None:
        return advised(found)
    if _RELATIVE_WORDS.fullmatch(word):
        return _RELATIVE
    if _YEAR_LAST.fullmatch(bare):
        return _NO_SUCH_DAY
    return _DIGITS if _WORD.search(word.replace("x", "")) or _is_letters(plain) else None


def advice_on_year(text: str) -> str | None:
    """What to write for a day with a year of two digits, such as `13/10/24`; None for others."""
    return _LONG_YEAR if _SHORT_YEAR.fullmatch(text.translate(HYPHENS).strip()) else None


def advised(found: Readings) -> str:
    """The sentence with what may be meant: one text, or several of which the writer chooses."""
    *others, last = found.texts
    if not others:
        return f"Write {last}: {found.why}."
    return f"Write {', '.join(others)} or {last}, whichever is meant: {found.why}."


def _small(text: str) -> Readings | None:
    """`199x`, `199u` and `y17000` in capitals; `xx` is not a date in capitals either."""
    capitals = text.upper().replace("U", "X")
    why = _OPEN_CAPITALS if "X" in capitals else _CAPITALS
    return existing([capitals], why) if capitals != text else None


def _is_letters(text: str) -> bool:
    """Whether it has no digit, but a letter that no date has: `xx`, `ab`."""
    return not any(map(str.isdigit, text)) and _LETTER.search(text) is not None


def _read_as(form: str, text: str, why: str) -> Readings | None:
    """The readings of `text`, each put into `form`."""
    found = readings(text)
    return existing(map(form.format, found.texts), why) if found else None


def _with_words(text: str) -> Readings | None:
    """`c. 1066` is 1066~, `before 2024` is ../2024, `2024 onwards` is 2024/..."""
    for pattern, form, why in _AROUND_ONE:
        found = pattern.fullmatch(text)
        inner = found and _read_as(form, next(filter(None, found.groups())), why)
        if inner:
            return inner
    return None


def _interval(text: str) -> Readings | None:
    """`2020 to 2022` is 2020/2022, `2020 or 2022` is [2020,2022]."""
    begun = _FROM.match(text)
    several = None if begun else _SEVERAL.fullmatch(text)
    if several:
        form = "[{},{}]" if several[2].strip() == "or" else "{{{},{}}}"
        found = _pairs(form, several[1], several[3], _SETS)
        if found:
            return found
    text = text[begun.end() :] if begun else text
    for between in _BETWEEN.finditer(text):
        left, right = text[: between.start()], text[between.end() :]
        if _OPEN_WORDS.fullmatch(right.lower()):
            found = _read_as("{}/..", left, _INTERVAL)
        else:
            found = _pairs("{}/{}", left, right, _INTERVAL)
        if found:
            return found
    return None


def _pairs(form: str, left: str, right: str, why: str) -> Readings | None:
    """Every combination of a reading of `left` and one of `right`, in `form`. Parts that are
    missing on the left are taken from the right: `13-15 October 2024`, `Jan-Mar 2024`."""
    last = readings(right) if left.strip() and _YEAR_IN.search(right) else None
    if last is None:
        return None
    rest, year = _DAY_AND_REST.fullmatch(right), _YEAR.search(right)
    whole = [f"{left} {rest[1]}"] if rest else []
    whole += [left, f"{left} {year[0]}"] if year else [left]
    for text in whole:
        first = readings(text)
        both = product(first.texts, last.texts) if first else ()
        found = existing((form.format(*pair) for pair in both), why)
        if found:
            return found
    return None

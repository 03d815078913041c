"""The meanings of the words in column names, in several languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

from service.interchange.guessing.columns.unspaced import words_in
from service.interchange.guessing.columns.word_files import words_of_languages
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["meanings_of_names", "plain_name", "words_of_name"]

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_NUMBER_SIGNS: Final = re.compile("[№#]|(?<=[nN])[°º]")
_FORMS: Final = re.compile(r"(?<=[^\W\d_])(?:\([^\W\d_]{1,2}\)|/[^\W\d_]{1,2}(?![^\W\d_]))")
"""Other forms of a word: `Victim(s)`, `Acusado/s`."""
_OTHER: Final = "other"
"""The meaning of names with an unknown word."""
_STEM: Final = 6
"""Words that share at least this many first letters may be forms of one word."""
_NOT_KINDRED: Final = frozenset(("key", "count"))
"""Meanings that do not extend to other forms of a word: an identifier is not what it identifies."""
_STEMS: Final = {"tr": 5}
_ENDING: Final = 2
_ENDINGS: Final = {"en": 1, "pl": 3, "ru": 3, "tr": 3, "uk": 3}
"""The longest ending of a form, in languages that need more or less."""
_LEAST_ENDING: Final = 4
_COMPOUNDING: Final = "de"
_JOINTS: Final = ("", "s", "n", "en", "es", "er", "e")
"""Signs between the parts of a compound."""
_PLACE: Final = "ort"
_NO_PLACE: Final = ("wort", "port", "sort")
_ENGLISH_ENDINGS: Final = (
    *(
        "type",
        "date",
        "name",
        "text",
        "link",
        "title",
        "time",
        "code",
        "agency",
        "address",
        "country",
    ),
    *("reason", "status", "source", "author", "speaker", "quote", "region"),
)
"""Second parts of compounds that code books write as one word: `attacktype`."""
_PARTS_OF_DATES: Final = ("day", "month", "year")
"""Second parts of compounds whose first part must be known too: `startday`, but not `holiday`."""
_ARABIC, _THE = "ar", "al"
"""The Arabic article, which may be joined to the word."""
_ENGLISH: Final = "en"
_SPOKEN: Final = 0.4
"""A language that knows a smaller share of the words than this, compared with the first one, is not
the table's."""
_NO_CHANCE: Final = 7
"""The least letters of a foreign word that is no accident."""
_TOGETHER: Final = (3, 2)
"""The most words that mean something together."""


def words_of_name(name: str) -> list[str]:
    """The words of a column's name, in lower case, without accents and numbers."""
    spaced = _CAMEL.sub(" ", _FORMS.sub("", _NUMBER_SIGNS.sub(" no ", name)))
    return [folded(word) for word in re.split(r"[\W_\d]+", spaced) if word]


def plain_name(column: str) -> str:
    """The name of a column as words."""
    return " ".join(re.split(r"[\W_]+", column)).strip()[:200] or "number"


def meanings_of_names(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The meanings of each name. A word with different meanings in two languages (`data`, `fine`)
    has the meaning of the language of most of the names."""
    split = {name: _phrases(words_of_name(name)) for name in names}
    order = _languages_of(phrase for phrases in split.values() for phrase in phrases)
    most = max(order.values(), default=0)
    spoken = [language for language, votes in order.items() if votes >= _SPOKEN * most]
    return {name: _meanings(phrases, [*order], spoken) for name, phrases in split.items()}


def _languages_of(phrases: Iterable[str]) -> dict[str, float]:
    """The languages, each with the number of words that it knows; a word of several languages
    counts less for each."""
    votes = dict.fromkeys(words_of_languages(), 0.0)
    for phrase in phrases:
        languages = [each for each, known in words_of_languages().items() if phrase in known]
        for language in languages:
            votes[language] += 1 / len(languages)
    order = sorted(votes, key=lambda each: (-votes[each], each != _ENGLISH))
    return {language: votes[language] for language in order}


def _phrases(words: Sequence[str]) -> list[str]:
    """The words; words that mean something together are joined."""
    found, rest = list[str](), [part for word in words for part in words_in(word)]
    while rest:
        joined = (n for n in _TOGETHER if len(rest) >= n and _is_known("_".join(rest[:n])))
        count = next(joined, 1)
        found.append("_".join(rest[:count]))
        del rest[:count]
    return found


def _is_known(phrase: str) -> bool:
    return any(phrase in known for known in words_of_languages().values())


def _meanings(
    phrases: Iterable[str], order: Iterable[str], spoken: Collection[str]
) -> frozenset[str]:
    """The meanings in the first language that knows the word. If the names have little else of a
    language, a short word of it is an accident."""
    found = list[frozenset[str]]()
    for phrase in phrases:
        languages = [each for each in order if each in spoken or len(phrase) >= _NO_CHANCE]
        known = [_known(phrase, each) for each in languages]
        kindred = (_kindred(phrase, each) for each in spoken)
        found.append(next(filter(None, chain(known, kindred)), frozenset()))
    for place in range(1, len(found) - 1):
        if "by" in found[place] and found[place + 1].isdisjoint(("name", "who")):
            found[place] -= {
                "by",
                "say",
            }  # `statement by the office`
        if "filler" in found[place]:  # `reported to the police`
            found[place] -= {"start", "end"}
    others = {_OTHER} if not all(found) else set()
    return frozenset(others).union(*found)


def _kindred(word: str, language: str) -> frozenset[str]:
    """The meanings of another form of the word, with another ending."""
    words = words_of_languages()[language]
    longest = _ENDINGS.get(language, _ENDING)
    stem = _STEMS.get(language, _STEM)
    forms = {known: _ending(known, word) for known in words if known[:stem] == word[:stem]}
    nearest = min(forms, key=forms.__getitem__, default="") if len(word) >= stem else ""
    is_form = nearest and forms[nearest] <= longest
    return words[nearest] - _NOT_KINDRED if is_form else frozenset()


def _ending(one: str, other: str) -> int:
    """The number of letters of the longer word after the common beginning."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    longest = max(len(one), len(other))
    return longest - (min(len(one), len(other)) if same is None else same)


def _known(word: str, language: str) -> frozenset[str]:
    """The meanings of the word itself, or of the second and first part of a compound
    (`Ereignisdatum`)."""
    known = words_of_languages()[language]
    if word in known:
        return known[word]
    if language == _ARABIC and word.removeprefix(_THE) in known:
        return known[word.removeprefix(_THE)]
    if word.endswith("id") and word[:-2] in known:
        return frozenset(("key",))
    if language == _ENGLISH and (parts := _part_of_date(word, known)):
        return parts
    endings = [word[start:] for start in range(1, len(word) - _LEAST_ENDING + 1)]
    if language == _COMPOUNDING and word.endswith(_PLACE) and not word.endswith(_NO_PLACE):
        endings.append(_PLACE)
    if language != _COMPOUNDING:
        endings = [ending for ending in endings if ending in _ENGLISH_ENDINGS]
    end = next((ending for ending in endings if ending in known), None)
    if end is None:
        return frozenset()
    begun = word.removesuffix(end)
    beginnings = (begun.removesuffix(joint) for joint in _JOINTS if begun.endswith(joint))
    first = next((each for each in beginnings if each in known), None)
    return known[end] | (known[first] if first else frozenset())


def _part_of_date(word: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The meanings of a compound that is a part of a date: `endyear`."""
    end = next((each for each in _PARTS_OF_DATES if word.endswith(each)), "")
    begun = known.get(word.removesuffix(end)) if end else None
    return known[end] | begun if begun else frozenset()

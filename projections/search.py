"""Full text: the words of a statement, and what a line typed into a search box asks of them.

A word is a run of letters, digits and the marks that belong to them, in any script. Case and
accents are folded: compatibility forms are resolved (Unicode NFKC), case is folded, and the
combining diacritical marks U+0300 to U+036F are dropped, so that `Élysée` is `elysee` and `ё` is
`е`. Text is cut into words here, in the index and in questions alike; SQLite only finds them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from events.statement import Statement

__all__ = ["MOST_WORDS", "Sought", "sought_in", "text_of", "words_of"]

MOST_WORDS: Final = 100
"""Words of all questions together that count, those of phrases too; a longer phrase is cut, and
what stands behind is not looked at."""

_PREFIX: Final = 5
"""How many words a prefix counts for: it stands for every word that begins so."""

_BREAK: Final = "\u241f"
"""Stands between two texts of a statement, so that no phrase runs from one into the other."""

_ACCENTS = re.compile("[\u0300-\u036f]+")
_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')


class Sought(NamedTuple):
    """One question in FTS5's language: `match` must be found, `without` must not. `match` is None
    where nothing must be found; where both are, every statement answers."""

    match: str | None
    without: str | None


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return _words().findall(_folded(text))


def text_of(statement: Statement) -> str:
    """Everything of a statement that can be searched: its text, its quotes, source titles, places,
    tags and the spellings of its actors as they are written.

    As the index takes it: its tokenizer cuts and folds ASCII as `words_of` does, and takes every
    other character for part of a word; so what is not ASCII is cut here.
    """
    said = statement.said
    texts = [statement.text, said.by]
    texts += [via.actor for via in said.via]
    texts += statement.about
    texts += [place.name for place in statement.places]
    texts += statement.tags
    for source in statement.sources:
        texts.append(source.title)
        if source.quote is not None:
            texts.append(source.quote)
    if not all(map(str.isascii, texts)):
        texts = [text if text.isascii() else " ".join(words_of(text)) for text in texts]
    return f" {_BREAK} ".join(texts)


def sought_in(questions: Sequence[str]) -> list[Sought]:
    """What each question asks for: words that must all be there, `"phrases"`, `-not`, prefixes
    `word*`. A word that is written as several (`11,000`, `Jong-un`) is a phrase. Any text is
    some question; one that asks for nothing makes all of them ask for nothing (an empty list)."""
    found: list[Sought] = []
    left = MOST_WORDS
    for question in dict.fromkeys(questions):
        if left > 0:
            one, left = _sought(question, left)
            found.append(one)
    return [] if any(one == (None, None) for one in found) else found


def _sought(question: str, left: int) -> tuple[Sought, int]:
    """What it asks for in as many words as are left, and how many are left behind it."""
    terms: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for negated, words, star in _terms(question):
        if left <= 0:
            break
        words = words[:left]
        term = f'"{" ".join(words)}"{star}'
        if term not in terms[negated]:
            terms[negated][term] = None
            left -= len(words) * (_PREFIX if star else 1)
    wanted, unwanted = terms
    without = " OR ".join(unwanted) or None
    if not wanted:
        return Sought(None, without), left
    match = " AND ".join(wanted)
    return Sought(match if without is None else f"({match}) NOT ({without})", None), left


def _terms(question: str) -> Iterable[tuple[bool, list[str], str]]:
    """Whether it is unwanted, its words, and what marks a prefix."""
    for minus, phrase, bare in _TERM.findall(question):
        negated = bool(minus) or bare[:1] == "-"
        words = words_of(bare or phrase)
        if words:
            yield negated, words, " *" if bare[-1:] == "*" else ""


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    return re.compile(f"(?:[^\\W_]|[{_marks()}])+")


def _marks() -> str:
    """The marks that belong to letters (vowel signs of Indic scripts, Arabic points), which
    Python's own class of word characters leaves out, as the inside of a character class."""
    return "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")

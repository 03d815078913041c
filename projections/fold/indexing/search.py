"""Full text: what of a statement is searched, and what a line typed into a search box asks of it.

Words are cut by `projections.fold.indexing.words`, in the index and in questions alike; SQLite only
finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from events.statement.statement import Statement
from projections.fold.indexing.words import is_hangul, is_single, words_of

__all__ = ["MOST_WORDS", "Sought", "sought_in", "text_of"]

MOST_WORDS: Final = 100
"""Words of all questions together that count, those of phrases too; a longer phrase is cut, and
what stands behind is not looked at."""

_PREFIX: Final = 5
"""How many words a prefix counts for: it stands for every word that begins so."""

_BREAK: Final = "\u241f"
"""Stands between two texts of a statement, so that no phrase runs from one into the other."""

_NOTHING: Final = '""'
"""In FTS5's language, what no statement has: a phrase without words."""

_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')


class Sought(NamedTuple):
    """One question in FTS5's language: `match` must be found, `without` must not. `match` is None
    where nothing must be found; where both are, every statement answers. `wanted` and `unwanted`
    are the same word by word, or phrase or beginning."""

    match: str | None
    without: str | None
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


def text_of(statement: Statement) -> str:
    """Everything of a statement that can be searched: its text, its quotes, source titles, places,
    tags and the spellings of its actors as they are written.

    As the index takes it: its tokenizer cuts and folds ASCII as `words_of` does, and takes every
    other character for part of a word; so what is not ASCII is cut here.
    """
    said = statement.said
    texts = [statement.text, *([] if said.by is None else [said.by]), *said.with_]
    texts += [via.actor for via in said.via]
    texts += [about.actor for about in statement.about]
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
    some question. What has no letter or digit (`!`, an emoji) is in no statement's words: beside
    words it is passed over, by itself it finds nothing. A question that asks for nothing (blank,
    `-`) makes all of them ask for nothing (an empty list)."""
    found: list[Sought] = []
    left = MOST_WORDS
    for question in dict.fromkeys(questions):
        if left > 0:
            one, left = _sought(question, left)
            found.append(one)
    return [] if any(one[:2] == (None, None) for one in found) else found


def _sought(question: str, left: int) -> tuple[Sought, int]:
    """What it asks for in as many words as are left, and how many are left behind it."""
    terms: tuple[dict[str, None], dict[str, None]] = ({}, {})
    is_odd = False
    for negated, words, star in _terms(question):
        if left <= 0:
            break
        if not words:
            is_odd = is_odd or not negated
            continue
        words = words[:left]
        term = f'"{" ".join(words)}"{star}'
        if term not in terms[negated]:
            terms[negated][term] = None
            left -= len(words) * (_PREFIX if star else 1)
    wanted, unwanted = terms
    if not wanted and is_odd:
        wanted[_NOTHING] = None
    apart = tuple(wanted), tuple(unwanted)
    without = " OR ".join(unwanted) or None
    if not wanted:
        return Sought(None, without, *apart), left
    match = " AND ".join(wanted)
    return Sought(match if without is None else f"({match}) NOT ({without})", None, *apart), left


def _terms(question: str) -> Iterable[tuple[bool, list[str], str]]:
    """Whether it is unwanted, its words (none where it has no letter or digit), and what marks a
    prefix."""
    for minus, phrase, bare in _TERM.findall(question):
        negated = bool(minus) or bare[:1] == "-"
        words = words_of(bare or phrase)
        if words:
            yield negated, words, " *" if _is_beginning(bare, words[-1]) else ""
        elif bare.strip("-") or phrase.strip():
            yield negated, [], ""


def _is_beginning(bare: str, last: str) -> bool:
    """Whether what is found may go on behind the last word: where it is marked as a prefix, and
    behind Hangul, since a particle may follow. What is found anywhere in a run needs no mark."""
    return is_hangul(last) or (bare[-1:] == "*" and not is_single(last))

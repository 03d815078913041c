"""Full text: which texts of a statement are searched, and how a search line becomes an FTS5 query.

Words are cut by `projections.fold.indexing.words`, in the index and in queries alike; SQLite only
finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from events.statement.statement import Statement
from projections.fold.indexing.words import is_hangul, is_single, words_of

__all__ = ["MOST_WORDS", "SearchQuery", "search_queries", "text_of"]

MOST_WORDS: Final = 100
"""The most words of all search lines together, phrases included; a longer phrase is cut, and the
rest of the line is ignored."""

_PREFIX: Final = 5
"""How many words a prefix counts for, because it matches every word that begins with it."""

_BREAK: Final = "\u241f"
"""Separates two texts of a statement, so that no phrase runs from one into the other."""

_NOTHING: Final = '""'
"""An FTS5 query that matches no statement: a phrase without words."""

_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')


class SearchQuery(NamedTuple):
    """One search line as FTS5 queries: `match` must be found, `without` must not. `match` is None
    if nothing must be found; if both are None, every statement matches. `wanted` and `unwanted`
    hold the same by word, phrase or prefix."""

    match: str | None
    without: str | None
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


def text_of(statement: Statement) -> str:
    """Everything of a statement that can be searched: its text, its quotes, source titles, places,
    tags and the spellings of its actors as they are written.

    The text has the form that the index takes: the tokenizer of FTS5 cuts and folds ASCII as
    `words_of` does, and treats every other character as part of a word; so everything beyond ASCII
    is cut here.
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


def search_queries(questions: Sequence[str]) -> list[SearchQuery]:
    """The FTS5 queries of search lines: words that must all occur, `"phrases"`, `-not`, prefixes
    `word*`. A word that is written as several (`11,000`, `Jong-un`) is a phrase. Any text is valid.
    A part without a letter or digit (`!`, an emoji) occurs in no statement's words: beside words it
    is ignored, by itself it matches nothing. If one line asks for nothing (blank, `-`), the result
    is an empty list."""
    found: list[SearchQuery] = []
    left = MOST_WORDS
    for question in dict.fromkeys(questions):
        if left > 0:
            one, left = _search_query(question, left)
            found.append(one)
    return [] if any(one[:2] == (None, None) for one in found) else found


def _search_query(question: str, left: int) -> tuple[SearchQuery, int]:
    """The query of a search line with at most `left` words, and how many words are left after
    it."""
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
        return SearchQuery(None, without, *apart), left
    match = " AND ".join(wanted)
    return SearchQuery(
        match if without is None else f"({match}) NOT ({without})", None, *apart
    ), left


def _terms(question: str) -> Iterable[tuple[bool, list[str], str]]:
    """The terms of a search line: whether each is unwanted, its words (empty if it has no letter or
    digit), and its prefix mark."""
    for minus, phrase, bare in _TERM.findall(question):
        negated = bool(minus) or bare[:1] == "-"
        words = words_of(bare or phrase)
        if words:
            yield negated, words, " *" if _is_beginning(bare, words[-1]) else ""
        elif bare.strip("-") or phrase.strip():
            yield negated, [], ""


def _is_beginning(bare: str, last: str) -> bool:
    """Whether the match may continue after the last word: if it is marked as a prefix, and after
    Hangul, since a particle may follow. Scripts without spaces need no mark, since a word matches
    anywhere in a run."""
    return is_hangul(last) or (bare[-1:] == "*" and not is_single(last))

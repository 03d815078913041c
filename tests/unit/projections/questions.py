"""Lines that somebody types into a search box, each beside what it means, in plain Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from events.statement.statement import Statement

__all__ = ["QUESTIONS", "finds"]

_Texts = Sequence[Sequence[str]]


def _phrase(*words: str) -> Callable[[_Texts], bool]:
    """The words stand side by side in one text."""

    def is_in(texts: _Texts) -> bool:
        return any(
            tuple(text[n : n + len(words)]) == words for text in texts for n in range(len(text))
        )

    return is_in


def _begins(prefix: str) -> Callable[[_Texts], bool]:
    return lambda texts: any(word.startswith(prefix) for text in texts for word in text)


QUESTIONS: dict[str, Callable[[_Texts], bool]] = {
    "kim": _phrase("kim"),
    "KIM by": lambda texts: _phrase("kim")(texts) and _phrase("by")(texts),
    '"By kim"': _phrase("by", "kim"),
    '"kim by"': _phrase("kim", "by"),
    "correct*": _begins("correct"),
    "-corrected": lambda texts: not _phrase("corrected")(texts),
    "by -correct*": lambda texts: _phrase("by")(texts) and not _begins("correct")(texts),
    'two -"jong un"': lambda texts: _phrase("two")(texts) and not _phrase("jong", "un")(texts),
    "ÚX": _phrase("ux"),
    "Jong-Un": _phrase("jong", "un"),
    '"title 1" kursk': lambda texts: _phrase("title", "1")(texts) and _phrase("kursk")(texts),
    "t1": _phrase("t1"),
    "zzz": lambda _: False,
    "!!! *": lambda _: False,
    "kim !": _phrase("kim"),
    "-!": lambda _: True,
    '"" -': lambda _: True,
    '"unclosed': _phrase("unclosed"),
    "NEAR(kim OR lee) AND {a:b}^": lambda texts: (
        all(_phrase(word)(texts) for word in ("or", "and"))
        and _phrase("near", "kim")(texts)
        and _phrase("lee")(texts)
        and _phrase("a", "b")(texts)
    ),
}


def finds(statement: Statement, questions: Sequence[str]) -> bool:
    """Whether any of the questions finds the statement; none asked finds all."""
    if not questions:
        return True
    texts = [_words(text) for text in _texts(statement)]
    return any(QUESTIONS[question](texts) for question in questions)


def _texts(statement: Statement) -> list[str]:
    said = statement.said
    sources = [text for s in statement.sources for text in (s.title, s.quote) if text is not None]
    speakers = [spelling for spelling in (said.by, *said.with_) if spelling is not None]
    named = [*speakers, *[via.actor for via in said.via], *[a.actor for a in statement.about]]
    return [statement.text, *named, *[p.name for p in statement.places], *statement.tags, *sources]


def _words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.findall("[a-z0-9]+", bare.lower())

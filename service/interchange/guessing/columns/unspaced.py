"""Words of scripts without spaces between words: Chinese, Japanese, Korean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from service.interchange.guessing.columns.word_files import words_of_languages
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["width_of", "words_in"]

_LANGUAGES: Final = ("zh", "ja", "ko")
_SIGN: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A kana, a Chinese character, or a syllable of Hangul."""
_WIDTH: Final = 2
"""The number of letters that such a sign counts as, because it says as much."""


def width_of(text: str) -> int:
    """The length of a text, in letters."""
    return len(text) + (_WIDTH - 1) * len(_SIGN.findall(text))


def words_in(word: str) -> Iterator[str]:
    """The known words in a run of such a script, the longest first; the text between them is a word
    too. A word of another script is itself."""
    word = unicodedata.normalize("NFC", word)
    if not _SIGN.search(word):
        yield folded(word)
        return
    start = at = 0
    while at < len(word):
        known = next((n for n in range(len(word) - at, 0, -1) if word[at : at + n] in _known()), 0)
        if known:
            yield from map(folded, filter(None, (word[start:at], word[at : at + known])))
            start = at + known
        at += known or 1
    yield from map(folded, filter(None, (word[start:],)))


@cache
def _known() -> frozenset[str]:
    words = frozenset[str]().union(*(words_of_languages()[each] for each in _LANGUAGES))
    return frozenset(unicodedata.normalize("NFC", word) for word in words)

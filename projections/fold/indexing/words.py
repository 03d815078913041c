"""Words: how a text is cut and folded, in the search index and in questions alike.

Folding resolves compatibility forms (Unicode NFKC) and case, and drops what readers leave out:
accents (U+0300 to U+036F), the points of Arabic and Hebrew, tatweel, strokes through Latin letters,
soft hyphens and other invisible characters. So `Élysée` is `elysee`, `Łódź` is `lodz` and `ё` is
`е`; a ligature is its letters.

A word is a run of letters, digits and the marks that belong to them. Han, Kana, Bopomofo, Thai,
Lao, Burmese and Khmer are written without spaces, so each of their characters is a word, and a
phrase of them is found anywhere in a run. Hangul is separated from other scripts next to it, since
a particle follows a foreign name without a space.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from events.statement.code_points import IGNORABLE

__all__ = ["is_hangul", "is_single", "words_of"]

_SINGLE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai to Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"  # Han
    "\u3041-\u3096\u3099-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Kana
    "\U0001aff0-\U0001b16f\u3105-\u312f\u31a0-\u31bf"  # Kana, Bopomofo
)
"""Scripts that are written without spaces, as the inside of a character class."""
_HANGUL: Final = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
"""Includes the characters to which compatibility forms of Hangul are resolved."""

_DROPPED = re.compile(
    "[\u0300-\u036f"  # accents
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # niqqud and cantillation
    "\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff]+"  # harakat, tatweel and signs of the Quran
)
_INVISIBLE = re.compile(f"[{IGNORABLE}]+")

_LIGATURES: Final = {
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ȷ": "j",
    "ð": "d",
    "þ": "th",
    "ŋ": "n",
    "ĸ": "k",
    "\u0622": "\u0627",  # all forms of Arabic alef count as one
    "\u0623": "\u0627",
    "\u0625": "\u0627",
    "\u0671": "\u0627",
}
_STROKED = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH .*")

_is_single = re.compile(f"[{_SINGLE}]").match
_is_hangul = re.compile(f"[{_HANGUL}]").match
_plain_words = re.compile("[a-z0-9]+").findall


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    if text.isascii():
        return _plain_words(text.lower())
    return _words().findall(_folded(text))


def is_single(word: str) -> bool:
    """Whether the word is one character of a script that is written without spaces."""
    return _is_single(word) is not None


def is_hangul(word: str) -> bool:
    """Whether the word is Hangul, which a particle may follow."""
    return _is_hangul(word) is not None


def _folded(text: str) -> str:
    cased = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    apart = _DROPPED.sub("", unicodedata.normalize("NFKD", cased))
    whole = unicodedata.normalize("NFC", _INVISIBLE.sub("", apart))
    return whole.translate(_letters())


@lru_cache(maxsize=1)
def _letters() -> dict[int, str]:
    """Maps Latin letters with a stroke, a hook or a tail to the plain letter, and ligatures to
    their letters."""
    letters = {ord(letter): plain for letter, plain in _LIGATURES.items()}
    for first, last in ((0x80, 0x2AF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x2C60, 0xA7FF)):
        for code in range(first, last + 1):
            found = _STROKED.fullmatch(unicodedata.name(chr(code), ""))
            if found:
                letters[code] = found[1].lower()
    return letters


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    marks, signs = _marks()
    run = f"(?:(?![{_SINGLE}{_HANGUL}])[^\\W_]|[{marks}])+"
    return re.compile(f"(?![{signs}])[{_SINGLE}]|[{_HANGUL}]+|{run}")


def _marks() -> tuple[str, str]:
    """Two character classes (their insides): marks that belong to letters (vowel signs of Indic
    scripts), which Python's word class leaves out; and signs among the single-character words that
    are not words."""
    marks, signs = [], []
    for character in map(chr, range(0x300, 0x10000)):
        kind = unicodedata.category(character)[0]
        if kind == "M" and not is_single(character):
            marks.append(character)
        elif kind not in "LMN" and is_single(character):
            signs.append(character)
    return "".join(marks), "".join(signs)

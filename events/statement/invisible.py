"""Finds invisible characters in names. With them two different names could look the same, and a
speaker could seem to corroborate himself.

A name may not contain control characters, invisible characters, or white space other than single
spaces between words. ZWJ and ZWNJ may stand between letters, marks and emoji, where scripts and
emoji need them, but not beside letters whose shape they never change, such as Latin; U+FE0F may
stand behind an emoji, and within a keycap.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from events.statement.code_points import BLANK, EMOJI, IGNORABLE

__all__ = ["PLAIN_NAME", "ForbiddenCharacter", "forbidden_in", "is_blank"]

_WHITE: Final = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CONTROL: Final = "\x00-\x1f\x7f-\x9f"
_UNSEEN: Final = f"{_CONTROL}{IGNORABLE}{BLANK}\ud800-\udfff"

PLAIN_NAME: Final = "[!-~]+(?: [!-~]+)*"
"""The pattern of nearly all names: in ASCII, where everything is seen."""
_is_plain = re.compile(PLAIN_NAME).fullmatch
_suspects = re.compile(f"[{_UNSEEN}{_WHITE.replace(' ', '')}]|^ |  | \\Z").finditer
_is_white = re.compile(f"[{_WHITE}\u2800]").match
_is_emoji = re.compile(f"[{EMOJI}]").match
_shows = re.compile(f"[^{_UNSEEN}{_WHITE}]").search

_JOINERS: Final = "\u200c\u200d"
_BEFORE_ARABIC: Final = "\u0600"
_UNJOINED: Final = re.compile(
    r"(?:LATIN|GREEK|COPTIC|CYRILLIC|GEORGIAN|ETHIOPIC|CHEROKEE|THAI|LAO|CJK|HIRAGANA|KATAKANA|BOPOMOFO"
    r"|HANGUL|YI|FULLWIDTH|HALFWIDTH|MODIFIER|COMBINING)\b"
).match
"""Whether a letter or mark of this Unicode name looks the same with a joiner beside it. This also
holds for all before U+0600: Latin, Greek, Cyrillic, Armenian, Hebrew."""
_EMOJI_STYLE: Final = "\ufe0f"
_KEYCAP: Final = "\u20e3"
_CONTROLS: Final = {"\0": "NULL", "\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}


class ForbiddenCharacter(NamedTuple):
    """A character that is not allowed in a name: its number, counted from 1, and what to do about
    it."""

    column: int
    message: str


def forbidden_in(name: str) -> ForbiddenCharacter | None:
    """The first character of `name` that is not allowed in names, or None."""
    if _is_plain(name):
        return None
    for found in _suspects(name):
        place = found.end() - 1
        if not _may_stand(name, place):
            return ForbiddenCharacter(place + 1, _message(name, place))
    return None


def is_blank(text: str) -> bool:
    """Whether `text` has no visible character."""
    return _shows(text) is None


def _may_stand(name: str, place: int) -> bool:
    character, before, after = name[place], name[place - 1 : place], name[place + 1 : place + 2]
    if character in _JOINERS:
        return _joins(before) and _joins(after)
    if character == _EMOJI_STYLE:
        in_keycap = before != "" and before in "0123456789#*" and after == _KEYCAP
        return in_keycap or _is_emoji(before) is not None
    return False


def _joins(neighbour: str) -> bool:
    """Whether it is an emoji, or a letter or mark (U+FE0F among them) that a joiner can change."""
    if neighbour == "" or _is_emoji(neighbour):
        return neighbour != ""
    if unicodedata.category(neighbour)[0] not in "LM" or neighbour < _BEFORE_ARABIC:
        return False
    return _UNJOINED(unicodedata.name(neighbour, "")) is None


def _message(name: str, place: int) -> str:
    character = name[place]
    called = unicodedata.name(character, _CONTROLS.get(character, ""))
    where = f"U+{ord(character):04X}{called and f' {called}'} at character {place + 1}"
    if not _is_white(character):
        return f"{where} cannot be seen here: leave it out."
    if character == " " and 0 < place < len(name) - 1:
        return f"{where} follows another one: one space between words is enough."
    if 0 < place < len(name) - 1:
        return f"{where} is not a plain space: write one space between words."
    return f"{where}: a name neither begins nor ends with white space; leave it out."

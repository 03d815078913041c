"""Tags and actors' ids: short texts of letters of any script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from events.statement.invisible import forbidden_in

__all__ = ["LONGEST_ID", "LONGEST_TAG", "folded_tag", "is_actor_id", "is_tag"]

LONGEST_TAG = 40
LONGEST_ID = 64
_DIGITS = "0123456789"

_plain_tag = re.compile(f"[a-z0-9-]{{1,{LONGEST_TAG}}}").fullmatch
_plain_id = re.compile(f"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_ID - 1}}}").fullmatch


@lru_cache(maxsize=4_096)
def folded_tag(tag: str) -> str:
    """A tag as it is stored and compared: NFC without case."""
    if _plain_tag(tag):
        return tag
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", tag).casefold())


def is_tag(text: str) -> bool:
    """Whether the text has only letters, marks, digits and `-`, and at most `LONGEST_TAG` of them
    after folding."""
    if _plain_tag(text):
        return True
    text = folded_tag(text)
    return 1 <= len(text) <= LONGEST_TAG and _is_all_of(text, ("L", "M", "Nd"), "-")


def is_actor_id(text: str) -> bool:
    """Whether the text has only letters (with their marks) of any script, ASCII digits, `.`, `_`
    and `-`, begins with a letter or digit, and has at most `LONGEST_ID` characters."""
    if _plain_id(text):
        return True
    first, rest = text[:1], text[1:]
    begins = _is_all_of(first, ("L",), _DIGITS)
    return begins and 1 <= len(text) <= LONGEST_ID and _is_all_of(rest, ("L", "M"), f"{_DIGITS}._-")


def _is_all_of(text: str, categories: tuple[str, ...], others: str) -> bool:
    """Whether each character is visible, and of one of these general categories of Unicode or among
    the others."""
    fits = all(c in others or unicodedata.category(c).startswith(categories) for c in text)
    return fits and forbidden_in(text) is None

"""Turns texts into valid names and tags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from events.statement.invisible import forbidden_in
from events.statement.letters import LONGEST_TAG
from service.interchange.mappings.operations.exact_text import ExactText

__all__ = [
    "MOST_OF_NAME",
    "cleaned_name",
    "other_names",
    "slug_of",
    "spelling_of",
    "without_formats",
]

MOST_OF_NAME: Final = 200
_OF_TAG: Final = ("L", "M", "Nd")
"""The general categories of Unicode that a tag may contain."""
_EXAMINED: Final = 2_000
"""The most characters that are examined for a name, because removing characters one by one takes
time."""


def cleaned_name(text: str) -> str:
    """The text as a name: one space between words, no invisible characters, and at most 200
    characters."""
    words = " ".join("".join(map(_visible, text[:_EXAMINED])).split())
    while (hidden := forbidden_in(words)) is not None:
        words = " ".join((words[: hidden.column - 1] + words[hidden.column :]).split())
    return words[:MOST_OF_NAME].rstrip()


def _visible(character: str) -> str:
    """Control characters become spaces. Other characters stay, or are found by `forbidden_in`,
    which knows the scripts that need them."""
    return " " if unicodedata.category(character) == "Cc" else character


def without_formats(text: str) -> str:
    """The text without surrounding white space, and without characters that only affect how others
    are shown, such as U+FEFF, and U+200E, which other programs put before dates."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def slug_of(text: str) -> str:
    """The text as a tag: lower-case letters, marks and digits of any script, with `-` between
    words."""
    small = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text[:_EXAMINED]).casefold())
    kept = "".join(c if unicodedata.category(c).startswith(_OF_TAG) else "-" for c in small)
    while (hidden := forbidden_in(kept)) is not None:
        kept = kept[: hidden.column - 1] + kept[hidden.column :]
    return re.sub("-{2,}", "-", kept).strip("-")[:LONGEST_TAG].strip("-")


def other_names(names: Sequence[str], by: str | None) -> tuple[list[str], list[str]]:
    """The speakers besides `by`, each once, however spelled; and the names that occurred again.
    Exact texts stay."""
    seen = {spelling_of(by or "")}
    others: list[str] = []
    again: list[str] = []
    for name in names:
        is_again = spelling_of(name) in seen and not isinstance(name, ExactText)
        (again if is_again else others).append(str(name))
        seen.add(spelling_of(name))
    return others, again


def spelling_of(name: str) -> str:
    """The common form of equal spellings of an actor."""
    return unicodedata.normalize("NFC", name).casefold()

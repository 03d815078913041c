"""The words that a guess uses, from the folder `words` beside this module: words of column names,
by meaning and language, and words of cells."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from service.interchange.mappings.operations.dates.months import folded

__all__ = [
    "kind_words",
    "qualifier_words",
    "words_of_cells",
    "words_of_languages",
    "words_that_mean",
]

_FOLDER: Final = Path(__file__).with_name("words")


@cache
def words_of_languages() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """For each language its words, and the meanings that each of them may have."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for file in sorted((_FOLDER / "names").glob("*.toml")):
        for meaning, languages in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for language, words in languages.items():
                known = found.setdefault(language, {})
                for word in map(folded, words.split()):
                    known[word] = known.get(word, frozenset()) | {meaning}
    return found


@cache
def words_that_mean(*meanings: str) -> frozenset[str]:
    """The words of all languages that have one of the meanings."""
    return frozenset(
        word
        for known in words_of_languages().values()
        for word, has in known.items()
        if not has.isdisjoint(meanings)
    )


@cache
def words_of_cells(*path: str) -> frozenset[str]:
    """The words under that heading in the file of cells, without accents."""
    found: Any = _cells()
    for name in path:
        found = found[name]
    return frozenset(_spaced(found))


@cache
def qualifier_words() -> Mapping[str, str | None]:
    """The words and signs around a number, with the qualifier that each means; None for a sign that
    makes nothing vague."""
    return {
        word: None if name == "signs" else name
        for name, words in _cells()["qualifiers"].items()
        for word in _spaced(words)
    }


@cache
def kind_words(where: str) -> Mapping[str, str]:
    """The words for kinds of statements, with the kind that each means: words in `cells`, or in the
    `names` of columns."""
    kinds = tomllib.loads((_FOLDER / "kinds.toml").read_text(encoding="utf-8"))[where]
    return {word: kind for kind, words in kinds.items() for word in _spaced(words)}


@cache
def _cells() -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / "cells.toml").read_text(encoding="utf-8"))


def _spaced(words: str) -> list[str]:
    return [folded(word.replace("_", " ")) for word in words.split()]

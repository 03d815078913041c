"""The words that a guess goes by."""

from __future__ import annotations

from typing import get_args

from events.statement.statement import Qualifier
from service.interchange.guessing.clues import MEANINGS
from service.interchange.guessing.columns.word_files import (
    qualifier_words,
    words_of_cells,
    words_of_languages,
    words_that_mean,
)

_ADDED = {"answer", "asked", "coded", "initials", "mark", "other"}
"""Meanings that the look of the cells gives, and words that are not known."""


def test_each_meaning_is_one_that_a_tell_asks_for() -> None:
    """A meaning that no tell knows is a slip of the pen, and so is one that no word has."""
    meant = {
        meaning
        for known in words_of_languages().values()
        for meanings in known.values()
        for meaning in meanings
    }
    assert meant >= MEANINGS - _ADDED
    assert meant - MEANINGS <= {"filler", "month", "day", "year", "truth"}


def test_every_language_can_name_what_a_statement_has() -> None:
    """Each of the fifteen has words for a date, a speaker, a text, a place, a source and a key."""
    assert len(words_of_languages()) == 15
    for known in words_of_languages().values():
        meant = {meaning for meanings in known.values() for meaning in meanings}
        assert {"date", "person", "statement", "account", "place", "source", "key"} <= meant


def test_words_are_found_without_accents() -> None:
    """As names and cells are compared."""
    assert {"ubersicht", "zitat"} & words_that_mean("quote")
    assert "k. a." in words_of_cells("nothing")
    assert {*qualifier_words().values()} - {None} <= {*get_args(Qualifier)}

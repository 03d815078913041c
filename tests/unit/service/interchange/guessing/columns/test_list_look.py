"""Cells that are lists."""

from __future__ import annotations

from service.interchange.guessing.columns.list_look import (
    items_of,
    separator_of,
    signs_of_links,
    signs_of_written_lists,
)
from tests.rows import each_row

_ONE, _TWO, _THREE = "https://a.example/1", "https://b.example/x;y=2", "http://c.example/,3"


@each_row(
    ("texts", "signs"),
    [
        ([f"{_ONE} {_TWO}", _THREE], (" ",)),
        ([f"{_ONE}; {_TWO}", f"{_ONE}\n{_THREE}"], ("\n", "; ")),
        ([f"{_ONE} and {_THREE}"], (" and ",)),
        ([_ONE, _TWO, _THREE], ()),
        ([f"see {_ONE}, {_TWO}"], ()),
    ],
)
def test_links_are_separated_where_another_one_begins(
    texts: list[str], signs: tuple[str, ...]
) -> None:
    """A sign within a link separates nothing."""
    assert signs_of_links(texts) == signs
    if signs:
        assert {_ONE} <= {*items_of(texts, signs)} <= {_ONE, _TWO, _THREE}


def test_lists_that_programs_have_written_are_taken_apart() -> None:
    """With either quotation mark, and also where a list is empty or cut off."""
    texts = ["['NASA', \"Yorick's skull\", 'moon']", "[]", "['one', 'tw"]
    signs = signs_of_written_lists(texts)
    assert items_of(texts, signs) == ["NASA", "Yorick's skull", "moon", "one", "tw"]
    assert signs_of_written_lists(["[sic]", "['one']"]) == ()


def test_a_sign_between_short_words_is_a_separator() -> None:
    """Commas in sentences are none."""
    assert separator_of(["a; b", "c"]) == ";"
    assert separator_of(["They said, as far as is known, that it had rained."]) is None

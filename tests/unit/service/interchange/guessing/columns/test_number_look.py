"""How numbers stand in the cells of a column."""

from __future__ import annotations

from service.interchange.guessing.columns.number_look import look_of_numbers, qualifier_of
from tests.rows import each_row


@each_row(
    ("texts", "form"),
    [
        (["1.234,5", "2"], (",", ".")),
        (["1,234", "2,500.75"], (".", ",")),
        (["1.200", "2.500"], (",", ".")),
        (["0.5", "12"], (".", "")),
        (["1 234", "5"], (".", " ")),
        (["12", "many"], (None, "")),
    ],
)
def test_numbers_are_seen_with_their_signs(texts: list[str], form: tuple[str | None, str]) -> None:
    """Decimal and group sign are those that all cells agree on."""
    found = look_of_numbers(texts)
    assert (found.decimal, found.group) == form


@each_row(
    ("texts", "words", "values"),
    [
        (["ca. 250", "rund 1.500", "40"], ("ca.", "rund"), [250, 1500, 40]),
        (["10+", "at least 4"], ("+", "at least"), [10, 4]),
        (["більше 100 000", "5"], ("більше",), [100_000, 5]),
        (["$750,000", "$1,080.50"], ("$",), [750_000, 1_080.5]),
    ],
)
def test_words_around_numbers_are_seen(
    texts: list[str], words: tuple[str, ...], values: list[float]
) -> None:
    """They do not hide that the cells are numbers, and the numbers are read without them."""
    found = look_of_numbers(texts)
    assert found.words == words
    assert [*map(found.value, texts)] == values
    assert (found.least, found.most) == (min(values), max(values))


def test_a_number_with_other_words_is_none() -> None:
    """What stands around it may be anything: a street, a case, a unit."""
    assert look_of_numbers(["12 High Street", "3 Mill Lane"]).decimal is None


def test_numbers_from_the_one_to_the_other_are_seen() -> None:
    """The dash between them is that at which a mapping splits the cell."""
    found = look_of_numbers(["20-30", "25", "1,000-1,200"])
    assert (found.dash, found.group, found.most) == ("-", ",", 1000)
    assert look_of_numbers(["20-30", "4–5"]).decimal is None


@each_row(
    ("word", "qualifier"),
    [
        ("ca.", "about"),
        ("Über", "more-than"),
        ("не менее", "at-least"),
        ("jusqu'à", "at-most"),
        ("weniger als", "fewer-than"),
        ("$", None),
        ("usually", None),
    ],
)
def test_words_say_how_exact_a_number_is(word: str, qualifier: str | None) -> None:
    """In any case, with or without a full stop."""
    assert qualifier_of(word) == qualifier

"""Names and tags out of any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events.statement.invisible import forbidden_in
from events.statement.letters import is_tag
from service.interchange.mappings.operations.cleaning import (
    MOST_OF_NAME,
    cleaned_name,
    slug_of,
)

texts = st.text(max_size=300) | st.text("\u200b\u200d\u00ad \t\nab\ufe0f", max_size=300)


@given(texts)
def test_a_cleaned_text_is_a_name_or_nothing(text: str) -> None:
    """It has nothing that a name may not have, is no longer than one, and cleaning it again changes
    nothing."""
    name = cleaned_name(text)
    assert forbidden_in(name) is None
    assert len(name) <= MOST_OF_NAME
    assert cleaned_name(name) == name


@given(texts)
def test_a_slug_is_a_tag_or_nothing(text: str) -> None:
    """The rules of a statement take it, and making it again changes nothing."""
    slug = slug_of(text)
    assert not slug or is_tag(slug)
    assert "--" not in slug
    assert slug_of(slug) == slug


def test_what_stays_of_names_and_tags() -> None:
    """White space becomes one space, what cannot be seen goes, a slash stays in a name; a tag keeps
    the letters of every script."""
    assert cleaned_name("  Al\u200b\tShabaab /\u00a0HSM\r\n") == "Al Shabaab / HSM"
    assert slug_of("Große Not / Збройні сили!") == "grosse-not-збройні-сили"
    assert slug_of("100 km²\ufe00") == "100-km"
    assert slug_of("word " * 100) == "word-" * 7 + "word"
    assert cleaned_name("x" * 100_000 + "\u200b" * 1_000_000) == "x" * 200

"""Texts that come back from a cell whatever they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.mappings.operations.exact_text import (
    ExactText,
    exactly_read,
    exactly_written,
    needs_exactness,
)

_TEXTS = st.text(st.sampled_from('\\"¦ \n\t\u2028ax') | st.characters(codec="utf-8"))


@given(_TEXTS)
def test_what_was_written_exactly_comes_back(text: str) -> None:
    """For any text; what is written has no separator and no white space at its ends, and what was
    not written so is the same text without being exact."""
    cell = exactly_written(text)
    assert exactly_read(cell) == text
    assert isinstance(exactly_read(cell), ExactText)
    assert needs_exactness(cell)
    assert "¦" not in cell
    assert cell == cell.strip()
    if not needs_exactness(text):
        assert type(exactly_read(text)) is str


def test_what_only_begins_like_it_stays() -> None:
    """A path of another system, a quotation and an unfinished form are what they are."""
    for text in (r"\share", '"Never"', r"\"open", r'\"a" b', r'\"\q"', r"\"\ud800"):
        assert exactly_read(text) == text

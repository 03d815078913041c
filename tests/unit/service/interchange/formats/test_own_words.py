"""What our own exports have of a statement, in words and in parts."""

from __future__ import annotations

import pytest

from service.interchange.formats.own_words import own_speakers, text_above_facts
from service.interchange.mappings.operations.exact_text import ExactText


@pytest.mark.parametrize(
    ("content", "text"),
    [("A\n\n B \n\nClaim by C", "A\n\n B "), (" \n\nfacts", " "), ("alone", ""), ("", "")],
)
def test_the_text_is_all_above_the_last_paragraph(content: str, text: str) -> None:
    """With its own empty lines, and exactly."""
    found = text_above_facts(content)
    assert found == text
    assert isinstance(found, ExactText) is bool(text)


def test_the_parts_of_a_chain_stay_beside_each_other() -> None:
    """A date that is not known leaves its place; what is no object is passed over."""
    via = [{"actor": "A", "role": "agency", "on": None}, 1, {"actor": "B", "on": "2024"}]
    found = own_speakers({"by": None, "with": "x", "via": via})
    assert found["speaker"] == ""
    assert found["further speakers"] == ()
    assert [found[f"via {name}"] for name in ("actor", "role", "on")] == [
        ("A", "B"),
        ("agency", ""),
        ("", "2024"),
    ]

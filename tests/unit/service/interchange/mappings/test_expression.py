"""Expressions: a source and its operations."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.errors import Fault
from service.interchange.mappings.expression import is_expression, read_expression
from tests.rows import each_row

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
words = ["column", "value", "template", "split", "take", "strip-html", "lookup", "else", "date"]


@given(st.dictionaries(st.sampled_from(words), anything))
def test_anything_is_a_place_or_has_faults(given_expression: dict[str, Any]) -> None:
    """A expression is read, or everything wrong with it is said below its pointer."""
    faults: list[Fault] = []
    expression = read_expression(given_expression, "/at", faults)
    assert (expression is None) == bool(faults)
    assert all(fault.path.startswith("/at") for fault in faults)


@each_row(
    ("given_expression", "columns"),
    [
        ({"column": "A"}, ("A",)),
        ({"value": "A"}, ()),
        ({"template": "{A} of {B c}, {A}"}, ("A", "B c", "A")),
    ],
)
def test_a_place_knows_its_columns(
    given_expression: dict[str, Any], columns: tuple[str, ...]
) -> None:
    """What it reads is what the dry run holds against the file."""
    expression = read_expression(given_expression, "", [])
    assert is_expression(given_expression)
    assert expression is not None
    assert expression.columns == columns

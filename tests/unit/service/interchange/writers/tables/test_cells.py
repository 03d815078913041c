"""Cells that no spreadsheet runs, and that come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.tables.cells import as_written, harmless, list_cell, names_cell

_CELLS = st.text(st.sampled_from("=+-@\t\r'a1.") | st.characters())


@given(_CELLS)
def test_what_was_made_harmless_comes_back(cell: str) -> None:
    """For any text, taking away what was put before it gives the text again."""
    assert as_written(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_could_be_a_formula_begins_with_an_apostrophe(cell: str) -> None:
    """No cell that a spreadsheet would run is left as it is."""
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-3", "+3", "-0.25", "1e5", "-0044-03-15", "-0044/..", "", "a=b"])
def test_numbers_and_dates_stay_as_they_are(cell: str) -> None:
    """A number or a date that begins with a sign is no formula, and programs must find it."""
    assert harmless(cell) == cell


def test_a_list_keeps_its_places() -> None:
    """An item that has nothing leaves its place empty; a list of nothing is an empty cell."""
    assert list_cell(["a", None, "c"]) == "a ¦  ¦ c"
    assert list_cell([None, None]) == list_cell([]) == ""
    assert list_cell(["a ¦ b"]) == r'\"a \u00a6 b"'


def test_a_name_that_comes_twice_is_written_exactly() -> None:
    """An import would take it for the same once."""
    assert names_cell(["a", "b", "a"]) == r'a ¦ b ¦ \"a"'

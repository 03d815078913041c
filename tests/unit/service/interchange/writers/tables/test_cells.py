"""Lists in one cell, which come back as they were."""

from service.interchange.writers.tables.cells import list_cell, names_cell


def test_a_list_keeps_its_places() -> None:
    """An item that has nothing leaves its place empty; a list of nothing is an empty cell."""
    assert list_cell(["a", None, "c"]) == "a ¦  ¦ c"
    assert list_cell([None, None]) == list_cell([]) == ""
    assert list_cell(["a ¦ b"]) == r'\"a \u00a6 b"'


def test_a_name_that_comes_twice_is_written_exactly() -> None:
    """An import would take it for the same once."""
    assert names_cell(["a", "b", "a"]) == r'a ¦ b ¦ \"a"'

"""A table that one test tries."""

from __future__ import annotations

import pytest

from tests.rows import each_row


@each_row("left, right", [(1, 1), (2, 2)])
def test_fixtures_are_passed_on(left: int, right: int, tmp_path_factory: object) -> None:
    """What is no column is a fixture."""
    assert tmp_path_factory
    assert left == right


def test_each_row_that_fails_is_named() -> None:
    """The rows after one that fails are tried, too, and whatever way it fails it is named."""
    tried = []

    @each_row("number", [1, 2, 3, 4])
    def test(number: int) -> None:
        tried.append(number)
        if number == 3:
            pytest.fail("three")
        assert number % 2 == 0, "odd"

    with pytest.raises(BaseExceptionGroup) as failure:
        test()
    assert tried == [1, 2, 3, 4]
    assert failure.value.message == "2 of 4 rows fail:\n1\n3"
    assert [str(each).partition("\n")[0] for each in failure.value.exceptions] == ["odd", "three"]


def test_a_table_without_rows_proves_nothing() -> None:
    """It is skipped, which fails in CI."""

    @each_row("number", [])
    def test(number: int) -> None:
        assert number

    with pytest.raises(pytest.skip.Exception):
        test()


async def test_rows_of_a_test_with_an_event_loop_are_tried_alike() -> None:
    """Each is awaited, and those that fail are named."""

    @each_row("number", [1, 2, 3])
    async def test(number: int) -> None:
        assert await _left(number) == 0, "odd"

    with pytest.raises(ExceptionGroup) as failure:
        await test()
    assert failure.value.message == "2 of 3 rows fail:\n1\n3"


async def _left(number: int) -> int:
    return number % 2

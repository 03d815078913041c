"""A table of inputs to one pure function, tried by one test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import pytest

__all__ = ["each_row"]


def each_row(
    names: str | Sequence[str], table: Iterable[Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Like `pytest.mark.parametrize`, for rows that need nothing of their own made for them: one
    test tries them all with the same fixtures, and names each that fails.

    A test for each row takes a millisecond and a half to be handed out, set up and reported, and
    each process of a run has to collect it.
    """
    named = [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]
    rows = [(row,) if len(named) == 1 else tuple(row) for row in table]

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        def tried(**fixtures: Any) -> None:
            with _Failing() as failing:
                for row in rows:
                    with failing.told_of(row):
                        test(**dict(zip(named, row, strict=True)), **fixtures)

        @functools.wraps(test)
        async def tried_in_loop(**fixtures: Any) -> None:
            with _Failing() as failing:
                for row in rows:
                    with failing.told_of(row):
                        await test(**dict(zip(named, row, strict=True)), **fixtures)

        given = tried_in_loop if inspect.iscoroutinefunction(test) else tried
        parameters = inspect.signature(test).parameters.items()
        others = [each for name, each in parameters if name not in named]
        vars(given)["__signature__"] = inspect.Signature(others)
        return given

    return decorate


class _Failing:
    """The rows that fail, all of which are reported when the block ends."""

    def __init__(self) -> None:
        self._rows = 0
        self._failed: dict[str, BaseException] = {}

    @contextmanager
    def told_of(self, row: Sequence[Any]) -> Iterator[None]:
        self._rows += 1
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - told at the end
            self._failed[", ".join(map(repr, row))] = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        if not self._rows:
            pytest.skip("the table is empty")
        if self._failed:
            told = "\n".join([f"{len(self._failed)} of {self._rows} rows fail:", *self._failed])
            raise BaseExceptionGroup(told, [*self._failed.values()])

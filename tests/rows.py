"""A table of inputs to one pure function, tried by one test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

__all__ = ["each_row"]


def each_row(
    names: str | Sequence[str], table: Iterable[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like `pytest.mark.parametrize`, for rows that need nothing of their own made for them: one
    test tries them all, and names each that fails.

    A test for each row takes a millisecond and a half to be handed out, set up and reported, and
    each process of a run has to collect it.
    """
    named = [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]
    rows = [(row,) if len(named) == 1 else tuple(row) for row in table]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def tried(**fixtures: Any) -> None:
            if not rows:
                pytest.skip("the table is empty")
            failed: dict[str, BaseException] = {}
            for row in rows:
                try:
                    test(**dict(zip(named, row, strict=True)), **fixtures)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - told below
                    failed[", ".join(map(repr, row))] = error
            if failed:
                told = "\n".join([f"{len(failed)} of {len(rows)} rows fail:", *failed])
                raise BaseExceptionGroup(told, [*failed.values()])

        parameters = inspect.signature(test).parameters.items()
        others = [each for name, each in parameters if name not in named]
        vars(tried)["__signature__"] = inspect.Signature(others)
        return tried

    return decorate

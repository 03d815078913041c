"""Repeating a command that the log refused because others were faster.

An append that was refused has written nothing, so the command can be decided again. A command
whose outcome is unknown is never repeated here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from events.errors import RevisionConflict

__all__ = ["retry_conflicts"]

R = TypeVar("R")

_ATTEMPTS = 6


async def retry_conflicts(
    attempt: Callable[[bool], Awaitable[R | None]],
    is_final: Callable[[RevisionConflict], bool] = lambda _: False,
) -> R:
    """The result of the first attempt that succeeds. `attempt` is called with True the first time.
    It is repeated, five times at most, when it returns None or raises a conflict that is not
    final. Raises what the last attempt raised."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            result = await attempt(left == _ATTEMPTS - 1)
        except RevisionConflict as conflict:
            if left == 0 or is_final(conflict):
                raise
            continue
        if result is not None:
            return result
    raise AssertionError("The next attempt finds a key that was spent, so this is never reached.")

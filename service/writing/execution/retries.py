"""Repeating a command that the log refused because other writers were faster.

A refused append has written nothing, so the command can be decided again. A command with an unknown
outcome is never repeated here.
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
    """The result of the first successful attempt. `attempt` is called with True the first time. It
    is repeated, at most five times, if it returns None or raises a conflict that is not final.
    Raises what the last attempt raised."""
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

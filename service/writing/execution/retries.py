"""Repeating a command that the log refused because other writers were faster.

A refused append has written nothing, so the command can be decided again. A command with an unknown
outcome is never repeated here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from events.errors import RevisionConflict

__all__ = ["attempts_of", "retry_conflicts"]

R = TypeVar("R")

_ATTEMPTS: Final = 100
_ATTEMPTS_OF_MANY: Final = 6


def attempts_of(commands: int) -> int:
    """How often so many commands are decided together. Of the writers that contend for a subject,
    one in each worker, each attempt lets one pass; so a hundred are enough for sixteen workers. An
    attempt of many commands decides all of them, so they have fewer."""
    return max(_ATTEMPTS // max(commands, 1), _ATTEMPTS_OF_MANY)


async def retry_conflicts(
    attempt: Callable[[bool], Awaitable[R | None]],
    is_final: Callable[[RevisionConflict], bool] = lambda _: False,
    *,
    commands: int = 1,
) -> R:
    """The result of the first successful attempt. `attempt` is called with True the first time. It
    is repeated, as often as `attempts_of` the commands says, if it returns None or raises a
    conflict that is not final. Raises what the last attempt raised."""
    most = attempts_of(commands)
    for left in reversed(range(most)):
        try:
            result = await attempt(left == most - 1)
        except RevisionConflict as conflict:
            if left == 0 or is_final(conflict):
                raise
            continue
        if result is not None:
            return result
    raise AssertionError("The next attempt finds a key that was spent, so this is never reached.")

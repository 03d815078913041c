"""Repeating a command that the log refused."""

from __future__ import annotations

import pytest

from events.errors import RevisionConflict
from service.writing.execution.command import CommandResult
from service.writing.execution.retries import retry_conflicts

CONFLICT = RevisionConflict("statement:a", 1, 2)
RESULT = CommandResult((), 3)


class Attempts:
    """Attempts that fail in this order and then succeed; `first` is what each was called with."""

    def __init__(self, *failures: RevisionConflict | None) -> None:
        self._failures = list(failures)
        self.first: list[bool] = []

    async def __call__(self, first: bool) -> CommandResult | None:
        self.first.append(first)
        if not self._failures:
            return RESULT
        failure = self._failures.pop(0)
        if failure is not None:
            raise failure
        return None


async def test_a_conflict_and_a_spent_key_are_followed_by_another_attempt() -> None:
    """As many as it takes; only the first is called as the first."""
    attempts = Attempts(CONFLICT, None, CONFLICT, CONFLICT, CONFLICT)
    assert await retry_conflicts(attempts) == RESULT
    assert attempts.first == [True, *[False] * 5]


@pytest.mark.parametrize(("commands", "most"), [(1, 100), (4, 25), (1_000, 6)])
async def test_the_last_conflict_is_raised(commands: int, most: int) -> None:
    """Who contends with sixteen others loses a hundred times in a row once in six hundred; many
    commands are given up sooner, because each attempt decides all of them."""
    assert await retry_conflicts(Attempts(*[CONFLICT] * (most - 1)), commands=commands) == RESULT
    attempts = Attempts(*[CONFLICT] * most)
    with pytest.raises(RevisionConflict):
        await retry_conflicts(attempts, commands=commands)
    assert len(attempts.first) == most


async def test_a_final_conflict_is_raised_at_once() -> None:
    """A conflict with the caller's own condition is not repeated."""
    attempts = Attempts(CONFLICT)
    with pytest.raises(RevisionConflict):
        await retry_conflicts(attempts, lambda conflict: conflict.subject == "statement:a")
    assert attempts.first == [True]

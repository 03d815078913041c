"""The statements that a caller sends: one, or an array.

An array is checked in slices, so that the requests of others get their turns.
"""

from __future__ import annotations

from typing import Any, Final

from events.errors import Fault
from events.statement.faults import faults_of
from events.statement.shape import decode_shape, refuse
from events.statement.statement import Statement
from events.statement.validation import MOST_FAULTS
from service.http.requests import TooLarge
from service.writing.execution.slices import Slices

__all__ = ["MOST_STATEMENTS", "checked_statements"]

MOST_STATEMENTS: Final = 1_000
"""Statements of one call."""
_AT_ONCE: Final = 50
"""Statements that are checked without a look at the time."""


async def checked_statements(body: bytes) -> Statement | list[Statement]:
    """The statements of a body. Raises InvalidInput and TooLarge."""
    given: Statement | list[Statement] = decode_shape(body, _ONE_OR_MANY, _faults)
    if isinstance(given, Statement) or not 1 <= len(given) <= MOST_STATEMENTS:
        refuse(_faults(given), body)
        return given
    faults: list[Fault] = []
    slices = Slices()
    await slices.turn()  # decoding an array takes as long as a slice
    for first in range(0, len(given), _AT_ONCE):
        faults += _faults_from(given, first)
        if len(faults) >= MOST_FAULTS:
            break
        await slices.step()
    refuse(faults, body)
    return given


def _faults(given: Statement | list[Statement]) -> list[Fault]:
    if isinstance(given, Statement):
        return faults_of(given)
    if len(given) > MOST_STATEMENTS:
        message = f"An array has at most {MOST_STATEMENTS:,} statements: send it in parts."
        raise TooLarge(message, MOST_STATEMENTS)
    if not given:
        return [Fault("", f"Send 1 to {MOST_STATEMENTS:,} statements.")]
    faults: list[Fault] = []
    for first in range(0, len(given), _AT_ONCE):
        if len(faults) < MOST_FAULTS:
            faults += _faults_from(given, first)
    return faults


def _faults_from(given: list[Statement], first: int) -> list[Fault]:
    """The faults of the statements from the number `first` on that are checked at once."""
    faults: list[Fault] = []
    for n, statement in enumerate(given[first : first + _AT_ONCE], first):
        faults += faults_of(statement, f"/{n}")
    return faults


_ONE_OR_MANY: Any = Statement | list[Statement]

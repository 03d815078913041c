"""Errors of what a caller sent: it is malformed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from events.errors.root import OnrecordError

__all__ = [
    "DateError",
    "Fault",
    "InvalidInput",
]


class Fault(NamedTuple):
    """One thing that is wrong in what a caller sent.

    `path` is a JSON Pointer into the body or `?name` for a query parameter; `column` counts
    characters from 1 inside a date or a name.
    """

    path: str
    message: str
    column: int | None = None


class InvalidInput(OnrecordError):
    """The input is malformed, of the wrong type, or outside the allowed values."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            "; ".join(f"{f.path}: {f.message}" if f.path else f.message for f in faults)
        )
        self.faults = tuple(faults)


class DateError(InvalidInput):
    """A text that is not an EDTF date. `column` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__((Fault("", message, column),))
        self.message = message
        self.column = column

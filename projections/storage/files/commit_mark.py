"""What tells readers in other processes whether a file has changed since they last looked."""

from __future__ import annotations

from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager

__all__ = ["CommitMark"]


class CommitMark:
    """A number in memory that the processes share, which the only writer of a file changes before
    and after each transaction: it is odd during one. So a reader that finds the even number that it
    found before it began to read knows that the state it reads is still the last one.

    If the writer is killed during a transaction, the number stays odd, and nobody relies on it
    until the next one.
    """

    def __init__(self, numbers: MutableSequence[int] | memoryview[int], place: int = 0) -> None:
        self._numbers = numbers
        self._place = place

    @property
    def settled(self) -> int | None:
        """The number; None during a transaction."""
        number = self._numbers[self._place]
        return None if number % 2 else number

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction, whether or not it succeeds."""
        numbers, place = self._numbers, self._place
        numbers[place] += 2 if numbers[place] % 2 else 1
        try:
            yield
        finally:
            numbers[place] += 1

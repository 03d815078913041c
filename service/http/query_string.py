"""The query string: its names and values, and a list of everything that is wrong with them.

Routes declare their parameters and do not use this directly: see `service.http.declared.query`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final, TypeVar
from urllib.parse import unquote_to_bytes

from events.errors import DateError, Fault, InvalidInput
from events.statement.validation import shortened

__all__ = [
    "LONGEST",
    "MOST_VALUES",
    "QueryString",
    "bounded",
    "whole_number",
    "word",
]

T = TypeVar("T")

LONGEST: Final = 32_768
"""The most bytes of a whole query string."""
MOST_VALUES: Final = 50
"""The most times that one name may be given."""

_MOST_FAULTS: Final = 100


class QueryString:
    """The part of an address after its `?`. `one` and `many` parse the values of a name; if a value
    is wrong they note a fault and return a harmless value. `done` raises all faults."""

    def __init__(self, pairs: Iterable[tuple[str, str]], faults: Iterable[Fault] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)
        self._read: set[str] = set()
        self.faults = list(faults)
        self.unknown = "There is no such query parameter here."

    @classmethod
    def parse(cls, text: bytes) -> QueryString:
        """`name=value` joined by `&`, percent-encoded UTF-8, `+` for a space."""
        if len(text) > LONGEST:
            fault = Fault("?", f"A query string has at most {LONGEST:,} bytes.")
            raise InvalidInput([fault])
        if text.isascii() and b"%" not in text and b"+" not in text:
            return cls(_plain_pairs(text.decode()))
        pairs: list[tuple[str, str]] = []
        faults: list[Fault] = []
        for part in text.split(b"&"):
            if not part:
                continue
            name, _, value = part.partition(b"=")
            try:
                pairs.append((_decode(name), _decode(value)))
            except UnicodeDecodeError:
                shown = _decode(name, "replace")
                faults.append(Fault(f"?{shortened(shown)}", "Write it as percent-encoded UTF-8."))
        return cls(pairs, faults)

    def names(self) -> Collection[str]:
        return self._values.keys()

    def pairs(self, names: Collection[str]) -> list[tuple[str, str]]:
        """The values of `names`, in the order of the request."""
        return [(n, v) for n, values in self._values.items() if n in names for v in values]

    def wrong(self, name: str, message: str, column: int | None = None) -> None:
        self.faults.append(Fault(f"?{shortened(name)}", message, column))

    def many(self, name: str, read: Callable[[str], T]) -> tuple[T, ...]:
        """Every value of `name` that `read` accepts; `read` raises ValueError or DateError."""
        given = self._given(name)
        if len(given) > MOST_VALUES:
            self.wrong(name, f"It may be given {MOST_VALUES} times at most.")
            return ()
        taken: list[T] = []
        for value in given:
            try:
                taken.append(read(value))
            except (DateError, ValueError) as error:
                self._refuse(name, error)
        return tuple(taken)

    def one(self, name: str, read: Callable[[str], T]) -> T | None:
        """The value of `name`, None if it is not given or wrong."""
        given = self._given(name)
        if len(given) > 1:
            self.wrong(name, "It may be given once only.")
        elif given:
            try:
                return read(given[0])
            except (DateError, ValueError) as error:
                self._refuse(name, error)
        return None

    def _given(self, name: str) -> Sequence[str]:
        """The texts of a name, which counts as read from now on."""
        self._read.add(name)
        return self._values.get(name, ())

    def _refuse(self, name: str, error: Exception) -> None:
        if isinstance(error, DateError):
            self.wrong(name, error.message, error.column)
        else:
            self.wrong(name, str(error))

    def done(self) -> None:
        """Raise InvalidInput with all faults, at most a hundred. A name that was not read is a
        fault too."""
        for name in self._values.keys() - self._read:
            self.wrong(name, self.unknown)
        if self.faults:
            raise InvalidInput(sorted(self.faults, key=lambda fault: fault.path)[:_MOST_FAULTS])


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A parser of decimal numbers without sign, from `low` to `high`."""

    def read(text: str) -> int:
        plain = text.isascii() and text.isdigit() and len(text) <= 16
        if not plain or not low <= int(text) <= high:
            raise ValueError(f"It is a whole number from {low} to {high}.")
        return int(text)

    return read


def bounded(longest: int) -> Callable[[str], str]:
    """A parser of texts of 1 to `longest` characters."""

    def read(text: str) -> str:
        if not 1 <= len(text) <= longest:
            raise ValueError(f"It has 1 to {longest:,} characters.")
        return text

    return read


def word(*words: str) -> Callable[[str], str]:
    """A parser of one of `words`."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"It is one of {', '.join(words)}.")
        return text

    return read


def _plain_pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names and values of a query string without encoded characters."""
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            yield name, value


def _decode(text: bytes, errors: str = "strict") -> str:
    if b"%" not in text and b"+" not in text:
        return text.decode("utf-8", errors)
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", errors)

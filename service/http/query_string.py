"""The query string: its names and values, and the forms that these have.

Routes declare their parameters and do not use this directly: see `service.http.declared.query`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter, methodcaller
from typing import Final
from urllib.parse import unquote_to_bytes

from events.errors import Fault, InvalidInput
from events.statement.validation import shortened

__all__ = [
    "LONGEST",
    "MOST_VALUES",
    "QueryString",
    "bounded",
    "decoded",
    "whole_number",
    "word",
]

LONGEST: Final = 32_768
"""The most bytes of a whole query string."""
MOST_VALUES: Final = 50
"""The most times that one name may be given."""


_parted: Final = methodcaller("partition", "=")
_name_and_value: Final = itemgetter(0, 2)


class QueryString:
    """The part of an address behind its `?`: the values of each name, and faults in how they are
    encoded. `service.http.declared.query` knows what the names mean."""

    def __init__(self, pairs: Iterable[tuple[str, str]], faults: Iterable[Fault] = ()) -> None:
        self.values: dict[str, list[str]] = {}
        """Texts by name, both in the order of the request."""
        values = self.values
        for name, value in pairs:
            if name in values:
                values[name].append(value)
            else:
                values[name] = [value]
        self.faults = list(faults)

    @classmethod
    def parse(cls, text: bytes) -> QueryString:
        """`name=value` joined by `&`, percent-encoded UTF-8, `+` for a space."""
        if len(text) > LONGEST:
            fault = Fault("?", f"A query string has at most {LONGEST:,} bytes.")
            raise InvalidInput([fault])
        if text.isascii() and b"%" not in text and b"+" not in text:
            return cls(map(_name_and_value, map(_parted, filter(None, text.decode().split("&")))))
        pairs: list[tuple[str, str]] = []
        faults: list[Fault] = []
        for part in text.split(b"&"):
            if not part:
                continue
            name, _, value = part.partition(b"=")
            try:
                pairs.append((decoded(name), decoded(value)))
            except UnicodeDecodeError:
                shown = decoded(name, "replace")
                faults.append(Fault(f"?{shortened(shown)}", "Write it as percent-encoded UTF-8."))
        return cls(pairs, faults)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A parser of decimal numbers without sign, from `low` to `high`."""

    def read(text: str) -> int:
        if len(text) <= 16 and text.isascii() and text.isdigit():
            number = int(text)
            if low <= number <= high:
                return number
        raise ValueError(f"It is a whole number from {low} to {high}.")

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


def decoded(text: bytes, errors: str = "strict") -> str:
    """A name or a value: percent-encoded UTF-8, `+` for a space. Raises UnicodeDecodeError."""
    if b"%" not in text and b"+" not in text:
        return text.decode("utf-8", errors)
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", errors)

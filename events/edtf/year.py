"""The years of EDTF: of four digits, of more (Y), exponential (E), with significant digits (S),
with unspecified digits (X), and the centuries and decades of two and three digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from events.edtf.scanner import Scanner

__all__ = ["Year", "read_long_year", "read_year"]

_GREATEST = 10_000_000_000
_NOT_ALONE = "A year has four digits here: two or three mean a century or decade as a whole date."
_RISING, _FALLING = "0123456789", "9876543210"


class Year(NamedTuple):
    """The years that are meant: from `first` to `last`; if `mask` has an X, only those that fit it.

    Months may follow a year of four digits or X; a year that is `alone` has none.
    """

    first: int
    last: int
    mask: str = ""
    negative: bool = False
    alone: bool = False

    def rising(self) -> Iterator[int]:
        """Every year that fits, from the first on."""
        return self._fitting(_FALLING if self.negative else _RISING)

    def falling(self) -> Iterator[int]:
        """Every year that fits, from the last one backwards."""
        return self._fitting(_RISING if self.negative else _FALLING)

    def _fitting(self, order: str) -> Iterator[int]:
        for digits in product(*(order if digit == "X" else digit for digit in self.mask)):
            number = int("".join(digits))
            if not self.negative:
                yield number
            elif number:
                yield -number


def read_year(scanner: Scanner) -> Year:
    """A year without Y, from its sign to its last digit. Raises DateError.

    A century (`19`) or decade (`199`) with a sign begins at that many hundreds or tens: `-01` is
    the years -100 to -1, unlike `-01XX`, which is -199 to -100.
    """
    start = scanner.place
    negative = scanner.accept("-")
    mask = scanner.mask()
    _check_width(scanner, mask, start)
    if len(mask) < 4 and not scanner.recorded and (start or scanner.peek()):
        raise scanner.error(_NOT_ALONE, start)
    if "X" in mask:
        return _masked(mask, negative)
    number = -int(mask) if negative else int(mask)
    if negative and not number:
        raise scanner.error("The year 0000 has no sign.", start)
    if len(mask) == 4:
        if scanner.peek() == "S":
            return _significant(scanner, abs(number), 4, negative)
        return Year(number, number, mask, negative)
    length: int = 10 ** (4 - len(mask))
    return Year(number * length, number * length + length - 1, alone=True)


def _check_width(scanner: Scanner, mask: str, start: int) -> None:
    if not mask:
        if scanner.peek() == "+":
            raise scanner.error("Write a year without +; only earlier ones have a sign.")
        raise scanner.error("A year was expected here, like 2024, 201X or -0044.")
    if len(mask) > 4 and mask.isdigit():
        raise scanner.error(
            "A year has four digits, with - between year, month and day; a longer year begins"
            " with Y.",
            start,
        )
    if len(mask) == 1 or (len(mask) != 4 and "X" in mask):
        raise scanner.error("A year has four digits or X, like 0985 or 201X.", start)


def _masked(mask: str, negative: bool) -> Year:
    """The first and the last year that fit a mask. With a sign, the year 0 is not one of them."""
    year = Year(0, 0, mask, negative)
    return year._replace(first=next(year.rising()), last=next(year.falling()))


def read_long_year(scanner: Scanner) -> Year:
    """What follows a Y: `170000002`, `-17E7`, `171010000S3`, `3388E2S3`. Raises DateError."""
    start = scanner.place
    negative = scanner.accept("-")
    digits = scanner.digits()
    if not digits:
        raise scanner.error("After Y comes a year of five digits or more, like Y17000.")
    if digits.startswith("0"):
        raise scanner.error("A year after Y does not begin with 0.", start)
    exponent = _read_count(scanner) if scanner.accept("E") else 0
    if not exponent and len(digits) < 5:
        raise scanner.error(
            "A year after Y has five digits or more; a shorter one has no Y.", start
        )
    # The length is checked first, so that no number is computed that is far too long.
    width = len(digits) + exponent
    number = int(digits) * 10**exponent if width <= len(str(_GREATEST)) else _GREATEST + 1
    if number > _GREATEST:
        raise scanner.error("A year is at most 10,000,000,000 from 0.", start)
    if scanner.peek() == "S":
        return _significant(scanner, number, width, negative)
    year = -number if negative else number
    return Year(year, year, alone=True)


def _significant(scanner: Scanner, number: int, width: int, negative: bool) -> Year:
    """The years that share the first digits of `number`, as many as are significant; leading zeros
    do not count."""
    scanner.accept("S")
    start = scanner.place
    count = _read_count(scanner)
    if count > width:
        raise scanner.error(f"The year has {width} digits; no more can be significant.", start)
    length: int = 10 ** max(0, len(str(number)) - count)
    first = number // length * length
    last = first + length - 1
    return Year(-last, -first, alone=True) if negative else Year(first, last, alone=True)


def _read_count(scanner: Scanner) -> int:
    """The number after an E or S: 1 or more."""
    start = scanner.place
    digits = scanner.digits()
    if not digits or digits.startswith("0"):
        raise scanner.error("A number from 1 was expected here, without a 0 in front.", start)
    return int(digits)

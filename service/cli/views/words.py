"""Makes texts safe for a terminal, and numbers readable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from events.statement.statement import Quantity, Rating, Said

__all__ = [
    "carried_by",
    "count_of",
    "in_one",
    "joined",
    "number",
    "printable",
    "quantity",
    "rated",
    "spoken_by",
]

_SPACE: Final = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
# C0 and C1, which control a terminal, and characters that change the direction of the text after
# them.
_UNFIT: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_QUALIFIERS: Final = {
    "about": "about ",
    "at-least": "at least ",
    "at-most": "at most ",
    "more-than": "more than ",
    "fewer-than": "fewer than ",
    "exactly": "exactly ",
    None: "",
}


def printable(text: str) -> str:
    """The text on one line, without characters that control a terminal."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", _SPACE.sub(" ", text))


def number(decimal: str) -> str:
    """A decimal string with commas between thousands; the digits stay as they are."""
    whole, point, fraction = decimal.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    head = len(digits) % 3 or 3
    groups = [digits[:head]] + [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return sign + ",".join(groups) + point + fraction


def quantity(stated: Quantity) -> str:
    """`at least 1,000 soldiers: North Korean soldiers who died`."""
    amount = _QUALIFIERS[stated.qualifier] + _amount(stated)
    return printable(f"{amount} {stated.unit}: {stated.what}")


def _amount(stated: Quantity) -> str:
    low, best, high = (
        None if value is None else number(value) for value in (stated.low, stated.best, stated.high)
    )
    if low and high:
        span = low if low == high else f"{low} to {high}"
        return f"{span}, best {best}" if best else span
    if best:
        return best + (f", low {low}" if low else "") + (f", high {high}" if high else "")
    if stated.qualifier in ("at-least", "at-most", "more-than", "fewer-than", "exactly"):
        return low or high or ""
    return f"{low} or more" if low else f"up to {high}"


def spoken_by(said: Said) -> str:
    """`North Korea and Russia`, or that nobody knows who said it."""
    return in_one(said.by, said.with_)


def in_one(by: str | None, others: Sequence[str]) -> str:
    """The speakers of a statement in one text."""
    known = [] if by is None else [by]
    return printable(joined([*known, *others])) or "unknown speaker"


def rated(rating: Rating) -> str:
    """`Mostly true (4, where 1 is the worst, 5 is the best)`."""
    ends = {"worst": rating.worst, "best": rating.best}
    scale = ", ".join(f"{end} is the {word}" for word, end in ends.items() if end is not None)
    rest = ", ".join(filter(None, [rating.value, scale and f"where {scale}"]))
    return printable(f"{rating.label} ({rest})" if rest else rating.label)


def carried_by(said: Said) -> str:
    """`KCNA (agency) and Unnamed outlet (publisher)`, or empty if nobody carried it."""
    return printable(joined([f"{link.actor} ({link.role})" for link in said.via]))


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def count_of(count: int, one: str, many: str | None = None) -> str:
    """`1 statement`, `1,200 statements`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"

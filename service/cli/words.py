"""Texts of others, made fit for a terminal, and numbers as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from events.statement import Quantity, Said

__all__ = ["carried_by", "count_of", "joined", "number", "printable", "quantity"]

_SPACE: Final = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
# C0 and C1, which command a terminal, and what turns the direction of all text behind it.
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
    """The text on one line, without what would command the terminal that shows it."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", _SPACE.sub(" ", text))


def number(decimal: str) -> str:
    """A decimal string with commas between its thousands; no digit changes."""
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


def carried_by(said: Said) -> str:
    """`KCNA (agency) and Unnamed outlet (publisher)`, empty where nobody carried it."""
    return printable(joined([f"{link.actor} ({link.role})" for link in said.via]))


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def count_of(count: int, one: str, many: str | None = None) -> str:
    """`1 statement`, `1,200 statements`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"

"""The EDTF expressions of more than one date: intervals `a/b` and sets `{..}`, `[..]`."""

from __future__ import annotations

from typing import NamedTuple

from events.edtf.scanner import Scanner
from events.edtf.single import read_date, read_date_time

__all__ = [
    "OPEN_END",
    "OPEN_START",
    "UNKNOWN_END",
    "UNKNOWN_START",
    "SideBounds",
    "Span",
    "read_span",
]

# Further flags, beside APPROXIMATE (1) and UNCERTAIN (2).
OPEN_START, OPEN_END, UNKNOWN_START, UNKNOWN_END = 4, 8, 16, 32

SideBounds = tuple[int | None, int | None]

_CLOSING = {"[": "]", "{": "}"}
_NO_TIME = "A time of day is allowed only in a single date, not in an interval or a set."


class Span(NamedTuple):
    """The bounds of the start and of the end (None: unbounded), and everything that was marked."""

    start: SideBounds
    end: SideBounds
    marks: int


def read_span(scanner: Scanner) -> Span:
    """The whole text: a date, an interval or a set. Raises DateError."""
    if scanner.peek() in ("[", "{"):
        span = _read_set(scanner)
        if scanner.peek():
            raise scanner.error("Nothing follows the bracket that closes a set.")
        return span
    if "/" in scanner.text:
        return _read_interval(scanner)
    date = read_date_time(scanner)
    if scanner.peek():
        raise scanner.error("The date is complete here; what follows is not part of it.")
    bounds = (date.earliest, date.latest)
    return Span(bounds, bounds, date.marks)


def _read_interval(scanner: Scanner) -> Span:
    """`a/b`, each a date, `..` (open) or nothing (unknown); not both nothing.

    It is refused if even the latest reading of its end is before the earliest of its start:
    `2024-06/2024` may be June to December, but `2024-06/2024-05` ends before it starts.
    """
    start, marks = _read_side(scanner, OPEN_START, UNKNOWN_START)
    if not scanner.accept("/"):
        raise _unexpected(scanner, "A / should follow the start of an interval.")
    place = scanner.place
    end, end_marks = _read_side(scanner, OPEN_END, UNKNOWN_END)
    marks |= end_marks
    if scanner.peek():
        raise _unexpected(scanner, "The interval should end here; it has one start and one end.")
    if marks & UNKNOWN_START and marks & UNKNOWN_END:
        raise scanner.error(
            "An interval names its start or its end; give null if neither is known.", 0
        )
    if start[0] is not None and end[1] is not None and end[1] < start[0]:
        raise scanner.error(
            "The interval ends before it starts; the earlier date comes first.", place
        )
    return Span(start, end, marks)


def _read_side(scanner: Scanner, when_open: int, when_unknown: int) -> tuple[SideBounds, int]:
    if scanner.accept(".."):
        return (None, None), when_open
    if scanner.peek() in ("", "/"):
        return (None, None), when_unknown
    if scanner.peek() in ("[", "{"):
        raise scanner.error("A set cannot be the end of an interval.")
    date = read_date(scanner)
    return (date.earliest, date.latest), date.marks


def _read_set(scanner: Scanner) -> Span:
    """`[a,b..c]` or `{a,b..c}`: one pair of bounds, from the first of all members to the last.

    `..` may come before the first member (open start) and after the last (open end). One space may
    follow a comma.
    """
    opening = scanner.peek()
    scanner.accept(opening)
    marks = OPEN_START if scanner.accept("..") else 0
    members: list[tuple[int, int]] = []
    more = True
    while more:
        member, member_marks = _read_member(
            scanner, ranges=not (marks & OPEN_START) or bool(members)
        )
        members.append(member)
        marks |= member_marks
        more = not marks & OPEN_END and scanner.accept(",")
        if more:
            scanner.accept(" ")
    if not scanner.accept(_CLOSING[opening]):
        raise _unexpected(scanner, _after_member(opening, marks))
    earliest = None if marks & OPEN_START else min(first for first, _ in members)
    latest = None if marks & OPEN_END else max(last for _, last in members)
    return Span((earliest, latest), (earliest, latest), marks)


def _read_member(scanner: Scanner, ranges: bool) -> tuple[tuple[int, int], int]:
    """A date, or a range `a..b` from its first to its last second; `a..` is marked as the open
    end."""
    if scanner.peek() == ".":
        raise scanner.error("A set is open before its first member or after its last one only.")
    date = read_date(scanner)
    member = (date.earliest, date.latest)
    place = scanner.place
    if not ranges or not scanner.accept(".."):
        return member, date.marks
    if scanner.peek() in ("", ",", "]", "}"):
        return member, date.marks | OPEN_END
    last = read_date(scanner)
    if last.latest < date.earliest:
        raise scanner.error(
            "The range ends before it starts; the earlier date comes first.", place + 2
        )
    return (date.earliest, last.latest), date.marks | last.marks


def _after_member(opening: str, marks: int) -> str:
    closing = _CLOSING[opening]
    if marks & OPEN_END:
        return f"After an open end comes {closing}, which closes the set."
    return f"A comma and another date should follow, or {closing}, which closes the set."


def _unexpected(scanner: Scanner, message: str) -> Exception:
    return scanner.error(_NO_TIME if scanner.peek() == "T" else message)

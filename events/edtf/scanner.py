"""Reads an EDTF text from left to right, and reports faults with their column."""

from __future__ import annotations

import re

from events.errors import DateError

__all__ = ["APPROXIMATE", "DASHES", "UNCERTAIN", "Scanner", "check_characters"]

APPROXIMATE, UNCERTAIN = 1, 2

_MARKS = {"~": APPROXIMATE, "?": UNCERTAIN, "%": APPROXIMATE | UNCERTAIN}
_DIGITS = re.compile("[0-9]*")
_MASK = re.compile("[0-9X]*")
_FOREIGN = re.compile(r"[^0-9XYESTZ~?%/.,:+\-\[\]{} ]")
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


class Scanner:
    """A text and the place (from 0) that is read next. At the end of the text it reads ''.

    `recorded` says that the text comes from the log: see `events.edtf.dates.parse_recorded`.
    """

    __slots__ = ("place", "recorded", "text")

    def __init__(self, text: str, *, recorded: bool = False) -> None:
        self.text = text
        self.place = 0
        self.recorded = recorded

    def peek(self) -> str:
        """The next character, '' at the end."""
        return self.text[self.place : self.place + 1]

    def accept(self, wanted: str) -> bool:
        """Step over `wanted` if it comes next. Returns whether it did."""
        if self.text.startswith(wanted, self.place):
            self.place += len(wanted)
            return True
        return False

    def digits(self) -> str:
        """Step over the digits that come next, and return them; '' if there are none."""
        return self._run(_DIGITS)

    def mask(self) -> str:
        """Step over the digits and unspecified digits (X) that come next, and return them; '' if
        there are none."""
        return self._run(_MASK)

    def _run(self, pattern: re.Pattern[str]) -> str:
        start = self.place
        found = pattern.match(self.text, start)
        if found is not None:
            self.place = found.end()
        return self.text[start : self.place]

    def qualifier(self) -> int:
        """Step over one of ~ ? % if it comes next. Returns what it marks, or 0 if none does."""
        marks = _MARKS.get(self.peek(), 0)
        if marks:
            self.place += 1
            if self.peek() in _MARKS:
                raise self.error("One qualifier is enough; % is both ~ and ?.")
        return marks

    def error(self, message: str, place: int | None = None) -> DateError:
        """A DateError that points at `place` (from 0), by default at the next character."""
        return DateError(message, (self.place if place is None else place) + 1)


def check_characters(text: str) -> None:
    """Refuse the first character that no EDTF date has, with the advice it calls for.

    The minus sign U+2212 is accepted once, as it may stand in the offset of a time.
    """
    found = _FOREIGN.search(text)
    if found is not None and found[0] == "\u2212" and "T" in text[: found.start()]:
        found = _FOREIGN.search(text, found.end())
    if found is None:
        return
    character = found[0]
    if character in DASHES:
        message = "Write -, the hyphen-minus; the two ends of an interval have a / between them."
    elif character in "xyestz":
        message = f"Write {character.upper()}, not {character}: the letters of a date are capitals."
    elif character == "u":
        message = "Write X, not u, for an unspecified digit."
    elif character.isdigit():
        message = "The digits of a date are 0 to 9."
    else:
        shown = character if "!" <= character <= "~" else f"U+{ord(character):04X}"
        message = (
            f"{shown} has no place in a date; dates are EDTF, like 2024-10-13, 2024-10, 199X, 1066~"
            " or 2024/2025."
        )
    raise DateError(message, found.start() + 1)

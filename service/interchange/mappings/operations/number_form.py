"""Turns numbers of spreadsheets into decimal strings."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from events.statement.wording import DECIMAL
from service.interchange.mappings.operations.cleaning import without_formats

__all__ = ["NumberForm"]

_BY_PROGRAMS: Final = re.compile(
    r"-?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,2})?"
)


class NumberForm(NamedTuple):
    """How a column writes its numbers: Frictionless' `decimalChar` and `groupChar`."""

    decimal: str = "."
    group: str = ""

    def decimal_string(self, text: str) -> str:
        """The number as a decimal string, even if it has an exponent, or no digit on one side of
        the point. A text that is not a number is returned unchanged, so that the rule for numbers
        refuses it."""
        plain = without_formats(text).replace("\u2212", "-").removeprefix("+")
        if self.group:
            groups = (" ", "\u00a0", "\u202f") if self.group.isspace() else (self.group,)
            for sign in groups:
                plain = plain.replace(sign, "")
        plain = plain.replace(self.decimal, ".") if self.decimal != "." else plain
        if DECIMAL.admits(plain) or not _BY_PROGRAMS.fullmatch(plain):
            return plain
        return format(Decimal(plain), "f")

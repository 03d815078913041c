"""The events of a JSON document, as its parser gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import ijson

from service.interchange.tables.limits import CHUNK, BoundedFile, TableRefused

__all__ = ["NoJson", "json_events"]

_AROUND: Final = 30
"""How many characters on either side of a fault its message shows."""


class NoJson(TableRefused):
    """The file is not JSON, or has an invalid number."""


def json_events(file: BoundedFile) -> Iterator[tuple[str, Any]]:
    """The parser events of a document, in order. Raises `TableRefused`, and `NoJson` if it is not
    JSON."""
    try:
        yield from ijson.basic_parse(file, buf_size=CHUNK)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        said = error.args[0]  # bytes where the text is not UTF-8
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(error)
        raise _no_json(text) from error
    except ArithmeticError as error:
        reason = "A number in it has an exponent that no number may have."
        raise NoJson(reason, "Have it written as a text, in quotes, or left out.") from error


def _no_json(said: str) -> NoJson:
    """The refusal of a text, from the parser's message: a reason, and in two lines below it the
    text around the fault and an arrow to its place."""
    first, around, arrow, *_ = [*said.split("\n"), "", ""]
    found = first.removeprefix("parse error: ").strip(" .")
    place = arrow.find("^")
    near = around[max(0, place - _AROUND) : place + _AROUND].strip() if place >= 0 else ""
    shown = f", near {near!r}" if near else ""
    reason = f"The file is not JSON: {found[:200]}{shown}."
    return NoJson(reason, "Mend it, or export it again.")

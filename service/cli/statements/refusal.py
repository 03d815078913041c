"""A refused row: its place in the file, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from events.errors import Fault

__all__ = ["FAULTS", "LINE", "RefusedRow"]

LINE: Final = "_line"
FAULTS: Final = "_faults"
_TEXT: Final = "_text"


class RefusedRow(NamedTuple):
    """The row that begins on `line` (from 1), its faults, whose paths are pointers into the row,
    and its bytes. `is_no_object` is true if they are not a JSON object."""

    line: int
    faults: Sequence[Fault]
    written: bytes
    is_no_object: bool = False

    def __str__(self) -> str:
        return "; ".join(self.sentences())

    def sentences(self) -> list[str]:
        """One for each fault: `line 7 /said/on, column 3: …`."""
        return [
            f"line {self.line}{f' {fault.path}' if fault.path else ''}"
            f"{f', column {fault.column}' if fault.column else ''}: {fault.message}"
            for fault in self.faults
        ]

    def facts(self) -> dict[str, Any]:
        """The line and the faults, for programs."""
        faults = [
            {name: value for name, value in fault._asdict().items() if value is not None}
            for fault in self.faults
        ]
        return {LINE: self.line, FAULTS: faults}

    def as_line(self) -> bytes:
        """The row as one line of JSON, with its line and faults added. When it is corrected, it can
        be appended as it is. The text of a row that is not an object is in `_text`."""
        facts = msgspec.json.encode(self.facts())
        try:
            body = msgspec.json.format(self.written, indent=-1)
            fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            body.decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = self.written.decode(errors="backslashreplace")
            return msgspec.json.encode({_TEXT: text, **self.facts()})
        if LINE in fields or FAULTS in fields:
            left = {name: value for name, value in fields.items() if name not in (LINE, FAULTS)}
            body, fields = msgspec.json.encode(left), left
        return body[:-1] + (b"," if fields else b"") + facts[1:]

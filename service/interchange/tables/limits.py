"""How large a file may be, the refusal of one that is larger or cannot be read, and the bytes
as they are read within these limits."""

from __future__ import annotations

import re
from typing import Final, Protocol

from events.errors import OnrecordError

__all__ = [
    "CHUNK",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_EXPANSION",
    "MOST_OF_ROW",
    "MOST_ROWS",
    "BoundedFile",
    "BoundedJson",
    "TableRefused",
    "Utf8File",
    "check_columns",
    "check_row_count",
    "quoted_numbers",
    "without_mark",
]

CHUNK: Final = 1 << 16
"""How many bytes are read at once."""
MOST_BYTES: Final = 1 << 30
MOST_ROWS: Final = 1_000_000
MOST_OF_ROW: Final = 1 << 20
MOST_COLUMNS: Final = 256
MOST_EXPANSION: Final = 100
"""How many times larger than itself an archive may become."""

_LONGEST_NUMBER: Final = 4_000
"""The digits that a number in JSON may have: the reader gives up, or ends the process, at more."""
_TOO_LONG: Final = re.compile(rb"[0-9]{%d}" % (_LONGEST_NUMBER + 1))
_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)
_BARE: Final = re.compile(rb"(?P<skipped>\\.|\")|(?<![\w.])-?(?:NaN|Infinity)(?!\w)", re.DOTALL)
_BEGUN: Final = re.compile(rb"(?:\\+|[-A-Za-z]{1,9})\Z")
"""What may go on in the next chunk: an escape, or a word."""


class TableRefused(OnrecordError):
    """A file cannot be read as a table. `reason` says why, `advice` what to do; `line` is where, if
    that is known."""

    def __init__(self, reason: str, advice: str, line: int | None = None) -> None:
        where = f"Line {line}: " if line is not None else ""
        super().__init__(f"{where}{reason} {advice}")
        self.reason = reason
        self.advice = advice
        self.line = line


def check_columns(count: int, line: int | None = None) -> None:
    """Raise `TableRefused` if a table has more columns than are read."""
    if count > MOST_COLUMNS:
        raise TableRefused(
            f"A table has at most {MOST_COLUMNS} columns; this one has {count:,} or more.",
            "Leave out what is not needed, or name another delimiter in the mapping's dialect.",
            line,
        )


def check_row_count(count: int) -> None:
    """Raise `TableRefused` if a table has more rows than are read."""
    if count > MOST_ROWS:
        advice = "Split the file, and import one part at a time."
        raise TableRefused(f"A table has at most {MOST_ROWS:,} rows.", advice)


def without_mark(content: bytes) -> bytes:
    """The content without a byte-order mark of UTF-8."""
    return content.removeprefix(b"\xef\xbb\xbf")


class Utf8File(Protocol):
    """A file that is read as UTF-8, whatever it is written in."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, about as many; none at the end."""

    def readline(self, size: int, /) -> bytes:
        """The next line, or as much of it; nothing at the end."""


class BoundedFile:
    """A file that refuses to be read on where one part of it never ends. `part` is what the message
    calls it; the reader calls `took` after each."""

    def __init__(self, file: Utf8File, part: str) -> None:
        self._file = file
        self._part = part
        self._begun = without_mark(file.read(3))
        self._since = 0

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes; none at the end. Asked for none it gives none: ijson sees by this that
        the file has bytes."""
        if size == 0:
            return b""
        self._since += CHUNK
        if self._since > MOST_OF_ROW + 2 * CHUNK:
            reason = f"{self._part} has more than {MOST_OF_ROW:,} bytes."
            raise TableRefused(reason, "See that it ends, or name the member that has the rows.")
        begun, self._begun = self._begun, b""
        return begun + self._file.read(CHUNK if size < 0 else min(size, CHUNK))

    def took(self) -> None:
        """A part was complete."""
        self._since = 0


class _QuotedNumbers:
    """Writes `NaN` and `Infinity` as texts, chunk by chunk. Programs write them as numbers, though
    JSON has none such."""

    def __init__(self) -> None:
        self._is_within_text = False
        self._begun = b""

    def take(self, chunk: bytes, *, is_last: bool) -> bytes:
        """The chunk without its end that may go on in the next one, which comes before that."""
        seen = self._begun + chunk
        begun = None if is_last else _BEGUN.search(seen)
        whole = seen[: begun.start()] if begun else seen
        self._begun = seen[len(whole) :]
        if b"NaN" in whole or b"Infinity" in whole:
            return _BARE.sub(self._quoted, whole)
        quotes = (_ESCAPED.sub(b"", whole) if b"\\" in whole else whole).count(b'"')
        self._is_within_text ^= quotes % 2 == 1
        return whole

    def _quoted(self, found: re.Match[bytes]) -> bytes:
        self._is_within_text ^= found["skipped"] == b'"'
        return found[0] if found["skipped"] or self._is_within_text else b'"%b"' % found[0]


def quoted_numbers(text: bytes) -> bytes:
    """A text in JSON with `NaN` and `Infinity` as texts."""
    return _QuotedNumbers().take(text, is_last=True)


class BoundedJson(BoundedFile):
    """A file of JSON that also refuses to be read on at a number of thousands of digits, and has
    `NaN` and `Infinity` as texts."""

    def __init__(self, file: Utf8File, part: str) -> None:
        super().__init__(file, part)
        self._end = b""
        self._quoted = _QuotedNumbers()

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes, as of a `BoundedFile`."""
        chunk = self._next(size)
        seen = self._end + chunk
        if _TOO_LONG.search(seen):
            reason = f"A number in it has more than {_LONGEST_NUMBER:,} digits."
            raise TableRefused(reason, "Have it written as a text, in quotes, or left out.")
        self._end = seen[-_LONGEST_NUMBER:]
        return chunk

    def _next(self, size: int) -> bytes:
        if size == 0:
            return b""
        while chunk := super().read(size):
            if whole := self._quoted.take(chunk, is_last=False):
                return whole
        return self._quoted.take(b"", is_last=True)

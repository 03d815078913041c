"""The limits of a file's size, the refusal of a file that is larger or unreadable, and reading
bytes within these limits."""

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
"""How many times its own size an archive may expand to."""

_LONGEST_NUMBER: Final = 4_000
"""The most digits of a number in JSON: with more, the parser gives up or ends the process."""
_TOO_LONG: Final = re.compile(rb"[0-9]{%d}" % (_LONGEST_NUMBER + 1))
_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)
_BARE: Final = re.compile(rb"(?P<skipped>\\.|\")|(?<![\w.])-?(?:NaN|Infinity)(?!\w)", re.DOTALL)
_BEGUN: Final = re.compile(rb"(?:\\+|[-A-Za-z]{1,9})\Z")
"""What may continue in the next chunk: an escape, or a word."""


class TableRefused(OnrecordError):
    """A file cannot be read as a table. `reason` says where and why, `advice` what to do; `line` is
    where, if known, and `counts` what that counts."""

    def __init__(
        self, reason: str, advice: str, line: int | None = None, counts: str = "line"
    ) -> None:
        where = f"{counts.capitalize()} {line}: " if line is not None else ""
        super().__init__(f"{where}{reason} {advice}")
        self.reason = f"{where}{reason}"
        self.advice = advice
        self.line = line


def check_columns(count: int, line: int | None = None, counts: str = "line") -> None:
    """Raise `TableRefused` if a table has more columns than are read."""
    if count > MOST_COLUMNS:
        raise TableRefused(
            f"A table has at most {MOST_COLUMNS} columns; this one has {count:,} or more.",
            "Leave out what is not needed, or name another delimiter in the mapping's dialect.",
            line,
            counts,
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
    """A file that is read as UTF-8, whatever its encoding."""

    def read(self, size: int, /) -> bytes:
        """About as many of the next bytes; empty at the end."""

    def readline(self, size: int, /) -> bytes:
        """The next line, or at most this much of it; empty at the end."""


class BoundedFile:
    """A file that stops being read if one part of it never ends. `part` is its name in the message;
    the reader calls `took` after each part."""

    def __init__(self, file: Utf8File, part: str) -> None:
        self._file = file
        self._part = part
        self._begun = without_mark(file.read(3))
        self._since = 0

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes; empty at the end. If none are asked for, returns none, by which ijson
        recognizes a file of bytes."""
        if size == 0:
            return b""
        self._since += CHUNK
        if self._since > MOST_OF_ROW + 2 * CHUNK:
            reason = f"{self._part} has more than {MOST_OF_ROW:,} bytes."
            raise TableRefused(reason, "See that it ends, or name the member that has the rows.")
        begun, self._begun = self._begun, b""
        return begun + self._file.read(CHUNK if size < 0 else min(size, CHUNK))

    def took(self) -> None:
        """Note that a part was complete."""
        self._since = 0


class _QuotedNumbers:
    """Writes `NaN` and `Infinity` as texts, chunk by chunk: some programs write them as numbers,
    though JSON has none such."""

    def __init__(self) -> None:
        self._is_within_text = False
        self._begun = b""

    def convert(self, chunk: bytes, *, is_last: bool) -> bytes:
        """Convert the chunk. An end that may continue in the next chunk is kept, to begin that."""
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
    return _QuotedNumbers().convert(text, is_last=True)


class BoundedJson(BoundedFile):
    """A JSON file that also refuses numbers with thousands of digits, and has `NaN` and `Infinity`
    as texts."""

    def __init__(self, file: Utf8File, part: str) -> None:
        super().__init__(file, part)
        self._end = b""
        self._quoted = _QuotedNumbers()

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes, as in `BoundedFile`."""
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
            if whole := self._quoted.convert(chunk, is_last=False):
                return whole
        return self._quoted.convert(b"", is_last=True)

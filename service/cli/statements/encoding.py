"""The encoding of a JSON file: UTF-8, or the one that a byte-order mark names."""

from __future__ import annotations

import codecs
from typing import Final

from service.cli.failure import WRONG_USE, Failure

__all__ = ["as_utf8", "wrong_byte"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def as_utf8(content: bytes) -> bytes:
    """The content in UTF-8, without its byte-order mark. Bytes that are not UTF-8 stay as they are,
    because their encoding is unknown. Raises `Failure` (wrong use) if the content does not match
    its mark."""
    for mark, encoding in _MARKS:
        if not content.startswith(mark):
            continue
        rest = content[len(mark) :]
        try:
            return rest if encoding == "utf-8" else rest.decode(encoding).encode()
        except UnicodeDecodeError as error:
            detail = f"It begins as {encoding.upper()} does, and is not: {error.reason}."
            raise Failure(WRONG_USE, "The file cannot be decoded", detail) from error
    return content


def wrong_byte(line: bytes) -> str | None:
    """What is wrong with a line that is not UTF-8, and what to do; None if it is UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return (
            f"It is not UTF-8: byte {error.start + 1} is 0x{line[error.start]:02X}. Convert the "
            "file, as `iconv -f WINDOWS-1252 -t UTF-8` does if that is what it is in."
        )
    return None

"""The encoding of a text file: the one that is stated, that its mark names, or that fits."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from service.interchange.tables.limits import TableRefused

__all__ = ["FoundEncoding", "find_encoding"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_BYTE_BY_BYTE: Final = ("utf-8", "utf_8", "ascii", "cp12", "cp8", "iso8859", "koi8", "mac", "latin")
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_SIGNS: Final = "\u201e\u201c\u201d\u2018\u2019\u201a«»‹›\u2013\u2014…€£§°\u00a0•·©®™±½¿¡"
_LATIN: Final = ["cp1250", "cp1252", "cp1254", "cp1257", "iso8859_2", "mac_roman"]
_OTHERS: Final = [
    *("cp1251", "cp1253", "cp1255", "cp1256", "cp866", "koi8_r", "koi8_u", "cp1252", "cp1250"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]


class FoundEncoding(NamedTuple):
    """`codec` is what Python decodes with, `name` what people call it, `note` how it was found."""

    codec: str
    name: str
    note: str | None = None

    @property
    def marks_wrong_bytes(self) -> bool:
        """Whether a byte that is none of its characters can be passed over: it becomes a surrogate
        then. Where characters have several bytes, what follows could not be trusted."""
        return self.codec.startswith(_BYTE_BY_BYTE)


def find_encoding(path: Path, stated: str | None) -> FoundEncoding:
    """The encoding of a file. Raises `TableRefused` if the stated one does not exist."""
    with path.open("rb") as file:
        begun = file.read(_SAMPLE)
    for mark, codec, name in _MARKS:
        if begun.startswith(mark):
            return FoundEncoding(
                codec, name, f"The file begins with the byte-order mark of {name}."
            )
    if stated is not None:
        return _stated(stated)
    if _is_wide(begun):
        codec = "utf-16-le" if begun[1:2] == b"\0" else "utf-16-be"
        return FoundEncoding(codec, codec, f"The encoding was found: {codec}.")
    wrong = _first_wrong_byte(path)
    if wrong is None:
        return FoundEncoding("utf-8", "utf-8")
    return _fitting(path, wrong)


def _stated(name: str) -> FoundEncoding:
    try:
        found = codecs.lookup(name)
        "".encode(name)  # a codec that is no encoding of text is refused here
    except (LookupError, ValueError) as error:
        advice = "Name one such as utf-8 or windows-1252, or leave it out to have it found."
        raise TableRefused(f"There is no encoding {name[:40]!r}.", advice) from error
    return FoundEncoding(found.name, found.name)


def _is_wide(begun: bytes) -> bool:
    """Whether every other byte is zero, as in UTF-16 of Latin letters."""
    half = len(begun) // 2
    return half > 0 and max(begun[0::2].count(0), begun[1::2].count(0)) > 0.8 * half


def _first_wrong_byte(path: Path) -> int | None:
    """The place of the first byte that is not UTF-8; None if all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(0, read + error.start)
            if not chunk:
                return None
            read += len(chunk)


def _fitting(path: Path, wrong: int) -> FoundEncoding:
    """The encoding that fits the lines with letters beyond ASCII, from the first one on that is not
    UTF-8. Where these letters are few, the text is in Latin script: then Windows-1252 it is, unless
    that would make signs of letters."""
    with path.open("rb") as file:
        file.seek(max(0, wrong - _SAMPLE))
        lines = file.read(_CHUNK).splitlines()
    aside = [line for line in lines if not line.isascii()]
    if 2 * sum(map(_is_utf8, aside)) > len(aside):
        note = "The file is utf-8 but for some rows, which are refused."
        return FoundEncoding("utf-8", "utf-8", note)
    sample = b"\n".join(aside)[:_SAMPLE]
    high = sum(byte >= 0x80 for byte in sample)
    letters = high + sum(map(bytes.isalpha, (sample[n : n + 1] for n in range(len(sample)))))
    latin = high < 0.3 * letters
    if latin and _is_western(sample):
        name = "cp1252"
    else:
        best = from_bytes(sample, cp_isolation=_LATIN if latin else _OTHERS).best()
        name = best.encoding if best is not None else "cp1252"
    return FoundEncoding(
        name,
        name,
        f"The encoding was found: {name}. Look whether letters with accents are right; else name "
        "another one as `encoding` in the mapping.",
    )


def _is_utf8(line: bytes) -> bool:
    """Letters of another encoding hardly ever make UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_western(sample: bytes) -> bool:
    """Whether the sample is words and ordinary signs in Windows-1252."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(c.isascii() or c.isalpha() or c in _SIGNS for c in text)

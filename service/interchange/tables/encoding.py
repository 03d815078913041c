"""The encoding of a text file: the stated one, the one of its byte-order mark, or the one that
fits."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from charset_normalizer import from_bytes

from service.interchange.tables.limits import TableRefused, Utf8File

__all__ = [
    "MIXED",
    "FoundEncoding",
    "find_encoding",
    "is_utf8",
    "seen_beginning",
    "utf8_file",
]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_BYTE_BY_BYTE: Final = ("utf-8", "utf_8", "ascii", "cp12", "cp8", "iso8859", "koi8", "mac", "latin")
MIXED: Final = "The file is utf-8 but for some rows, which are refused."
"""The note about a file in which at least half of the lines with letters beyond ASCII are UTF-8."""
_SCARCE: Final = 20
_ORDERS: Final = {"utf-16-le": -1, "utf-16-be": 1}
_CONTROLS: Final = [bytes([n]) for n in range(0x20) if n not in b"\t\n\v\f\r\x1a\x1b"]
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_SIGNS: Final = "\u201e\u201c\u201d\u2018\u2019\u201a«»‹›\u2013\u2014…€£§°\u00a0•·©®™±½¿¡"
_LATIN: Final = ["cp1250", "cp1252", "cp1254", "cp1257", "iso8859_2", "mac_roman"]
_OTHERS: Final = [
    *("cp1251", "cp1253", "cp1255", "cp1256", "cp866", "koi8_r", "koi8_u", "cp1252", "cp1250"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]


class FoundEncoding(NamedTuple):
    """`codec` is the one for Python, `name` the common name, `note` how it was found."""

    codec: str
    name: str
    note: str | None = None

    @property
    def marks_wrong_bytes(self) -> bool:
        """Whether invalid bytes can be skipped: each becomes a surrogate then. In encodings with
        several bytes for a character, the following text could not be trusted."""
        return self.codec.startswith(_BYTE_BY_BYTE)


class _Recoded:
    """A file in another encoding, read as UTF-8. If possible, a byte that is invalid in its
    encoding stays invalid in UTF-8."""

    def __init__(self, file: IO[str], encoding: FoundEncoding) -> None:
        self._file = file
        self._encoding = encoding

    def read(self, size: int) -> bytes:
        return self._bytes(self._file.read, size)

    def readline(self, size: int) -> bytes:
        return self._bytes(self._file.readline, size)

    def _bytes(self, take: Callable[[int], str], size: int) -> bytes:
        try:
            return take(size).encode(errors="surrogateescape")
        except UnicodeDecodeError as error:
            wrong = f"it has the byte 0x{error.object[error.start]:02X}."
            reason = f"The file is not all {self._encoding.name}: {wrong}"
            raise TableRefused(reason, "Save it as UTF-8.") from error


@contextmanager
def utf8_file(path: Path, stated: str | None = None) -> Iterator[Utf8File]:
    """A text file as UTF-8, from the stated or found encoding. Raises `TableRefused`, also while it
    is read."""
    found = find_encoding(path, stated)
    if codecs.lookup(found.codec).name in ("utf-8", "utf-8-sig"):
        with path.open("rb") as file:
            yield file
        return
    errors = "surrogateescape" if found.marks_wrong_bytes else "strict"
    with path.open(encoding=found.codec, errors=errors, newline="\n") as text:
        yield _Recoded(text, found)


def seen_beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file without a byte-order mark; for UTF-16 and UTF-32 in UTF-8, so that
    the text looks like any other."""
    with path.open("rb") as file:
        begun = file.read(size)
    for mark, codec, _ in _MARKS:
        if begun.startswith(mark):
            return begun.decode(codec, errors="ignore").encode()
    wide = _wide_codec(begun)
    return begun if wide is None else begun.decode(wide, errors="ignore").encode()


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
    if wide := _wide_codec(begun):
        return FoundEncoding(wide, wide, f"The encoding was found: {wide}.")
    if _has_no_words(begun):
        advice = "Name the file with the data; if it is text, its encoding in the mapping."
        raise TableRefused("The file is no text.", advice)
    wrong = _first_wrong_byte(path)
    if wrong is None:
        return FoundEncoding("utf-8", "utf-8")
    return _fitting(path, wrong)


def _stated(name: str) -> FoundEncoding:
    try:
        found = codecs.lookup(name)
        "".encode(name)  # refuses codecs that are not text encodings
    except (LookupError, ValueError) as error:
        advice = "Name one such as utf-8 or windows-1252, or leave it out to have it found."
        raise TableRefused(f"There is no encoding {name[:40]!r}.", advice) from error
    return FoundEncoding(found.name, found.name)


def _wide_codec(begun: bytes) -> str | None:
    """UTF-16 in its byte order, if every second byte is zero and no other one, as for digits and
    Latin letters, and if it reads as lines; else None."""
    first, second = begun[0::2].count(0), begun[1::2].count(0)
    most, least = max(first, second), min(first, second)
    if 2 * _SCARCE * most < len(begun) or 20 * least > most:
        return None
    codec = "utf-16-le" if second > first else "utf-16-be"
    try:
        text, _ = codecs.utf_16_ex_decode(begun, "strict", _ORDERS[codec])[:2]
    except UnicodeDecodeError:
        return None
    is_text = 2 * text.count("\n") > begun.count(b"\n") or most > 0.4 * len(begun)
    return codec if is_text and not _has_no_words(text.encode()) else None


def _has_no_words(begun: bytes) -> bool:
    """Whether over twenty bytes, and one of twenty, are control characters: no text has so many."""
    found = sum(map(begun.count, _CONTROLS))
    return found > _SCARCE and _SCARCE * found > len(begun)


def _first_wrong_byte(path: Path) -> int | None:
    """The place of the first byte that is not UTF-8; None if all bytes are."""
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
    """The encoding that fits the lines with letters beyond ASCII, as far as they are not UTF-8. If
    these letters are few, the text is in Latin script, and the encoding is Windows-1252, unless
    that would turn letters into signs."""
    with path.open("rb") as file:
        file.seek(max(0, wrong - _SAMPLE))
        lines = file.read(_CHUNK).splitlines()
    aside = [line for line in lines if not line.isascii()]
    if 2 * sum(map(is_utf8, aside)) >= len(aside):
        return FoundEncoding("utf-8", "utf-8", MIXED)
    sample = b"\n".join(line for line in aside if not is_utf8(line))[:_SAMPLE]
    high = sum(byte >= 0x80 for byte in sample)
    letters = high + sum(map(bytes.isalpha, (sample[n : n + 1] for n in range(len(sample)))))
    latin = high < 0.3 * letters
    if latin and _is_western(sample):
        name = "cp1252"
    else:
        best = from_bytes(sample, cp_isolation=_LATIN if latin else _OTHERS).best()
        name = best.encoding if best is not None else "cp1252"
    note = (
        f"The encoding was found: {name}. Look whether letters with accents are right; else name "
        "another one as `encoding` in the mapping."
    )
    other = next(filter(is_utf8, aside), None) if latin else None
    return FoundEncoding(name, name, note if other is None else _told_apart(path, name, other))


def _told_apart(path: Path, name: str, other: bytes) -> str:
    """The note about a file with a line in UTF-8 among lines in another encoding."""
    with path.open("rb") as file:
        line = next((n for n, each in enumerate(file, 1) if other in each), 1)
    return (
        f"The encoding was found: {name}. But line {line} is utf-8, so its letters with accents are"
        " read wrongly, and so may others be. Save the file in one encoding."
    )


def is_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8; letters of other encodings hardly ever are."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_western(sample: bytes) -> bool:
    """Whether the sample consists of words and ordinary signs in Windows-1252."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(c.isascii() or c.isalpha() or c in _SIGNS for c in text)

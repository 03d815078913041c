"""Reads an untrusted .tar.gz in bounded memory, without writing anything.

The standard library's reader is not used, because it keeps whole extended headers in memory,
recurses over them, and follows links. Files and folders as written by POSIX ustar and GNU tar are
supported; extended headers are skipped if they change neither a name nor a size. Source:
POSIX.1-2017, pax, "ustar Interchange Format".
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from events.tlog.errors import AuditError

__all__ = ["BadArchive", "Member", "members"]

BLOCK: Final = 512
PIECE: Final = 1 << 18
MOST_MEMBERS: Final = 10_000
_MOST_EXTENDED: Final = 1 << 16
_MOST_PADDING: Final = 1 << 20
_FILES: Final = (b"0", b"\0", b"7")
_FOLDER: Final = b"5"
_EXTENDED: Final = (b"x", b"g")


class BadArchive(AuditError):
    """The file is not an archive, or not a safe one."""


class Member(NamedTuple):
    """A file in the archive. Its content can be read once, before the next member is requested."""

    name: str
    size: int
    pieces: Iterator[bytes]

    def read(self, most: int) -> bytes:
        """The content of a small file. Raises BadArchive if it has more than `most` bytes."""
        if self.size > most:
            raise BadArchive(f"{self.name!r} has {self.size:,} bytes, {most:,} at most are read.")
        return b"".join(self.pieces)

    def lines(self, most: int) -> Iterator[bytes]:
        """The lines without their line feeds. Raises BadArchive if a line has more than `most`
        bytes, or the last one has no line feed."""
        rest: list[bytes] = []
        weight = 0
        for piece in self.pieces:
            first, *others = piece.split(b"\n")
            rest.append(first)
            weight += len(first)
            if weight > most:
                raise BadArchive(f"A line of {self.name!r} has more than {most:,} bytes.")
            if others:
                yield b"".join(rest)
                *whole, last = others
                yield from whole
                rest, weight = [last], len(last)
        if weight:
            raise BadArchive(f"The last line of {self.name!r} has no end.")


def members(path: Path) -> Iterator[Member]:
    """The files in the archive, in order. Raises BadArchive, and OSError if the archive cannot be
    opened."""
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as unpacked:
        count = 0
        while (head := _read(unpacked, BLOCK)) != bytes(BLOCK):
            count += 1
            if count > MOST_MEMBERS:
                raise BadArchive(f"It has more than {MOST_MEMBERS:,} members.")
            name, size, kind = _head(head)
            pieces = _pieces(unpacked, size)
            if kind in _FILES:
                yield Member(name, size, pieces)
            elif kind in _EXTENDED:
                _pass_over(Member(name, size, pieces))
            elif kind != _FOLDER or size:
                raise BadArchive(f"{name!r} is neither a file nor a folder.")
            for _ in pieces:
                pass
        _end(unpacked)


def _head(head: bytes) -> tuple[str, int, bytes]:
    """Name, size and type of a member."""
    stated = _octal(head[148:156])
    if stated != sum(head[:148]) + 8 * 32 + sum(head[156:]):
        raise BadArchive("It is not an archive: a header's checksum is wrong.")
    name = head[:100].partition(b"\0")[0]
    prefix = head[345:500].partition(b"\0")[0] if head[257:263] == b"ustar\0" else b""
    whole = b"/".join(filter(None, (prefix, name)))
    try:
        text = whole.decode()
    except UnicodeDecodeError as error:
        raise BadArchive("A member's name is not UTF-8.") from error
    return text, _size(head[124:136]), head[156:157]


def _size(field: bytes) -> int:
    """A size in octal digits, or for 8 GiB and more in GNU tar's form: base 256 after 0x80."""
    return int.from_bytes(field[1:]) if field[:1] == b"\x80" else _octal(field)


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0")
    if not digits.isdigit() or digits.strip(b"01234567"):
        raise BadArchive("It is not an archive: a header's number is invalid.")
    return int(digits, 8)


def _pieces(file: gzip.GzipFile, size: int) -> Iterator[bytes]:
    """Yield the member's bytes, then skip the padding of its last block."""
    left = size
    while left:
        piece = _read(file, min(left, PIECE))
        left -= len(piece)
        yield piece
    _read(file, -size % BLOCK)


def _end(file: gzip.GzipFile) -> None:
    """Check that only zeros follow the last member, and read to the end, so that gzip's checksum is
    verified."""
    try:
        rest = file.read(_MOST_PADDING + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadArchive(f"It cannot be unpacked: {error}.") from error
    if len(rest) > _MOST_PADDING or rest.strip(b"\0"):
        raise BadArchive("There is something after its end.")


def _pass_over(extended: Member) -> None:
    text = extended.read(_MOST_EXTENDED)
    if any(word in text for word in (b" path=", b" size=", b" linkpath=", b" GNU.sparse")):
        raise BadArchive("An extended header gives a member another name or size.")


def _read(file: gzip.GzipFile, size: int) -> bytes:
    """Read exactly that many bytes. Raises BadArchive if there are fewer."""
    try:
        found = file.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise BadArchive(f"It cannot be unpacked: {error}.") from error
    if len(found) != size:
        raise BadArchive("It ends too early.")
    return found

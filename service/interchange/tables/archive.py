"""Checks a workbook's ZIP archive before anything else opens it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from service.interchange.tables.limits import MOST_BYTES, MOST_EXPANSION, TableRefused

__all__ = ["check_archive", "check_workbook"]

_CHUNK: Final = 1 << 16
_MOST_MEMBERS: Final = 10_000
_LOCAL_HEADER: Final = 30
_ADVICE: Final = "Save the sheet as CSV, and import that."
_LEAST_ALLOWED: Final = 1 << 20
"""The size that any archive may expand to, because a small workbook consists mostly of
repetitions."""


def check_archive(path: Path) -> None:
    """Raise `TableRefused` if the archive would expand to more than a hundred times its size, or
    more than 1 GiB. The sizes in its headers are not trusted: everything is expanded and counted,
    and nothing is stored."""
    allowed = min(MOST_BYTES, max(_LEAST_ALLOWED, MOST_EXPANSION * path.stat().st_size))
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise TableRefused(f"The archive has {len(members):,} members.", _ADVICE)
            for member in members:
                allowed -= _expanded(file, member, allowed)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError) as error:
        raise TableRefused(f"The file is no workbook: {error}.", _ADVICE) from error


def check_workbook(path: Path) -> None:
    """Raise `TableRefused` if the archive has none of a workbook's members, for example if it
    contains a downloaded table."""
    with zipfile.ZipFile(path) as archive:
        names = {name.replace("\\", "/").casefold() for name in archive.namelist()}
    if "content.xml" not in names and not any(name.startswith("xl/") for name in names):
        advice = "Unpack it, and import the table in it."
        raise TableRefused("The file is a ZIP archive, and no workbook.", advice)


def _expanded(file: BinaryIO, member: zipfile.ZipInfo, allowed: int) -> int:
    """The size of an expanded member. Raises `TableRefused` once it exceeds `allowed`."""
    if member.flag_bits & 1:
        raise TableRefused("The workbook is protected by a password.", "Save it without one.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise TableRefused("The archive is packed in a way that workbooks are not.", _ADVICE)
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    lengths = (int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little"))
    file.seek(sum(lengths), 1)
    if member.compress_type == zipfile.ZIP_STORED:
        return _admitted(member.compress_size, allowed)
    return _inflated(file, member.compress_size, allowed)


def _inflated(file: BinaryIO, left: int, allowed: int) -> int:
    inflater, count = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while left > 0 and not inflater.eof:
        chunk = file.read(min(_CHUNK, left))
        if not chunk:
            break
        left -= len(chunk)
        while chunk:
            count = _admitted(count + len(inflater.decompress(chunk, _CHUNK)), allowed)
            chunk = inflater.unconsumed_tail
    return count


def _admitted(size: int, allowed: int) -> int:
    """The size. Raises `TableRefused` if it is more than what is allowed."""
    if size > allowed:
        reason = f"The archive becomes more than {MOST_EXPANSION} times as large as it is."
        raise TableRefused(reason, _ADVICE)
    return size

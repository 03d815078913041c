"""Recognizes the form of a file: by its first bytes, and then by the suffix of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from service.interchange.tables.encoding import seen_beginning
from service.interchange.tables.limits import TableRefused

__all__ = ["form_of", "refuse_foreign"]

_BY_ENDING: Final = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".geojson": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_LOOKED_AT: Final = 1 << 16
_ODS: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"

_AS_CSV: Final = "Save its table as CSV, and import that."
_UNPACK: Final = "Unpack it, and import the table in it."
_POINTED: Final = "The data are elsewhere: download the raw file, or run git lfs pull."
_FOREIGN: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of the old form (.xls)", _AS_CSV),
    (b"%PDF-", "a PDF document", _AS_CSV),
    (b"PAR1\x15", "a Parquet file", _AS_CSV),
    (b"SQLite format 3\0", "a SQLite database", _AS_CSV),
    (b"\x1f\x8b\x08", "packed by gzip", _UNPACK),
    (b"BZh91AY&SY", "packed by bzip2", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\xfd7zXZ\0", "packed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", _UNPACK),
    (b"version https://git-lfs.github.com/spec/", "a pointer of Git LFS", _POINTED),
    (b"\x89PNG\r\n", "a picture", "Name the file with the data."),
    (b"\xff\xd8\xff", "a picture", "Name the file with the data."),
    (b"GIF89a", "a picture", "Name the file with the data."),
)
"""The beginnings of files that have no rows of text, what they are, and what to do."""
_HEAD: Final = 4096
_FEED: Final = b"http://www.w3.org/2005/atom"


def refuse_foreign(path: Path) -> None:
    """Raise `TableRefused` if the file is of a kind that people mistake for a table, and that makes
    no sense as text."""
    with path.open("rb") as file:
        begun = file.read(_LOOKED_AT)
    for sign, name, advice in _FOREIGN:
        if begun.startswith(sign):
            raise TableRefused(f"The file is {name}.", advice)
    text = seen_beginning(path, _LOOKED_AT).lstrip().lower()
    if not text.startswith((b"<!doctype", b"<html", b"<?xml", b"<rss")) or _FEED in text:
        return
    if b"<html" in text[:_HEAD] or text.startswith(b"<!doctype html"):
        advice = "See that the download was no page to sign in on, or save its table as CSV."
        raise TableRefused("The file is a web page.", advice)
    if b"<rss" in text[:_HEAD]:
        raise TableRefused("The file is an RSS feed.", "Take the feed as Atom or JSON Feed.")
    raise TableRefused("The file is XML, and no Atom feed.", _AS_CSV)


def form_of(path: Path) -> str:
    """csv, tsv, xlsx, ods, json or jsonl."""
    with path.open("rb") as file:
        begun = file.read(_LOOKED_AT)
    if begun.startswith(b"PK\x03\x04"):
        return "ods" if _ODS in begun[:200] or path.suffix.lower() == ".ods" else "xlsx"
    named = _BY_ENDING.get(path.suffix.lower())
    text = seen_beginning(path, _LOOKED_AT).lstrip()
    if text.startswith((b"{", b"[")) and named not in ("csv", "tsv"):
        return _json_form(text, named)
    return named or "csv"


def _json_form(text: bytes, named: str | None) -> str:
    """Whether it is one document or one on each line: then the first line is a document, and
    another one begins on the next line."""
    first, _, rest = text.partition(b"\n")
    is_whole = text.startswith(b"{") and first.rstrip().endswith(b"}")
    if is_whole and rest.lstrip().startswith(b"{"):
        return "jsonl"
    return named or ("jsonl" if is_whole and not rest.strip() else "json")

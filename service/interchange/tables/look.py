"""The form of a file by its look: its first bytes, and then the end of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["form_of"]

_BY_ENDING: Final = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_LOOKED_AT: Final = 1 << 16
_ODS: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def form_of(path: Path) -> str:
    """csv, tsv, xlsx, ods, json or jsonl."""
    with path.open("rb") as file:
        begun = file.read(_LOOKED_AT)
    if begun.startswith(b"PK\x03\x04"):
        return "ods" if _ODS in begun[:200] or path.suffix.lower() == ".ods" else "xlsx"
    named = _BY_ENDING.get(path.suffix.lower())
    text = begun.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")) and named not in ("csv", "tsv"):
        return _json_form(text, named)
    return named or "csv"


def _json_form(text: bytes, named: str | None) -> str:
    """Whether it is one document or one on each line: then the first line is one by itself, and
    another one begins on the next."""
    first, _, rest = text.partition(b"\n")
    is_whole = text.startswith(b"{") and first.rstrip().endswith(b"}")
    if is_whole and rest.lstrip().startswith(b"{"):
        return "jsonl"
    return named or ("jsonl" if is_whole and not rest.strip() else "json")

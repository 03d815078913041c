"""The identity of a row: its key, or its content, within its dataset."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final
from unicodedata import normalize

import msgspec

from service.interchange.mappings.evaluation import RowCells
from service.interchange.mappings.mapping import RowMapping
from service.interchange.tables.row import Cell, TableRow, cell_text

__all__ = ["content_hash", "key_of", "key_of_content", "statement_id", "written_key"]

_PLAIN_DATASET: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")
_MOST: Final = 64
_MOST_KEY: Final = 200
_DIGITS: Final = 32

# The hook converts exact texts, whose type is not `str`.
_encode = msgspec.json.Encoder(enc_hook=str, order="sorted").encode


def key_of(mapping: RowMapping, row: TableRow) -> str | None:
    """The key columns of a row, in NFC: keys that look the same are equal, whichever program
    composed their letters. None if they are all empty, or there are none: then a row is identified
    by its content.

    Several columns are joined by `|`. An export has the ids of statements as the keys of its rows.
    So that it can be imported again, a key that is such an id counts as the key that the id was
    made of.
    """
    return _joined(mapping.name, [normalize("NFC", text) for text in _texts(mapping, row)])


def written_key(mapping: RowMapping, row: TableRow) -> str | None:
    """The same as the file has it: with the spaces around it, and without composing its letters."""
    return _joined(mapping.name, [cell_text(row.cells.get(name, "")) for name in mapping.key])


def key_of_content(content: str, count: int) -> str:
    """The identity of a row whose content has this hash; `count` is the number of equal rows before
    it."""
    return content[:_DIGITS] + (f"-{count + 1}" if count else "")


def _texts(mapping: RowMapping, row: TableRow) -> list[str]:
    cells = RowCells(row.cells, mapping.missing)
    return [cells.text(column) for column in mapping.key]


def _joined(dataset: str, texts: Sequence[str]) -> str | None:
    if not any(texts):
        return None
    if len(texts) == 1:
        key = texts[0]
    else:
        key = "|".join(text.replace("\\", "\\\\").replace("|", "\\|") for text in texts)
    key = key if len(key) <= _MOST_KEY else f"sha256:{_hash(key)}"
    return key.removeprefix(f"{dataset}.") or key


def content_hash(cells: Mapping[str, Cell]) -> str:
    """The hash of a row's cells by column name. Empty cells do not count, so that a new empty
    column changes nothing; neither does the composition of letters."""
    filled = {name: cell for name, cell in cells.items() if cell and any(cell)}
    encoded = _encode(filled)
    if not encoded.isascii():
        encoded = normalize("NFC", encoded.decode()).encode()
    return hashlib.sha256(encoded).hexdigest()


def statement_id(dataset: str, key: str) -> str:
    """The id of a row's statement: `<dataset>.<key>` if that is a valid and unique id, else the
    dataset's beginning and a hash."""
    plain = f"{dataset}.{key}"
    if len(plain) <= _MOST and _PLAIN_DATASET.fullmatch(dataset) and _PLAIN_KEY.fullmatch(key):
        return plain
    begun = re.sub("[^a-z0-9]", "-", dataset).strip("-")[: _MOST - _DIGITS - 2] or "row"
    return f"{begun}..{_hash(dataset + chr(0) + key)[:_DIGITS]}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

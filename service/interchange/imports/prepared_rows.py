"""Rows as statements to be put, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple
from unicodedata import normalize

import msgspec

from service.interchange.mappings.composer import Composed, Composer
from service.interchange.mappings.evaluation import RowFault
from service.interchange.mappings.fields import GroupField
from service.interchange.mappings.mapping import RowMapping
from service.interchange.mappings.row_key import (
    content_hash,
    key_of,
    key_of_content,
    statement_id,
    written_key,
)
from service.interchange.tables.row import TableRow, without_statement

__all__ = ["PreparedRow", "RowPreparation", "batches_of"]

_MOST_ROWS: Final = 500
_MOST_BYTES: Final = 4 << 20
_SHOWN: Final = 200
_KEPT: Final = 8
"""Bytes of the hashes by which rows are recognized within one file."""
_SPACED: Final = (
    "The key of another row differs from this one only in its spaces, so they are two statements."
)


class PreparedRow(NamedTuple):
    """A row with the statement that it becomes. If it has `faults`, it is refused before it is
    sent; `cautions` should be looked at; `repeats` is true if an equal row with the same key came
    before. A row that is not `identified` has no readable key, so an earlier version of it would be
    another statement."""

    row: TableRow
    composed: Composed
    faults: list[RowFault]
    cautions: list[RowFault]
    repeats: bool = False
    identified: bool = True

    @property
    def id(self) -> str:
        """The statement's id."""
        return str(self.composed.statement.get("id", ""))


class _Seen(NamedTuple):
    """What is remembered of a row: its line, and short hashes of its statement and of its key as
    written. It is stored as bytes, because there may be a million rows."""

    line: int
    content: bytes
    written: bytes

    @staticmethod
    def of(kept: bytes) -> _Seen:
        return _Seen(int.from_bytes(kept[2 * _KEPT :]), kept[:_KEPT], kept[_KEPT : 2 * _KEPT])

    def kept(self) -> bytes:
        return self.content + self.written + self.line.to_bytes(_KEPT)


class RowPreparation:
    """Turns the rows of one file into statements, each with its id and origin. Of a row it
    remembers its line and three short hashes."""

    def __init__(self, mapping: RowMapping, counts: str = "line") -> None:
        """`counts`: what the lines of the rows count."""
        self._mapping = mapping
        self._counted = counts
        self._composer = Composer(mapping)
        self._has_id = "id" in mapping.outline.members
        self._has_origin = _has_origin(mapping)
        self._seen: dict[bytes, bytes] = {}
        self._counts: dict[bytes, int] = {}
        self._spaced: dict[bytes, int] = {}

    def prepare(self, row: TableRow) -> PreparedRow:
        """The row with its statement."""
        row = without_statement(row)
        if row.broken is not None:
            text, reason, advice = row.broken
            fault = RowFault(None, text[:_SHOWN], reason, advice)
            return PreparedRow(row, Composed({}, [fault], [], {}), [fault], [], identified=False)
        composed = self._composer.compose(row)
        said = _short(normalize("NFC", msgspec.json.encode(composed.statement).decode()))
        key = key_of(self._mapping, row)
        cautions = [self._no_key()] if key is None and self._mapping.key else []
        statement = composed.statement
        identified = key is not None if not self._has_id else "id" in statement
        if key is not None:
            cautions += self._spaced_twin(key, row.line)
        else:
            content = content_hash(row.cells)
            key = key_of_content(content, self._count(content))
        statement.setdefault("id", statement_id(self._mapping.name, key))
        if not self._has_origin:
            statement.setdefault("origin", {}).update(dataset=self._mapping.name, id=key)
        now = _Seen(row.line, said, _short(written_key(self._mapping, row) or ""))
        kept = now.kept()
        before = self._seen.setdefault(_short(statement["id"]), kept)
        first = _Seen.of(before)
        faults = list(composed.faults)
        if first.content != now.content:
            faults.append(self._second(key, first, now))
        repeats = before is not kept and first.content == now.content
        return PreparedRow(row, composed, faults, cautions, repeats, identified)

    def _spaced_twin(self, key: str, line: int) -> list[RowFault]:
        """A caution about a key from which that of an earlier row differs only in the spaces
        between its words. Of all keys only those with unusual spaces are remembered for it."""
        usual = " ".join(key.split())
        if usual == key and not self._spaced:
            return []
        twin = _short(statement_id(self._mapping.name, usual))
        earlier = self._spaced.get(twin)
        if usual != key:
            self._spaced.setdefault(twin, line)
            kept = self._seen.get(twin)
            earlier = earlier if kept is None else _Seen.of(kept).line
        if earlier is None:
            return []
        advice = f"It is in {self._counted} {earlier}: write both in the same way if they are one."
        return [RowFault(self._mapping.key[0], key, _SPACED, advice)]

    def _count(self, content: str) -> int:
        """How many equal rows without a key came before."""
        kept = _short(content)
        count = self._counts.get(kept, 0)
        self._counts[kept] = count + 1
        return count

    def _no_key(self) -> RowFault:
        columns = ", ".join(self._mapping.key)
        reason = f"The row has no key ({columns} is empty), so it is known by its content."
        advice = "Fill it in: then a change of the row is a correction, and not another statement."
        return RowFault(self._mapping.key[0], "", reason, advice)

    def _second(self, key: str, first: _Seen, second: _Seen) -> RowFault:
        column = self._mapping.key[0] if self._mapping.key else None
        also = ""
        if first.written != second.written:
            forms = (
                "with other spaces around it, or letters composed otherwise (Unicode NFC and NFD)"
            )
            also = f", though it is written {forms},"
        reason = f"Another row of the file has the same key{also} and says something else."
        where = f"It is in {self._counted} {first.line}"
        advice = f"{where}: leave one of them, or add a column to primaryKey."
        return RowFault(column, key, reason, advice)


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_KEPT).digest()


def _has_origin(mapping: RowMapping) -> bool:
    """Whether the mapping itself names the dataset of a row."""
    origin = mapping.outline.members.get("origin")
    members = origin.members if isinstance(origin, GroupField) else {}
    return "dataset" in members or "id" in members


def batches_of(rows: Iterable[PreparedRow]) -> Iterator[list[PreparedRow]]:
    """The rows in batches of up to 500 and of a few megabytes."""
    batch: list[PreparedRow] = []
    weight = 0
    for row in rows:
        size = _size(row.composed.statement)
        if batch and (len(batch) == _MOST_ROWS or weight + size > _MOST_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(row)
        weight += size
    if batch:
        yield batch


def _size(statement: dict[str, Any]) -> int:
    return len(msgspec.json.encode(statement))

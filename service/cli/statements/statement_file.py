"""Statements to append: one JSON object, an array of them, or one object a line."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from events.errors import Fault
from service.cli.failure import WRONG_USE, Failure
from service.cli.statements.encoding import as_utf8, wrong_byte
from service.cli.statements.refusal import FAULTS, LINE, RefusedRow

__all__ = ["StatementRow", "batches", "read_statements"]

_MOST: Final = 500
_MOST_BYTES: Final = 1_000_000
"""The most bytes of one request, which proxies usually accept. A longer row is sent in a request of
its own."""
_SHOWN: Final = 5
_NAMESPACE: Final = uuid.UUID("0c8e0d3a-64a5-5f0e-8a3e-6f5a3c1d9b47")
"""The namespace of the ids of rows without an id: an arbitrary UUID that must never change."""
_UNREADABLE: Final = (msgspec.DecodeError, RecursionError)


class StatementRow(NamedTuple):
    """One statement: its line (from 1), its id, the object as it is sent, and as it was written."""

    line: int
    id: str
    body: bytes
    written: bytes


def read_statements(content: bytes, timeline: str) -> list[StatementRow | RefusedRow]:
    """The rows in `content`, in order, including those that cannot be sent.

    A row without an id gets one that is derived from the timeline, the row's content, and the
    number of equal rows before it, so the same file always gives the same ids. The content of rows
    is not checked here; the server does that. Raises `Failure` (wrong use) if there is no JSON
    object at all.
    """
    text = as_utf8(content)
    if not text.strip():
        raise Failure(WRONG_USE, "There is nothing to append", "Give statements as JSON.")
    rows = list(_Reading(timeline).rows(_objects(text)))
    if not rows:
        raise Failure(WRONG_USE, "There is nothing to append", "The array is empty.")
    strangers = [row for row in rows if isinstance(row, RefusedRow) and row.is_no_object]
    if len(strangers) == len(rows):
        raise Failure(
            WRONG_USE,
            "The input is not statements in JSON; nothing was sent",
            *(str(stranger) for stranger in strangers[:_SHOWN]),
            "Give one object, an array of objects, or one object a line.",
        )
    return rows


def batches(rows: Sequence[StatementRow]) -> Iterator[Sequence[StatementRow]]:
    """Split the rows, in order, into batches for one request each."""
    batch: list[StatementRow] = []
    size = 0
    for row in rows:
        if batch and (len(batch) == _MOST or size + len(row.body) > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += len(row.body)
    if batch:
        yield batch


class _Reading:
    """Reads rows, and counts how often each content has occurred."""

    def __init__(self, timeline: str) -> None:
        self._timeline = timeline
        self._seen: Counter[bytes] = Counter()

    def rows(self, objects: Iterator[tuple[int, bytes]]) -> Iterator[StatementRow | RefusedRow]:
        for line, written in objects:
            wrong = wrong_byte(written)
            if wrong is not None:
                yield RefusedRow(line, (Fault("", wrong),), written)
                continue
            try:
                fields = msgspec.json.decode(written, type=dict[str, Any])
            except _UNREADABLE as error:
                yield RefusedRow(line, (_no_object(error),), written, is_no_object=True)
                continue
            yield self._row(line, written, fields)

    def _row(self, line: int, written: bytes, fields: dict[str, Any]) -> StatementRow:
        body = written
        if LINE in fields or FAULTS in fields:  # a refused row that was corrected
            fields = {name: value for name, value in fields.items() if name not in (LINE, FAULTS)}
            body = msgspec.json.encode(fields)
        if fields.get("id") is not None:
            return StatementRow(line, str(fields["id"]), body, written)
        given = self._id(fields)
        # If a member occurs twice, the last one counts: there may be an earlier `"id": null`.
        comma = b"," if fields else b""
        return StatementRow(
            line, given, body[:-1] + comma + b'"id":"' + given.encode() + b'"}', written
        )

    def _id(self, fields: dict[str, Any]) -> str:
        fields.pop("id", None)
        content = msgspec.json.encode(fields, order="sorted")
        count = self._seen[content]
        self._seen[content] += 1
        name = b"\n".join((self._timeline.encode(), str(count).encode(), content))
        return str(uuid.uuid5(_NAMESPACE, name.decode()))


def _objects(text: bytes) -> Iterator[tuple[int, bytes]]:
    """The text of each row with its line: the items of an array, a single object, or the lines."""
    begin = len(text) - len(text.lstrip())
    try:
        whole = msgspec.json.decode(text, type=msgspec.Raw)
    except _UNREADABLE as error:
        if text[begin : begin + 1] == b"[" and b"\n[" not in text.strip():
            raise _broken_array(text, error) from error
        yield from (
            (number, line.strip())
            for number, line in enumerate(text.split(b"\n"), start=1)
            if line.strip()
        )
        return
    if bytes(whole).startswith(b"["):
        yield from _items(text, begin)
    else:
        yield text[:begin].count(b"\n") + 1, bytes(whole)


def _items(text: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """The items of the array that begins there, separated only by white space and a comma."""
    line, at = 1, 0
    for item in msgspec.json.decode(text[begin:], type=list[msgspec.Raw]):
        body = bytes(item)
        found = text.index(body, max(at, begin + 1))
        line += text.count(b"\n", at, found)
        yield line, body
        at = found + len(body)
        line += body.count(b"\n")


def _no_object(error: Exception) -> Fault:
    return Fault("", f"It is not an object in JSON: {_reason(error)}.")


def _reason(error: Exception) -> str:
    return "it nests too deeply" if isinstance(error, RecursionError) else str(error).rstrip(".")


def _broken_array(text: bytes, error: Exception) -> Failure:
    said = str(error)
    byte = said.rpartition("(byte ")[2].rstrip(")")
    line = text.count(b"\n", 0, int(byte)) + 1 if byte.isdecimal() else text.count(b"\n") + 1
    detail = f"The array breaks off or is wrong at line {line}: {_reason(error)}."
    return Failure(WRONG_USE, "The input is not statements in JSON; nothing was sent", detail)

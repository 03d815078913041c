"""Statements to append: one JSON object, an array of them, or one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from service.cli.failure import WRONG_USE, Failure

__all__ = ["Item", "batches", "read_statements"]

_MOST: Final = 500
_MOST_BYTES: Final = 8 * 1024 * 1024
"""Of one request: half of what the server takes, unless it was told otherwise."""


class Item(NamedTuple):
    """One object as it was written, and where: `line 7` or `item 7`."""

    place: str
    body: bytes


def read_statements(content: bytes) -> list[Item]:
    """The objects in `content`; `Failure` (wrong use) where it is not JSON, or holds other things.

    What they say is for the server to judge.
    """
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise Failure(WRONG_USE, "There is nothing to append", "Give statements as JSON.")
    try:
        whole = msgspec.json.decode(text, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        if b"\n" not in text:
            raise _not_json("", error) from error
        return list(_lines(content))
    if bytes(whole).startswith(b"["):
        return _array(whole)
    return [_object("the object", bytes(whole))]


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in their order, as many together as one request should hold."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) == _MOST or size + len(item.body) > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.body)
    if batch:
        yield batch


def _lines(content: bytes) -> Iterator[Item]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield _object(f"line {number}", line.strip())


def _array(whole: msgspec.Raw) -> list[Item]:
    items = msgspec.json.decode(whole, type=list[msgspec.Raw])
    if not items:
        raise Failure(WRONG_USE, "There is nothing to append", "The array is empty.")
    return [_object(f"item {i}", bytes(item)) for i, item in enumerate(items, start=1)]


def _object(place: str, body: bytes) -> Item:
    try:
        msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise _not_json(place, error) from error
    return Item(place, body)


def _not_json(place: str, error: Exception) -> Failure:
    at = f"{place}: " if place else ""
    return Failure(
        WRONG_USE,
        "These are no statements in JSON; nothing was sent",
        f"{at}{error}.",
        "Give one object, an array of objects, or one object a line.",
    )

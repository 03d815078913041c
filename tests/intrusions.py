"""Ways to change a timeline in the log, as an intruder would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from tests.serving import stream_of

COUNT = 8
"""The revisions of each timeline: the opening, and statements."""
LOG = stream_of("kursk", partitions=1)


class Intrusion(Protocol):
    """What somebody makes of a log's entries, to change those of one timeline."""

    def __call__(self, fields: list[Any], name: str = "kursk") -> list[Any]: ...


def entries(store: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    found: list[tuple[bytes, dict[bytes, bytes]]] = store.xrange(LOG)
    return found


def rewrite(store: Any, change: Callable[[list[dict[bytes, bytes]]], list[Any]]) -> None:
    """Write the stream again, with changed entries."""
    fields = change([dict(fields) for _, fields in entries(store)])
    store.delete(LOG)
    for position, entry in enumerate(fields, 1):
        store.xadd(LOG, entry, id=f"{position}-0")


def of(fields: list[dict[bytes, bytes]], revision: int, name: str = "kursk") -> dict[bytes, bytes]:
    """The timeline's entry with that revision."""
    mark = b'{"timeline":"%s","revision":%d,' % (name.encode(), revision)
    return next(entry for entry in fields if entry[b"h"].startswith(mark))


def altered(field: bytes, old: bytes, new: bytes) -> Intrusion:
    def change(fields: list[Any], name: str = "kursk") -> list[Any]:
        entry = of(fields, 5, name)
        assert old in entry[field]
        entry[field] = entry[field].replace(old, new)
        return fields

    return change


def another_salt(fields: list[Any], name: str = "kursk") -> list[Any]:
    of(fields, 5, name)[b"s"] = b"0" * 32
    return fields


def swapped(fields: list[Any], name: str = "kursk") -> list[Any]:
    a, b = of(fields, 5, name), of(fields, 6, name)
    i, j = fields.index(a), fields.index(b)
    fields[i], fields[j] = b, a
    return fields


def without(*revisions: int) -> Intrusion:
    def change(fields: list[Any], name: str = "kursk") -> list[Any]:
        gone = [of(fields, revision, name) for revision in revisions]
        return [entry for entry in fields if entry not in gone]

    return change


def copied(fields: list[Any], name: str = "kursk") -> list[Any]:
    return [*fields[:-1], of(fields, 5, name), fields[-1]]


def emptied(fields: list[Any], name: str = "kursk") -> list[Any]:
    entry = of(fields, 5, name)
    del entry[b"s"], entry[b"d"]
    return fields


def as_if_redacted(fields: list[Any], name: str = "kursk") -> list[Any]:
    emptied(fields, name)
    of(fields, 5, name)[b"r"] = b"7"
    return fields


MATRIX: dict[str, tuple[Intrusion, int]] = {
    "a header altered": (altered(b"h", b'"author":"owner"', b'"author":"owned"'), 5),
    "a time altered": (altered(b"h", b'"recorded_at":"20', b'"recorded_at":"19'), 5),
    "data altered": (altered(b"d", b"KCNA", b"KCNB"), 5),
    "a salt altered": (another_salt, 5),
    "a seal altered": (altered(b"h", b'"seal":"', b'"seal":"0'), 5),
    "events swapped": (swapped, 5),
    "an event deleted": (without(5), 5),
    "the end cut off": (without(6, 7, 8), 6),
    "an event copied": (copied, 9),
    "a timeline dropped": (without(*range(1, COUNT + 1)), 1),
    "data removed": (emptied, 5),
    "data removed as if it was redacted": (as_if_redacted, 5),
}

COVERED = [name for name in MATRIX if name != "an event copied"]
"""A copy after the signed events is not covered yet, so only the signer notices it."""

"""The current state of the statements of a batch while it is folded, in memory.

What the events of a batch are about is read together before they are folded, and what they change
is written together after them. A version that is replaced within the batch is written once, with
its end.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct, structs

from projections.storage.rows import Row, Rows, texts
from projections.storage.schema import STILL, sql

__all__ = ["CurrentStatements", "Version"]


class Version(Struct):
    """A row of statement_versions, in the order of its columns, without timeline, statement and
    `until`."""

    since: int
    content: int
    kind: int
    standing: int
    unsourced: int
    occurred_start: int | None
    occurred_end: int | None
    said_start: int | None
    said_end: int | None
    occurred_late: int | None
    said_late: int | None
    supports: int = 0
    disputes: int = 0
    related: int = 0
    credibility: int | None = None
    touched: int = 0


_COLUMNS = ", ".join(f"v.{name}" for name in Version.__struct_fields__)
_READ = sql(f"""
SELECT w.value, s.st, {_COLUMNS} FROM carray(?2) w
CROSS JOIN statements s ON s.tl = ?1 AND s.id = w.value
CROSS JOIN statement_versions v ON v.tl = ?1 AND v.st = s.st AND v.until = {{STILL}}
""")  # noqa: S608 - names of our own columns
_VERSION = sql(f"""
SELECT {_COLUMNS} FROM statement_versions v WHERE v.tl = ? AND v.st = ? AND v.until = {{STILL}}
""")  # noqa: S608 - names of our own columns
_NUMBER = "SELECT st FROM statements WHERE tl = ? AND id = ?"
_SPEAKERS = "SELECT speakers FROM contents WHERE content = ?"
_OWNER = sql("SELECT actor FROM spellings WHERE tl = ? AND key = ? AND until = {STILL} LIMIT 1")
_ADD = sql("""
INSERT INTO statement_versions (
  tl, st, until, since, content, kind, standing, unsourced,
  occurred_start, occurred_end, said_start, said_end, occurred_late, said_late,
  supports, disputes, related, credibility, touched
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""")
_CLOSE = sql("""
UPDATE statement_versions SET until = ? WHERE tl = ? AND st = ? AND until = {STILL}
""")


_decode = msgspec.json.Decoder(list[str]).decode


class CurrentStatements:
    """The statements that the batch is about: their numbers, current versions and speakers, and the
    owners of spellings. `forget` ends a batch, after its rows were written or rolled back.

    The numbers and versions that the batch changed are here, so their reads need not flush buffered
    rows.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._numbers: dict[tuple[int, str | None], int] = {}
        self._versions: dict[tuple[int, int], Version] = {}
        self._speakers: dict[int, list[str]] = {}
        self._owners: dict[tuple[int, str], int | None] = {}
        self._new: dict[tuple[int, int], Version] = {}
        self._ended: list[Row] = []
        self._closed: list[Row] = []
        rows.buffered_by("statement_versions", self._write)

    def read(self, tl: int, ids: Iterable[str]) -> None:
        """Read the numbers and current versions of these statements of a timeline in one query."""
        unread = [id_ for id_ in dict.fromkeys(ids) if (tl, id_) not in self._numbers]
        if not unread:
            return
        for id_, st, *columns in self._rows.written(_READ, (tl, texts(unread))):
            self._numbers[tl, id_] = st
            if (tl, st) not in self._versions:
                self._versions[tl, st] = Version(*columns)

    def record(self, tl: int, id_: str | None, version: Version) -> None:
        """Add a new statement, whose number is the revision of its first version."""
        key = tl, version.since
        self._numbers[tl, id_] = version.since
        self._versions[key] = self._new[key] = version

    def replace(self, tl: int, st: int, version: Version) -> None:
        """Replace the statement's current version from `version.since` on."""
        before = self._new.get((tl, st))
        if before is None:
            self._closed.append((version.since, tl, st))
        else:
            self._ended.append((tl, st, version.since, *structs.astuple(before)))
        self._versions[tl, st] = self._new[tl, st] = version

    def find(self, tl: int, id_: str) -> int | None:
        """The number of the statement with that id, or None."""
        st = self._numbers.get((tl, id_))
        if st is None:
            for row in self._rows.written(_NUMBER, (tl, id_)):
                st = self._numbers[tl, id_] = row[0]
        return st

    def number(self, tl: int, id_: str) -> int:
        """The number of the statement with that id. Raises LookupError if there is none."""
        st = self.find(tl, id_)
        if st is None:
            raise LookupError(f"there is no statement {id_!r} before it")
        return st

    def version(self, tl: int, st: int) -> Version:
        """The current version, which must not be changed in place. Raises LookupError if there is
        no such statement."""
        version = self._versions.get((tl, st))
        if version is None:
            rows = self._rows.written(_VERSION, (tl, st))
            if not rows:
                raise LookupError(f"there is no statement {st}")
            version = self._versions[tl, st] = Version(*rows[0])
        return version

    def speakers(self, content: int) -> list[str]:
        """The keys of all speakers of the content. Raises LookupError if there is no such
        content."""
        if content not in self._speakers:
            row = self._rows.one(_SPEAKERS, (content,))
            if row is None:
                raise LookupError(f"there is no content {content}")
            self._speakers[content] = _decode(row[0])
        return self._speakers[content]

    def owner(self, tl: int, key: str) -> int | None:
        """The actor that owns a spelling, or None."""
        if (tl, key) not in self._owners:
            row = self._rows.one(_OWNER, (tl, key))
            self._owners[tl, key] = row[0] if row else None
        return self._owners[tl, key]

    def forget_owners(self) -> None:
        """Forget the owners, because spellings have changed hands."""
        self._owners.clear()

    def forget(self) -> None:
        for kept in (self._numbers, self._versions, self._speakers, self._owners, self._new):
            kept.clear()
        self._ended.clear()
        self._closed.clear()

    def _write(self) -> None:
        rows = self._ended
        rows += [(*key, STILL, *structs.astuple(new)) for key, new in self._new.items()]
        rows.sort(key=lambda row: row[:3])
        self._closed.sort()
        self._rows.insert(_CLOSE, self._closed)
        self._rows.insert(_ADD, rows)
        self._ended.clear()
        self._closed.clear()
        self._new.clear()

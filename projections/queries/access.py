"""Queries about keys and grants, on the timeline `_access`."""

from __future__ import annotations

from typing import NamedTuple

from projections.answers.access import Grant, IssuedKey, Revocation
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

__all__ = ["KeptKey", "grants_at", "has_grant", "key_named", "keys_at"]


class KeptKey(NamedTuple):
    """The stored part of a key: `sha256` is the hash of its secret, in hex."""

    key: IssuedKey
    sha256: str


_KEYS = """
SELECT id, name, expires, author, issued, recorded_at, sha256, reason, revoker, revoked, revoked_at
FROM keys WHERE tl = ? AND since <= ? AND until > ?
"""
_GRANTS = """
SELECT id, grantee, role, timelines, author, since, recorded_at FROM grants
WHERE tl = ? AND since <= ? AND until > ? ORDER BY since
"""
_GRANT = "SELECT max(until > ?) FROM grants WHERE tl = ? AND id = ? AND since <= ?"


def keys_at(reader: Reader, ref: TimelineRef, revision: int) -> list[KeptKey]:
    """Every key that was issued up to `revision`, revoked ones included, in the order in which they
    were issued."""
    rows = reader.all(f"{_KEYS} ORDER BY issued", (ref.tl, revision, revision))
    return [_kept(*row) for row in rows]


def key_named(reader: Reader, ref: TimelineRef, name: str, revision: int) -> KeptKey | None:
    """The key with that name; None if it was not issued up to `revision`."""
    row = reader.one(f"{_KEYS} AND name = ?", (ref.tl, revision, revision, name))
    return _kept(*row) if row else None


def grants_at(reader: Reader, ref: TimelineRef, revision: int) -> list[Grant]:
    """The grants that were valid at `revision`, in the order in which they were given."""
    return [Grant(*row) for row in reader.all(_GRANTS, (ref.tl, revision, revision))]


def has_grant(reader: Reader, ref: TimelineRef, id: str, revision: int) -> bool | None:  # noqa: A002 - the field's own name
    """Whether the grant was valid at `revision`; None if it was not given up to then."""
    row = reader.one(_GRANT, (revision, ref.tl, id, revision))
    return None if row is None or row[0] is None else bool(row[0])


def _kept(  # noqa: PLR0913 - the columns of the query
    id: str,  # noqa: A002 - the field's own name
    name: str,
    expires: str | None,
    author: str,
    issued: int,
    recorded_at: str,
    sha256: str,
    reason: str,
    revoker: str,
    revoked: int | None,
    revoked_at: str,
) -> KeptKey:
    ended = None if revoked is None else Revocation(reason, revoker, revoked, revoked_at)
    return KeptKey(IssuedKey(id, name, expires, author, issued, recorded_at, ended), sha256)

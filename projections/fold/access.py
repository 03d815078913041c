"""Keys and grants: which keys there are, and what is granted to whom."""

from __future__ import annotations

from events.event.envelope import Header, subject_id
from events.event.types import AccessChange, GrantGiven, GrantTaken, KeyIssued, KeyRevoked
from projections.storage.rows import Row, Rows
from projections.storage.schema import STILL, sql

__all__ = ["change_access"]

_KEY = """
INSERT INTO keys (tl, name, until, since, id, sha256, expires, issued, author, recorded_at,
  revoked, reason, revoker, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_HELD_KEY = sql("""
SELECT id, sha256, expires, issued, author, recorded_at, revoked FROM keys
WHERE tl = ? AND name = ? AND until = {STILL}
""")
_CLOSE_KEY = sql("UPDATE keys SET until = ? WHERE tl = ? AND name = ? AND until = {STILL}")
_GRANT = """
INSERT INTO grants (tl, id, until, since, grantee, role, timelines, author, recorded_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_HELD_GRANT = sql("SELECT since FROM grants WHERE tl = ? AND id = ? AND until = {STILL}")
_CLOSE_GRANT = sql("UPDATE grants SET until = ? WHERE tl = ? AND id = ? AND until = {STILL}")


def change_access(rows: Rows, tl: int, header: Header, event: AccessChange) -> None:
    """Fold an event about a key or grant. Raises LookupError or ValueError if it contradicts
    earlier events."""
    thing, revision = subject_id(header.subject), header.revision
    made = (header.author, header.recorded_at)
    match event:
        case KeyIssued(name=name, id=id_, sha256=sha256, expires=expires):
            if _held_key(rows, tl, name) is not None:
                raise ValueError(f"a key {name!r} was issued before it")
            facts = (id_, sha256, expires, revision, *made)
            rows.add(_KEY, (tl, name, STILL, revision, *facts, None, None, None, None))
        case KeyRevoked(reason=reason):
            _revoke(rows, (tl, thing), revision, (reason, *made))
        case GrantGiven(to=to, role=role, timelines=timelines):
            rows.add(_GRANT, (tl, thing, STILL, revision, to, role, timelines, *made))
        case GrantTaken():
            if rows.one(_HELD_GRANT, (tl, thing)) is None:
                raise LookupError(f"there is no grant {thing!r} before it")
            rows.change(_CLOSE_GRANT, (revision, tl, thing))


def _held_key(rows: Rows, tl: int, name: str) -> Row | None:
    return rows.one(_HELD_KEY, (tl, name))


def _revoke(rows: Rows, key: tuple[int, str], revision: int, facts: Row) -> None:
    held = _held_key(rows, *key)
    if held is None or held[-1] is not None:
        raise LookupError(f"there is no key {key[1]!r} that holds before it")
    rows.change(_CLOSE_KEY, (revision, *key))
    rows.add(_KEY, (*key, STILL, revision, *held[:-1], revision, *facts))

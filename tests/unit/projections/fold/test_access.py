"""Keys and grants, folded and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.event.envelope import grant_subject, key_subject
from events.event.types import GrantGiven, GrantTaken, KeyIssued, KeyRevoked
from events.statement.timeline_names import ACCESS_TIMELINE
from projections.digest import ACCESS_SECTIONS, digest_at
from projections.queries.access import grants_at, has_grant, key_named, keys_at
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import History
from tests.unit.access_histories import grants_after, keys_after, opened, random_access


def ref_of(store: Store) -> TimelineRef:
    ref = timeline_at(store.reader, ACCESS_TIMELINE)
    assert ref is not None
    return ref


@pytest.mark.parametrize("seed", range(3))
def test_every_revision_shows_what_held_then(tmp_path: Path, seed: int) -> None:
    """The grants and keys at each revision are those that follow from the events up to it."""
    history = random_access(seed, 120)
    store = history.store(tmp_path)
    ref = ref_of(store)
    everything = opened(history, ref.revision)
    for revision in range(1, ref.revision + 1):
        events = everything[:revision]
        grants = grants_after(events)
        assert grants_at(store.reader, ref, revision) == grants
        keys = keys_at(store.reader, ref, revision)
        assert {
            kept.key.name: (kept.sha256, kept.key.revoked is not None) for kept in keys
        } == keys_after(events)
        assert {g.id for g in grants} == {
            id_ for n in range(120) if has_grant(store.reader, ref, id_ := f"g{n}", revision)
        }
    store.close()


def test_who_issued_and_who_revoked_a_key_is_known(tmp_path: Path) -> None:
    """A revoked key shows both, and before that revision the one."""
    history = History(ACCESS_TIMELINE)
    history.open()
    issued = KeyIssued(name="desk", id="abcdefgh", sha256="0" * 64, expires="2027-01-01T00:00:00Z")
    history.add(key_subject("desk"), issued)
    history.add(key_subject("desk"), KeyRevoked(reason="lost"))
    store = history.store(tmp_path)
    ref = ref_of(store)
    now, before = (key_named(store.reader, ref, "desk", revision) for revision in (3, 2))
    assert now is not None
    assert before is not None
    assert before.key.revoked is None
    assert (now.key.id, now.key.author, now.key.revision) == ("abcdefgh", "desk", 2)
    assert now.key.revoked is not None
    assert (now.key.revoked.reason, now.key.revoked.author) == ("lost", "desk")
    assert now.key.revoked.revision == 3
    assert key_named(store.reader, ref, "desk", 1) is None
    store.close()


@pytest.mark.parametrize(
    ("subject", "event"),
    [
        (key_subject("desk"), KeyIssued(name="desk", id="abcdefgh", sha256="1" * 64)),
        (key_subject("other"), KeyRevoked(reason="lost")),
        (key_subject("gone"), KeyRevoked(reason="lost")),
        (grant_subject("g"), GrantTaken(reason="over")),
    ],
)
def test_what_cannot_have_happened_stops_the_fold(
    tmp_path: Path, subject: str, event: KeyIssued | KeyRevoked | GrantTaken
) -> None:
    """A name that is issued twice, and an end of what did not hold, are not folded."""
    history = History(ACCESS_TIMELINE)
    history.open()
    for name in ("desk", "gone"):
        history.add(key_subject(name), KeyIssued(name=name, id=name, sha256="0" * 64))
    history.add(key_subject("gone"), KeyRevoked(reason="lost"))
    history.add(grant_subject("h"), GrantGiven(to="everyone", role="reader", timelines="*"))
    history.add(subject, event)
    with pytest.raises((LookupError, ValueError)):
        history.store(tmp_path)


def test_each_column_counts_in_the_digest(tmp_path: Path) -> None:
    """Whatever is changed of a key or a grant, the digest of `_access` is another one."""
    store = random_access(7, 60).store(tmp_path)
    ref = ref_of(store)
    before = digest_at(store.reader, ref, ref.revision)
    uncommitted = Reader(store.writer)
    for table in ACCESS_SECTIONS:
        info = f"SELECT name, type FROM pragma_table_info('{table}') WHERE name <> 'tl'"
        first = f"WHERE (tl, since) = (SELECT tl, min(since) FROM {table})"
        for column, kind in store.writer.execute(info).fetchall():
            value = "'x'" if kind == "TEXT" else "until - 1" if column == "until" else "77"
            store.writer.execute("BEGIN")
            store.writer.execute(f"UPDATE {table} SET {column} = {value} {first}")
            assert digest_at(uncommitted, ref, ref.revision) != before, (table, column)
            store.writer.execute("ROLLBACK")
    store.close()

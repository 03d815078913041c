"""What the signer looks at: each tampering is found, at its revision, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from events.codec import Codec
from events.envelope import (
    StoredEvent,
    Subject,
    header_bytes,
    source_subject,
    statement_subject,
)
from events.examination import Examination, Head
from events.merkle import Frontier, leaf_hash
from events.types import SourceGraded, StatementRedacted
from tests.histories import CODEC, History

COUNT = 12
SIGNED = 9


def history() -> History:
    made = History()
    made.open()
    for n in range(COUNT - 1):
        made.record(f"s{n}")
    return made


def head_of(entries: list[StoredEvent], size: int) -> Head:
    tree = Frontier()
    for stored in entries[:size]:
        tree.append(leaf_hash(stored.header))
    return Head(size, tree.root())


def examined(
    entries: list[StoredEvent], signed: Head | None = None, kept: list[StoredEvent] | None = None
) -> Examination:
    heads = {} if signed is None else {"kursk": signed}

    def leaf(timeline: str, revision: int) -> bytes | None:
        found = (kept or [])[revision - 1 : revision]
        return leaf_hash(found[0].header) if found and timeline == "kursk" else None

    looked = Examination(CODEC, 0, 1, heads, leaf)
    looked.take(entries)
    looked.finish()
    return looked


def moved(entries: list[StoredEvent]) -> list[StoredEvent]:
    """With positions that have no gap, as in a stream that was made anew."""
    return [stored._replace(position=n) for n, stored in enumerate(entries, 1)]


def resealed(stored: StoredEvent, revision: int, codec: Codec = CODEC) -> StoredEvent:
    """Another event of that revision, as someone makes it who has a seal key."""
    sealed = codec.seal(
        "kursk", "x", source_subject("x"), SourceGraded(reliability="A"), "desk", bytes(16)
    )
    at = b'"recorded_at":"'
    time = stored.header.partition(at)[2][:27].decode()
    header = header_bytes("kursk", revision, time, sealed.tail)
    return StoredEvent(stored.position, header, sealed.salt, sealed.data)


def renumbered(stored: StoredEvent, old: int, new: int) -> StoredEvent:
    header = stored.header.replace(b'"revision":%d,' % old, b'"revision":%d,' % new)
    return stored._replace(header=header)


Tampering = Callable[[list[StoredEvent]], list[StoredEvent]]

TAMPERINGS: dict[str, tuple[Tampering, int]] = {
    "an author altered": (
        lambda e: [*e[:4], e[4]._replace(header=e[4].header.replace(b"desk", b"dask")), *e[5:]],
        5,
    ),
    "data altered": (
        lambda e: [*e[:4], e[4]._replace(data=(e[4].data or b"").replace(b"by", b"bY")), *e[5:]],
        5,
    ),
    "salt altered": (lambda e: [*e[:4], e[4]._replace(salt=b"x" * 16), *e[5:]], 5),
    "swapped": (lambda e: [*e[:4], e[5], e[4], *e[6:]], 5),
    "copied": (lambda e: [*e[:4], e[3], *e[4:]], 5),
    "copied under a new revision": (
        lambda e: [
            *e,
            e[3]._replace(header=e[3].header.replace(b'"revision":4', b'"revision":13')),
        ],
        13,
    ),
    "deleted": (lambda e: [*e[:4], *e[5:]], 5),
    "truncated": (lambda e: e[:4], 5),
    "dropped": (lambda e: e[:0], 1),
    "data removed": (lambda e: [*e[:4], e[4]._replace(salt=None, data=None), *e[5:]], 5),
    "data removed as if redacted": (
        lambda e: [*e[:4], e[4]._replace(salt=None, data=None, redacted=7), *e[5:]],
        5,
    ),
    "forged": (lambda e: [*e[:4], resealed(e[4], 5, Codec(b"k" * 32)), *e[5:]], 5),
    "replaced by who has the seal key": (lambda e: [*e[:4], resealed(e[4], 5), *e[5:]], 5),
    "moved back in time": (
        lambda e: [*e[:4], e[4]._replace(header=e[4].header.replace(b"2026", b"2025")), *e[5:]],
        5,
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_is_found_where_it_is(name: str) -> None:
    """In signed history, beside a ledger that has what was signed."""
    entries = history().entries
    tamper, revision = TAMPERINGS[name]
    looked = examined(moved(tamper(list(entries))), head_of(entries, SIGNED), entries)
    assert looked.findings["kursk"].revision == revision
    assert looked.findings["kursk"].timeline == "kursk"


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """Whatever was signed of it before; what nobody signed may be gone."""
    entries = history().entries
    for size in range(1, COUNT + 1):
        assert examined(entries, head_of(entries, size), entries).findings == {}
    assert examined(entries).findings == {}
    looked = examined(entries[:SIGNED], head_of(entries, SIGNED), entries)
    assert looked.findings == {}
    assert looked.timelines["kursk"].head() == head_of(entries, SIGNED)


def test_another_history_is_found_without_a_ledger() -> None:
    """Whoever has the seal key and removes the ledger meets the root that was signed."""
    entries = history().entries
    forged = [*entries[:4], resealed(entries[4], 5), *entries[5:]]
    found = examined(forged, head_of(entries, SIGNED)).findings["kursk"]
    assert "of the first 9" in found.reason


def test_a_redaction_explains_what_it_names_alone() -> None:
    """Data that is gone is explained by a later redaction of the same statement that names the
    revision; not by one of another statement, nor by one that names others."""

    def redacted(subject: Subject, revisions: tuple[int, ...]) -> dict[str, int]:
        made = history()
        number = made.add(subject, StatementRedacted(revisions=revisions, reason="a court"))
        made.record("later")
        entries = list(made.entries)
        entries[4] = entries[4]._replace(salt=None, data=None, redacted=number)
        return {name: f.revision for name, f in examined(entries).findings.items()}

    own, other = statement_subject("s3"), statement_subject("s4")
    assert redacted(own, (5,)) == {}
    assert redacted(own, (4, 6)) == {"kursk": 5}
    assert redacted(other, (5,)) == {"kursk": 5}


def test_what_comes_live_was_never_redacted() -> None:
    """Behind the log's end an event without its data is a finding at once."""
    made = history()
    looked = examined(made.entries)
    made.record("late")
    looked.take([made.entries[-1]._replace(salt=None, data=None, redacted=99)])
    assert looked.findings["kursk"].revision == COUNT + 1

"""What the signer looks at: each tampering is found, at its revision, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from events.audit.examination import Examination, Finding
from events.event.codec import Codec
from events.event.envelope import (
    StoredEvent,
    header_bytes,
    source_subject,
)
from events.event.types import SourceGraded
from events.log.contract import partition_of
from events.tlog.merkle import Frontier, TreeHead, leaf_hash
from tests.histories import CODEC, History
from tests.rows import each_row

COUNT = 12
SIGNED = 9


def history() -> History:
    made = History()
    made.open()
    for n in range(COUNT - 1):
        made.record(f"s{n}")
    return made


def head_of(entries: list[StoredEvent], size: int) -> TreeHead:
    tree = Frontier()
    for stored in entries[:size]:
        tree.append(leaf_hash(stored.header))
    return TreeHead(size, tree.root())


def examined(
    entries: list[StoredEvent],
    signed: TreeHead | None = None,
    kept: list[StoredEvent] | None = None,
) -> Examination:
    heads = {} if signed is None else {"kursk": signed}

    def leaves(timeline: str, revision: int) -> bytes:
        found = (kept or [])[revision - 1 : revision + 2] if timeline == "kursk" else []
        return b"".join(leaf_hash(stored.header) for stored in found)

    looked = Examination(CODEC, 0, 1, heads, leaves, lambda *_: True)
    looked.examine(entries)
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


def header(old: bytes, new: bytes) -> Tampering:
    """Other bytes in the header of revision 5."""
    return lambda e: [*e[:4], e[4]._replace(header=e[4].header.replace(old, new)), *e[5:]]


NOT_WRITTEN_SO = "has a header that is not written as headers are"

TAMPERINGS: dict[str, tuple[Tampering, int, str | None]] = {
    "an author altered": (header(b"desk", b"dask"), 5, "does not carry this service's seal"),
    "data altered": (
        lambda e: [*e[:4], e[4]._replace(data=(e[4].data or b"").replace(b"by", b"bY")), *e[5:]],
        5,
        "does not have the digest of its data",
    ),
    "salt altered": (
        lambda e: [*e[:4], e[4]._replace(salt=b"x" * 16), *e[5:]],
        5,
        "does not have the digest of its data",
    ),
    "swapped": (
        lambda e: [*e[:4], e[5], e[4], *e[6:]],
        5,
        "is missing: revision 6 is in its place",
    ),
    "copied": (lambda e: [*e[:4], e[3], *e[4:]], 5, "is missing: revision 4 is in its place"),
    "copied under a new revision": (
        lambda e: [*e, renumbered(e[-1], COUNT, COUNT + 1)],
        COUNT + 1,
        "has the id of an event before it",
    ),
    "deleted": (lambda e: [*e[:4], *e[5:]], 5, "is missing: revision 6 is in its place"),
    "truncated": (lambda e: e[:4], 5, None),
    "dropped": (lambda e: e[:0], 1, None),
    "data removed": (
        lambda e: [*e[:4], e[4]._replace(salt=None, data=None), *e[5:]],
        5,
        "has lost its data without a redaction",
    ),
    "data removed as if redacted": (
        lambda e: [*e[:4], e[4]._replace(salt=None, data=None, redacted=7), *e[5:]],
        5,
        "has lost its data without a redaction",
    ),
    "forged": (
        lambda e: [*e[:4], resealed(e[4], 5, Codec(b"k" * 32)), *e[5:]],
        5,
        "does not carry this service's seal",
    ),
    "replaced by who has the seal key": (lambda e: [*e[:4], resealed(e[4], 5), *e[5:]], 5, None),
    "moved back in time": (
        header(b"2026", b"2025"),
        5,
        "was recorded before the one in front of it",
    ),
    "moved to no time": (header(b"-11-", b"-1a-"), 5, "has an invalid recorded time"),
    "a space more": (header(b'"desk",', b'"desk", '), 5, NOT_WRITTEN_SO),
    "a member more": (header(b'"desk",', b'"desk","a":1,'), 5, NOT_WRITTEN_SO),
}
"""Each with the first bad revision, and what is found amiss where nothing is signed yet and no
ledger shows it; None where there it is not found."""


@each_row("name", TAMPERINGS)
def test_each_tampering_is_found_where_it_is(name: str) -> None:
    """In signed history, beside a ledger that has what was signed."""
    entries = history().entries
    tamper, revision, _ = TAMPERINGS[name]
    looked = examined(moved(tamper(list(entries))), head_of(entries, SIGNED), entries)
    assert looked.findings["kursk"].revision == revision
    assert looked.findings["kursk"].timeline == "kursk"


@each_row("name", TAMPERINGS)
def test_what_is_not_signed_yet_is_looked_at_by_itself(name: str) -> None:
    """Where neither root nor ledger shows it, each rule finds what it is there for, so that nothing
    is signed that an auditor will not take; what somebody may drop or make unseen is in the
    docs."""
    entries = history().entries
    tamper, revision, reason = TAMPERINGS[name]
    found = examined(moved(tamper(list(entries)))).findings.get("kursk")
    if reason is None:
        assert found is None
    else:
        assert found is not None
        assert found.revision == revision
        assert found.reason == reason


@pytest.mark.parametrize(("time", "found"), [("000001Z", True), ("000000Z", False)])
def test_only_a_time_that_goes_back_is_found(time: str, found: bool) -> None:
    """Events of one append have one time; a microsecond earlier than the one in front is a
    finding, within the timeline: another timeline's times are its own."""
    made = history()
    made.timeline = "other"
    made.open()
    entries = list(made.entries)
    at = b'"recorded_at":"2026-11-26T12:00:00.000000Z"'
    assert at in entries[11].header
    later = at.replace(b"000000Z", time.encode())
    entries[10] = entries[10]._replace(
        header=entries[10].header.replace(b"2026-11-26T05:00:00.000000Z", later[15:-1])
    )
    findings = examined(entries).findings
    assert findings == (
        {"kursk": Finding("kursk", 12, "was recorded before the one in front of it")}
        if found
        else {}
    )


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


def test_only_timelines_of_its_partition_are_looked_at() -> None:
    """An event that somebody put into another partition's stream is passed over, as everywhere; a
    head of a timeline that lives elsewhere is not missed here."""
    entries = history().entries
    own = partition_of("kursk", 2)
    for partition, known in ((own, ["kursk"]), (1 - own, [])):
        looked = Examination(
            CODEC,
            partition,
            2,
            {"kursk": TreeHead(COUNT, bytes(32))},
            lambda *_: b"",
            lambda *_: False,
        )
        looked.examine(entries if known else [*entries, *entries])
        looked.finish()
        assert list(looked.timelines) == known
        assert list(looked.findings) == known

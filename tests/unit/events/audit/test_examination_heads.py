"""What an examination counts: what no head covers, where heads end, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events.audit.examination import Examination, Finding
from events.event.envelope import StoredEvent, source_subject
from events.event.types import SourceGraded
from events.tlog.merkle import Frontier, TreeHead, leaf_hash
from tests.histories import CODEC, History, moment


def history(**sizes: int) -> History:
    """Timelines of so many events, one behind the other."""
    made = History()
    for timeline, size in sizes.items():
        made.timeline = timeline
        made.open()
        for number in range(size - 1):
            made.record(f"s{number}")
    return made


def head_of(entries: Sequence[StoredEvent]) -> TreeHead:
    tree = Frontier()
    for stored in entries:
        tree.append(leaf_hash(stored.header))
    return TreeHead(tree.size, tree.root())


def examination(signed: Mapping[str, TreeHead], kept: Sequence[StoredEvent] = ()) -> Examination:
    """Of a partition that has every timeline; the ledger is to be believed."""

    def leaves(_: str, revision: int) -> bytes:
        return b"".join(leaf_hash(stored.header) for stored in kept[revision - 1 : revision + 2])

    return Examination(CODEC, 0, 1, signed, leaves, lambda *_: True)


def resealed(stored: StoredEvent) -> StoredEvent:
    """Another event with a true seal in that place."""
    event = SourceGraded(reliability="A")
    sealed = CODEC.seal("kursk", "x", source_subject("x"), event, "desk", bytes(16))
    front = stored.header.partition(b'","id":')[0]
    return stored._replace(header=front + sealed.tail, salt=sealed.salt, data=sealed.data)


def at(stored: StoredEvent, number: int) -> StoredEvent:
    """The event, recorded at another time."""
    was = moment(stored.position).encode()
    return stored._replace(header=stored.header.replace(was, moment(number).encode()))


def test_what_no_head_covers_is_counted_a_timeline_at_a_time() -> None:
    """Behind a head that is signed later fewer are left, and with none left the timeline is not
    behind; of a timeline that was not met nothing is."""
    made = history(kursk=6, kherson=3)
    looked = examination({})
    looked.examine(made.entries)
    assert [looked.unsigned(name) for name in ("kursk", "kherson", "nowhere")] == [6, 3, 0]
    assert looked.uncovered == {"kursk", "kherson"}
    looked.sign("kursk", head_of(made.entries[:4]))
    assert (looked.signed_size("kursk"), looked.signed_size("kherson")) == (4, 0)
    assert (looked.unsigned("kursk"), looked.unsigned("kherson")) == (2, 3)
    assert looked.uncovered == {"kursk", "kherson"}
    for size in (6, 7):
        looked.sign("kursk", TreeHead(size, bytes(32)))
        assert looked.unsigned("kursk") == 0
        assert looked.uncovered == {"kherson"}


def test_a_finding_and_all_behind_it_are_not_signed() -> None:
    """They are counted too, each once: nobody signs them, and somebody must see how many wait."""
    entries = history(kursk=12).entries
    entries[4] = entries[4]._replace(salt=bytes([1] * 16))
    looked = examination({"kursk": head_of(entries[:3])})
    for count, stored in enumerate(entries, start=1):
        looked.examine([stored])
        assert looked.unsigned("kursk") == max(0, count - 3)
    assert looked.findings["kursk"].revision == 5
    assert looked.timelines["kursk"].head() == head_of(entries[:4])


def test_it_says_how_far_it_has_come() -> None:
    """Before the first event it stands at position 0 with no header, then at the last one taken,
    be it a finding or not."""
    entries = history(kursk=3).entries
    entries[2] = entries[2]._replace(salt=bytes([1] * 16))
    looked = examination({})
    assert (looked.position, looked.header) == (0, b"")
    looked.examine(entries)
    assert (looked.position, looked.header) == (3, entries[2].header)


def test_it_says_when_the_latest_covered_event_was_recorded() -> None:
    """That is the end of a signed head, of whichever timeline; the one looked at last may be
    older."""
    entries = history(kursk=6, kherson=3).entries
    entries = [*entries[:6], *(at(stored, number) for number, stored in enumerate(entries[6:]))]
    looked = examination({"kursk": head_of(entries[:4]), "kherson": head_of(entries[6:])})
    looked.examine(entries[:3])
    assert looked.covered_at == ""
    looked.examine(entries[3:])
    assert looked.covered_at == moment(4)


def test_what_was_signed_is_distinguished_from_what_is_there() -> None:
    """Each way to touch signed history has its own sentence, and names the first revision that is
    known to be bad; the last signed one is signed as the others are."""
    entries = history(kursk=12).entries
    signed = {"kursk": head_of(entries[:9])}
    forged = [*entries[:8], resealed(entries[8]), *entries[9:]]
    broken = [*entries[:4], entries[4]._replace(salt=bytes([1] * 16)), *entries[5:]]
    cases = [
        (entries[:7], entries, 8, "is not in the log any more, though it was signed"),
        (forged, entries, 9, "is not the event that was signed"),
        (forged, (), 1, "or one of the first 9 is not what was signed"),
        (broken, (), 5, "does not have the digest of its data"),
    ]
    for there, kept, revision, reason in cases:
        looked = examination(signed, kept)
        looked.examine(there)
        looked.finish()
        assert looked.findings == {"kursk": Finding("kursk", revision, reason)}


def test_text_that_goes_under_a_running_service_is_a_finding_of_its_own() -> None:
    """Behind the end of the log nothing can have been redacted yet, whatever the event says."""
    entries = history(kursk=3).entries
    looked = examination({})
    looked.finish()
    looked.examine([*entries[:2], entries[2]._replace(salt=None, data=None, redacted=9)])
    reason = "has lost its data without a redaction"
    assert looked.findings == {"kursk": Finding("kursk", 3, reason)}


def test_a_ledger_that_does_not_prove_what_it_has_is_not_believed() -> None:
    """It is asked about the event, under the head that was signed; the log leads to that head, so
    nothing is found amiss, and it is known that the ledger misleads."""
    entries = history(kursk=6).entries
    head, asked = head_of(entries[:5]), []

    def proves(timeline: str, revision: int, signed: TreeHead) -> bool:
        asked.append((timeline, revision, signed))
        return False

    looked = Examination(CODEC, 0, 1, {"kursk": head}, lambda *_: bytes(32), proves)
    assert looked.doubtful == set()
    looked.examine(entries[:1])
    assert (looked.doubtful, asked) == ({"kursk"}, [("kursk", 1, head)])
    looked.examine(entries[1:])
    looked.finish()
    assert [revision for _, revision, _ in asked] == [1, 2, 3, 4, 5]
    assert (looked.doubtful, looked.findings) == ({"kursk"}, {})


def test_a_timeline_has_passed_once_the_log_has_led_to_its_head() -> None:
    """Not before it was met, not on the way there, and not with a finding, wherever that is; with
    nothing signed, by the first event."""
    entries = history(kursk=6).entries
    signed = head_of(entries[:4])
    looked = examination({"kursk": signed})
    for count, stored in enumerate(entries):
        assert looked.has_passed("kursk") == (count >= 4)
        looked.examine([stored])
    assert looked.has_passed("kursk")
    assert not looked.has_passed("kherson")
    looked.examine(entries[-1:])
    assert list(looked.findings) == ["kursk"]
    assert not looked.has_passed("kursk")
    fresh = examination({})
    assert not fresh.has_passed("kursk")
    fresh.examine(entries[:1])
    assert fresh.has_passed("kursk")


def test_the_ledger_is_read_once_for_many_leaves() -> None:
    """Each reading is used up before the next one, and none is used in a later call of `take`, as
    the ledger may have been mended in between."""
    entries = history(kursk=12).entries
    leaves = [leaf_hash(stored.header) for stored in entries]
    asked: list[int] = []

    def kept(_: str, revision: int) -> bytes:
        asked.append(revision)
        return b"".join(leaves[revision - 1 : revision + 3])

    looked = Examination(CODEC, 0, 1, {"kursk": head_of(entries)}, kept, lambda *_: True)
    looked.examine(entries[:6])
    looked.examine(entries[6:])
    assert asked == [1, 5, 7, 11]
    leaves[10] = bytes(32)
    looked = Examination(CODEC, 0, 1, {"kursk": head_of(entries)}, kept, lambda *_: True)
    looked.examine(entries)
    assert looked.findings["kursk"].revision == 11

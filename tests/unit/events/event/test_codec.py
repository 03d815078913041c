"""Bytes to event and back."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import CorruptEvent
from events.event.codec import Codec, RecordedEvent, encode_data, fingerprint_of, read_header
from events.event.envelope import (
    SealedEvent,
    StoredEvent,
    Subject,
    digest_of,
    header_bytes,
    seal_of,
    tail_of,
)
from events.event.types import (
    AliasAdded,
    Event,
    StatementGraded,
    StatementRecorded,
    StatementRelated,
    TimelineOpened,
)
from events.statement.statement import Said, Statement
from tests.rows import each_row

CODEC = Codec(bytes(range(32)))
SALT = bytes(16)
GRADED = StatementGraded(credibility=2)
UNKNOWN = "is a {type} version {version}, unknown to this release"
UNFIT = "does not hold a {type}: "
WHEN = "2026-11-23T03:10:00.123456Z"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50)


def sealed(event: Event, subject: str = "statements/a") -> SealedEvent:
    return CODEC.seal("kursk", "e1", Subject(subject), event, "desk", SALT)


def stored(event: SealedEvent, revision: int = 1) -> StoredEvent:
    header = header_bytes(event.timeline, revision, WHEN, event.tail)
    return StoredEvent(7, header, event.salt, event.data)


@given(text=TEXT, by=TEXT)
def test_what_is_sealed_opens_as_it_was(text: str, by: str) -> None:
    """Opening the stored bytes gives the event, its header and its position."""
    event = StatementRecorded(
        statement=Statement(id="a", kind="claim", text=text, said=Said(by=by, on=None))
    )
    opened = CODEC.open(stored(sealed(event)))
    assert opened.event == event
    assert opened.position == 7
    assert (opened.header.id, opened.header.author) == ("e1", "desk")


def test_data_of_a_recorded_statement_is_the_statement_with_every_field() -> None:
    """The data holds the statement itself, defaults spelled out, on one line."""
    statement = Statement(id="a", kind="claim", text="x\ny", said=Said(by="A", on=None))
    data = encode_data(StatementRecorded(statement=statement))
    assert b"\n" not in data
    assert json.loads(data) == {
        "id": "a",
        "kind": "claim",
        "text": "x\ny",
        "language": "en",
        "said": {"by": "A", "with": [], "on": None, "via": []},
        "occurred": None,
        "about": [],
        "places": [],
        "quantities": [],
        "sources": [],
        "rating": None,
        "tags": [],
        "origin": None,
        "extra": {},
    }


@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    """No single byte of header, salt or data can change without a CorruptEvent, but for the two
    numbers that the log gives and no seal covers."""
    event = stored(sealed(TimelineOpened(title="t"), "timeline"))
    part = data.draw(st.sampled_from(["header", "salt", "data"]))
    parts = {"header": event.header, "salt": event.salt or b"", "data": event.data or b""}
    start = event.header.index(b'","id":') if part == "header" else 0
    at = data.draw(st.integers(start, len(parts[part]) - 1))
    changed = bytearray(parts[part])
    changed[at] ^= data.draw(st.integers(1, 255))
    parts[part] = bytes(changed)
    broken = StoredEvent(7, parts["header"], parts["salt"], parts["data"])
    with pytest.raises(CorruptEvent):
        CODEC.open(broken)


def test_an_event_sealed_by_another_key_is_refused() -> None:
    """Only the service's own key makes an event that opens."""
    event = stored(sealed(GRADED))
    with pytest.raises(CorruptEvent) as caught:
        Codec(bytes(32)).open(event)
    assert caught.value.reason == "does not carry this service's seal"


def test_data_gone_without_a_redaction_is_corrupt() -> None:
    """Missing data is tampering; with a redaction it is none."""
    event = stored(sealed(GRADED))._replace(salt=None, data=None)
    with pytest.raises(CorruptEvent, match="lost its data"):
        CODEC.open(event)
    opened = CODEC.open(event._replace(redacted=9))
    assert opened == RecordedEvent(7, read_header(event), None)


@pytest.mark.parametrize("lost", ["salt", "data"])
def test_half_an_event_is_corrupt(lost: str) -> None:
    """Data without its salt proves as little as a salt without data, and the error says so."""
    whole = stored(sealed(GRADED))
    event = whole._replace(salt=None) if lost == "salt" else whole._replace(data=None)
    with pytest.raises(CorruptEvent) as caught:
        CODEC.open(event)
    assert caught.value.reason == "has lost its data without a redaction"


def test_an_old_version_is_upcast_when_read() -> None:
    """The bytes that a draft wrote as version 0 of statement.related open as the present type,
    and keep their header."""
    data = b'{"type":"disputes","to":"b"}'
    made = _of_version(0, "statement.related", data)
    opened = CODEC.open(made)
    assert opened.event == StatementRelated(relation="disputes", target="b", note=None)
    assert opened.header.version == 0


@each_row(
    ("version", "event_type", "data", "reason"),
    [
        (2, "statement.graded", b'{"credibility":1,"note":null}', UNKNOWN),
        (1, "statement.unheard", b"{}", UNKNOWN),
        (1, "statement.graded", b'{"credibility":7,"note":null}', UNFIT),
        (0, "statement.graded", b"{}", UNFIT),
        (0, "statement.related", b'{"to":"b"}', UNFIT),
        (0, "statement.related", b"[]", UNFIT),
        (1, "alias.added", b"[]", UNFIT),
        (1, "alias.added", b'{"alias":"\xff"}', UNFIT),
    ],
)
def test_what_this_release_cannot_read_is_corrupt(
    version: int, event_type: str, data: bytes, reason: str
) -> None:
    """A newer version, an unknown type and data that do not fit are reported as CorruptEvent, with
    position, timeline and revision."""
    with pytest.raises(CorruptEvent) as caught:
        CODEC.open(_of_version(version, event_type, data))
    found = caught.value
    assert (found.position, found.timeline, found.revision) == (7, "kursk", 1)
    assert found.reason.startswith(reason.format(type=event_type, version=version))


def test_an_unreadable_header_is_corrupt() -> None:
    """Bytes that are no header at all name their position."""
    with pytest.raises(CorruptEvent, match=r"position 7 has no readable header \(.+\)"):
        read_header(StoredEvent(7, b"{}", None, None))


def test_the_fingerprint_ignores_the_salt_and_nothing_else() -> None:
    """Two seals of one event are the same event; another type, subject or datum is another."""
    first = sealed(AliasAdded(alias="x"), "actors/a")
    again = CODEC.seal("kursk", "e1", Subject("actors/a"), AliasAdded(alias="x"), "desk", b"1" * 16)
    assert first.fingerprint == again.fingerprint
    assert first.tail != again.tail
    others = {
        fingerprint_of("alias.added", "actors/a", b"{}"),
        fingerprint_of("alias.removed", "actors/a", b"{}"),
        fingerprint_of("alias.added", "actors/b", b"{}"),
        fingerprint_of("alias.added", "actors/a", b"[]"),
    }
    assert len(others) == 4
    parts = b"alias.added\nactors/a\n{}"
    assert fingerprint_of("alias.added", "actors/a", b"{}") == sha256(parts).hexdigest()[:32]


def test_actor_events_also_touch_the_spellings() -> None:
    """Two claims of one spelling meet at the subject `actors`, a relation at both its ends."""
    assert sealed(AliasAdded(alias="x"), "actors/a").touches == ("actors/a", "actors")
    related = sealed(StatementRelated(relation="supports", target="b"))
    assert related.touches == ("statements/a", "statements/b")


def test_what_the_service_claims_and_publishes_carries_its_key() -> None:
    """A claim's fingerprint and a publication's seal are HMACs, each of a domain of its own, so
    that without the key nobody makes one, and of the one nobody makes the other."""
    key = bytes(range(32))
    claim = hmac.new(key, b"onrecord-claim-v1\nbody", "sha256").hexdigest()
    seal = hmac.new(key, b"onrecord-publication-v1\nkursk\nbody", "sha256").hexdigest()
    assert CODEC.claim_fingerprint(b"body") == claim[:32]
    assert CODEC.publication_seal("kursk", b"body") == seal


def test_without_a_key_nothing_is_made_and_all_is_opened_by_its_digest() -> None:
    """An auditor has no seal key: a foreign seal is no fault for one, foreign data is."""
    auditor = Codec(None)
    with pytest.raises(TypeError, match=r"^without a key nothing is sealed$"):
        auditor.seal("kursk", "e1", Subject("timeline"), TimelineOpened(title="t"), "desk", SALT)
    with pytest.raises(TypeError, match=r"^without a key nothing is claimed$"):
        auditor.claim_fingerprint(b"body")
    with pytest.raises(TypeError, match=r"^without a key nothing is published$"):
        auditor.publication_seal("kursk", b"body")
    event = stored(Codec(bytes(32)).seal("kursk", "e1", Subject("a"), GRADED, "desk", SALT))
    assert auditor.open(event).event == GRADED
    with pytest.raises(CorruptEvent, match="does not have the digest of its data"):
        auditor.open(event._replace(data=b"{}"))


def test_a_given_fingerprint_is_kept() -> None:
    """The caller of an append may say what makes two requests one."""
    made = CODEC.seal("kursk", "e1", Subject("a"), GRADED, "desk", SALT, "f" * 32)
    assert made.fingerprint == "f" * 32


def _of_version(version: int, event_type: str, data: bytes) -> StoredEvent:
    digest = digest_of(SALT, data)
    fields = ("e1", event_type, version, "statements/a", "desk", digest)
    seal = seal_of(bytes(range(32)), "kursk", *fields)
    return StoredEvent(7, header_bytes("kursk", 1, WHEN, tail_of(*fields, seal)), SALT, data)

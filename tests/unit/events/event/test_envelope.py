"""The bytes around an event's data."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.event import envelope
from events.event.envelope import StoredEvent

KEY = bytes(range(32))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(subject=WORDS, author=WORDS, revision=st.integers(1, 2**53))
def test_header_is_compact_json_in_the_published_order(
    subject: str, author: str, revision: int
) -> None:
    """A header's bytes are exactly the published members, in order, without a space."""
    tail = envelope.tail_of("e1", "statement.graded", 1, subject, author, "sha256:00", "11")
    header = envelope.header_bytes("kursk", revision, "2026-11-23T03:10:00.123456Z", tail)
    members = {
        "timeline": "kursk",
        "revision": revision,
        "recorded_at": "2026-11-23T03:10:00.123456Z",
        "id": "e1",
        "type": "statement.graded",
        "version": 1,
        "subject": subject,
        "author": author,
        "digest": "sha256:00",
        "seal": "11",
    }
    assert header.decode() == json.dumps(members, separators=(",", ":"), ensure_ascii=False)


@given(salt=st.binary(min_size=16, max_size=16), data=st.binary(max_size=99))
def test_digest_is_that_of_the_published_recipe(salt: bytes, data: bytes) -> None:
    """The digest is SHA-256 over the prefix, a NUL, the salt and the data."""
    expected = hashlib.sha256(b"onrecord-data-v1\x00" + salt + data).hexdigest()
    assert envelope.digest_of(salt, data) == f"sha256:{expected}"


def test_seal_is_that_of_the_published_recipe() -> None:
    """The seal is an HMAC over its prefix and each covered field behind a line feed."""
    covered = ["kursk", "e1", "source.graded", "1", "sources/에이", "desk", "sha256:00"]
    message = "onrecord-seal-v1" + "".join(f"\n{field}" for field in covered)
    expected = hmac.new(KEY, message.encode(), hashlib.sha256).hexdigest()
    seal = envelope.seal_of(
        KEY, "kursk", "e1", "source.graded", 1, "sources/에이", "desk", "sha256:00"
    )
    assert seal == expected


def test_line_can_be_cut_into_leaf_salt_and_data() -> None:
    """A verifier that cuts the line at the first salt has the leaf on its left."""
    header = envelope.header_bytes("t", 1, "now", envelope.tail_of("e", "x", 1, "s", "a", "d", "m"))
    line = envelope.line_of(StoredEvent(1, header, b"\x01" * 16, b'{"a":",\\"salt\\":\\""}'))
    left, right = line.split(b',"salt":', 1)
    assert left + b"}" == header
    assert right == b'"' + b"01" * 16 + b'","data":{"a":",\\"salt\\":\\""}}'


def test_line_of_a_redacted_event_names_its_redaction() -> None:
    """A redacted event's line is its header and the revision of the redaction."""
    assert envelope.line_of(StoredEvent(1, b'{"x":1}', None, None, 9)) == b'{"x":1,"redacted":9}'


def test_line_of_lost_data_says_missing() -> None:
    """Data that is gone without a redaction is reported, not hidden."""
    assert envelope.line_of(StoredEvent(1, b'{"x":1}', None, None)) == b'{"x":1,"missing":true}'


@pytest.mark.parametrize(("salt", "data"), [(bytes(16), None), (None, b"{}")])
def test_line_of_half_an_event_says_missing_too(salt: bytes | None, data: bytes | None) -> None:
    """A salt without data, and data without a salt, is no event's content any more."""
    assert envelope.line_of(StoredEvent(1, b'{"x":1}', salt, data)) == b'{"x":1,"missing":true}'


@given(id_=WORDS)
def test_the_id_of_a_subject_is_all_behind_its_first_slash(id_: str) -> None:
    """An actor's id may hold slashes of its own."""
    assert envelope.subject_id(envelope.actor_subject(f"{id_}/b")) == f"{id_}/b"

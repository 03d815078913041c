"""What the log keeps on Redis, as it is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import CorruptEvent
from events.event.envelope import StoredEvent
from events.log.contract import Receipt
from events.log.redis.layout import Keys, receipt_of, runs_of, stored_event
from tests.rows import each_row


def test_the_keys_of_a_partition_share_a_hash_tag() -> None:
    """Every key but the identity holds the partition in braces, and nothing else in braces."""
    keys = Keys("onrecord:")
    assert keys.meta == "onrecord:meta"
    assert keys.log(7) == "onrecord:{7}:log"
    assert keys.revisions(7) == "onrecord:{7}:revisions"
    assert keys.subjects(7, "kursk") == "onrecord:{7}:kursk:subjects"
    assert keys.ids(7, "kursk") == "onrecord:{7}:kursk:ids"


@each_row(
    ("fields", "event"),
    [
        ([b"h", b"H", b"s", b"00" * 16, b"d", b"D"], StoredEvent(5, b"H", bytes(16), b"D")),
        ([b"h", b"H", b"r", b"9"], StoredEvent(5, b"H", None, None, 9)),
        ([b"h", b"H", b"r", b"x"], StoredEvent(5, b"H", None, None, None)),
        ([b"h", b"H", b"s", b"zz" * 16, b"d", b"D"], StoredEvent(5, b"H", None, b"D")),
        ([b"x", b"y"], StoredEvent(5, b"", None, None)),
    ],
)
def test_fields_that_are_wrong_are_left_to_the_codec(
    fields: list[bytes], event: StoredEvent
) -> None:
    """An entry of ours is read whatever its fields are: what is missing is None."""
    assert stored_event((b"5-0", fields)) == event


def test_an_id_that_is_not_the_logs() -> None:
    """An entry beside the positions is damage of the whole partition."""
    with pytest.raises(CorruptEvent, match="position 5 has the id 5-1"):
        stored_event((b"5-1", [b"h", b"H"]))


@given(positions=st.sets(st.integers(1, 300)).map(sorted))
def test_runs_are_the_positions(positions: list[int]) -> None:
    """Spelled out, the runs are the positions, and none is longer than a slice."""
    runs = runs_of(positions)
    assert [p for first, last in runs for p in range(first, last + 1)] == positions
    assert all(last - first < 32 for first, last in runs)
    if positions == list(range(1, len(positions) + 1)):
        assert len(runs) == -(-len(positions) // 32)


def test_receipts() -> None:
    """A receipt is read from its text; a blanked fingerprint is empty."""
    assert receipt_of(b"12:abc") == Receipt(12, "abc")
    assert receipt_of(b"12:") == Receipt(12, "")
    assert receipt_of(None) is None

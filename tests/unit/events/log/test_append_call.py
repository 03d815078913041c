"""What an append is known by when its answer was lost, and the bytes of a call."""

from __future__ import annotations

import msgspec
import pytest

from events.errors import CorruptEvent, IdempotencyConflict, RevisionConflict
from events.log.append_call import Outcome, decode_reply, encode, join, recognise
from events.log.contract import Append, Appended, Claim, Receipt
from tests.rows import each_row
from tests.seals import append_of, retracted

A, B = retracted("a"), retracted("b", "two")
KEY = Claim("key", "f")


def test_a_call_is_one_array_without_binary() -> None:
    """The script's MessagePack has text only: `cmsgpack` knows no binary type."""
    append = append_of(A, claim=KEY, one=3)
    sent = msgspec.msgpack.decode(join([encode(append), encode(append_of(B))]))
    assert len(sent) == 2
    assert sent[0] == [
        "kursk",
        [["a", A.fingerprint, A.tail.decode(), A.salt.hex(), A.data.decode(), [*A.touches]]],
        ["statements/one", 3],
        ["key", "f"],
    ]
    assert sent[1][3] == []


def test_the_answers_of_a_call() -> None:
    """Each kind of answer becomes an outcome; one that no script gives is a mistake of ours."""
    appends = [append_of(A, B)] * 5
    answers = [[0, 8, 7], [1, 9, [3, 4]], [2, "actors", 0, 1], [3, "a"], [4, 6, "is bad"]]
    outcomes = decode_reply(msgspec.msgpack.encode(answers), appends)
    assert outcomes[:2] == [
        Appended((7, 8), 8, duplicate=False),
        Appended((3, 4), 9, duplicate=True),
    ]
    for outcome, kind in zip(
        outcomes[2:], (RevisionConflict, IdempotencyConflict, CorruptEvent), strict=True
    ):
        assert type(outcome) is kind
    with pytest.raises(ValueError, match=r"append\.lua"):
        decode_reply(msgspec.msgpack.encode([[9]]), appends[:1])


@each_row(
    ("append", "known", "outcome"),
    [
        (append_of(A, B), {}, None),
        (append_of(A, B), {"a": 4, "b": 5}, Appended((4, 5), 5, duplicate=False)),
        (append_of(A, B), {"a": 4}, IdempotencyConflict),
        (append_of(retracted("a", reason="other")), {"a": 4}, IdempotencyConflict),
        (append_of(A, claim=KEY), {}, None),
        (append_of(A, claim=KEY), {"a": 4}, None),
        (append_of(A, claim=KEY), {"a": 4, "key": 6}, Appended((4,), 6, duplicate=False)),
        (append_of(claim=KEY), {"key": 6}, Appended((), 6, duplicate=False)),
        (append_of(claim=Claim("key", "other")), {"key": 6}, IdempotencyConflict),
    ],
)
def test_what_the_log_remembers(
    append: Append, known: dict[str, int], outcome: Outcome | type[Exception] | None
) -> None:
    """All ids with our fingerprints: it was written. None: it cannot be said. Else a conflict."""
    fingerprints = {"a": A.fingerprint, "b": B.fingerprint, "key": "f"}
    receipts = {id_: Receipt(revision, fingerprints[id_]) for id_, revision in known.items()}
    found = recognise(append, receipts)
    if isinstance(outcome, type):
        assert type(found) is outcome
    else:
        assert found == outcome

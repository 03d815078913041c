"""What derives from an Idempotency-Key."""

from __future__ import annotations

from hashlib import sha256

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from events.event.types import StatementCorrected, StatementGraded, StatementRetracted
from events.statement.statement import Statement
from service.messages.bodies import Correction, Reinstatement, Relating, Retraction, StatementChange
from service.writing.execution.command import Command, RecordStatements
from service.writing.execution.idempotency import Key
from tests.decided import said
from tests.histories import CODEC

GRADE = Command("a", StatementGraded(credibility=1))
PRINT = CODEC.claim_fingerprint

KEYS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=128)


def derived(key: Key) -> list[str]:
    """Some of the ids that derive from the key."""
    return [key.claim.id, *(key.event_id(n) for n in range(3)), key.statement_id(0)]


@given(st.lists(st.tuples(st.sampled_from(["kursk", "k"]), KEYS), unique=True, max_size=6))
def test_nothing_of_one_key_is_anothers(keys: list[tuple[str, str]]) -> None:
    """Claims, events and statements of different keys and timelines never share an id, and the
    same key gives the same ones again."""
    ids = []
    for timeline, text in keys:
        key, again = Key(timeline, text, GRADE, PRINT), Key(timeline, text, GRADE, PRINT)
        made = [key.claim.id, *(key.event_id(n) for n in range(3)), key.statement_id(0)]
        assert made == [
            again.claim.id,
            *(again.event_id(n) for n in range(3)),
            again.statement_id(0),
        ]
        ids += made
    assert len(ids) == len(set(ids))


def test_the_fingerprint_is_over_path_and_body() -> None:
    """Two commands differ in it if they differ in call, thing or content, and only then."""
    one = said(id="a")
    commands: list[Command | RecordStatements] = [
        GRADE,
        Command("b", StatementGraded(credibility=1)),
        Command("a", StatementGraded(credibility=1, note="n")),
        Command("a", StatementCorrected(changes={"a": {"x": 1, "y": 2}}, reason="r")),
        Command("a", StatementCorrected(changes={"a": {"x": 2, "y": 2}}, reason="r")),
        Command("a", StatementRetracted(reason="r")),
        RecordStatements(one),
        RecordStatements([one]),
        RecordStatements([one, one]),
    ]
    prints = [Key("kursk", "k", command, PRINT).claim.fingerprint for command in commands]
    assert len(prints) == len(set(prints))
    turned = Command("a", StatementCorrected(changes={"a": {"y": 2, "x": 1}}, reason="r"))
    assert Key("kursk", "k", turned, PRINT).claim.fingerprint == prints[3]


def test_a_key_that_was_spent_before_version_2_is_spent_on_the_same_request() -> None:
    """What is hashed of a request is what the release before statements had version 2 hashed."""
    raw = (
        b'{"id":"a","kind":"claim","text":"x","about":["B"],"tags":["t"],'
        b'"said":{"by":"A","on":null,"via":[{"actor":"K","role":"agency"}]}}'
    )
    statement = msgspec.json.decode(raw, type=Statement)
    bodies: list[StatementChange] = [
        Correction(changes={"text": "y", "about": ["x"]}, reason="r"),
        Retraction(reason="r"),
        Relating(relation="supports", target="b"),
        Reinstatement(reason="r"),
    ]
    commands: list[Command | RecordStatements] = [
        RecordStatements(statement),
        RecordStatements([statement]),
        *(Command("a", body.event()) for body in bodies),
    ]

    def hashed(content: bytes) -> str:
        return sha256(content).hexdigest()[:16]

    assert [Key("kursk", "k", command, hashed).claim.fingerprint for command in commands] == [
        "bddc1bb7c4182b22",
        "3fc8bd33391456f4",
        "2be7529ae79cb4f1",
        "0db8a4d8d25c5511",
        "d6f99afbfd0d0120",
        "527898a5b87e4f66",
    ]

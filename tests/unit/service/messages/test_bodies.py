"""The bodies of the write calls."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from events.event.types import (
    ActorRegistered,
    Event,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
    StatementRetracted,
    TimelineOpened,
)
from events.statement.statement import Source
from service.messages.bodies import (
    ActorBody,
    Correction,
    Grade,
    Redaction,
    Reinstatement,
    Relating,
    RequestBody,
    Retraction,
    SourceGrading,
    TimelineBody,
    faults_of_body,
)
from tests.rows import each_row

SOURCE = Source(id="s", title="An article", quote="We were wrong.")


@each_row(
    ("body", "event"),
    [
        (TimelineBody(title="K"), TimelineOpened(title="K")),
        (
            TimelineBody(title="K", description="d", language="uk"),
            TimelineOpened(title="K", description="d", language="uk"),
        ),
        (
            Correction(changes={"text": None}, reason="r"),
            StatementCorrected(changes={"text": None}, reason="r"),
        ),
        (
            Correction(changes={}, reason="r", on="2024", source=SOURCE),
            StatementCorrected(changes={}, reason="r", on="2024", source=SOURCE),
        ),
        (
            Retraction(reason="r", by="KCNA", on="2024", source=SOURCE),
            StatementRetracted(reason="r", by="KCNA", on="2024", source=SOURCE),
        ),
        (
            Relating(relation="repeats", target="b", note="n", on="2024", source=SOURCE),
            StatementRelated(relation="repeats", target="b", note="n", on="2024", source=SOURCE),
        ),
        (Grade(credibility=6, note="n"), StatementGraded(credibility=6, note="n")),
        (SourceGrading(reliability="F", note="n"), SourceGraded(reliability="F", note="n")),
    ],
)
def test_a_body_makes_the_event_that_its_caller_wants(body: Any, event: Event) -> None:
    """Every field of the body is in its event, and a body without fault has none."""
    assert body.event() == event
    assert faults_of_body(body) == []


def test_an_actors_id_comes_from_the_path() -> None:
    """The body has name and type alone."""
    body = ActorBody(name="KCNA", type="agency")
    assert body.event("kcna") == ActorRegistered(id="kcna", name="KCNA", type="agency")


@each_row(
    ("body", "paths"),
    [
        (TimelineBody(title="\0", description="a\0", language="no language"), 3),
        (Correction(changes={"text": "\0"}, reason="\0"), 1),
        (Retraction(reason="r", by=" KCNA"), 1),
        (Relating(relation="repeats", target="a/b", note="\0"), 2),
        (ActorBody(name="a  b", type="agency"), 1),
        (TimelineBody(title="Kursk\u200b", description="\n"), 2),
        (Correction(changes={}, reason="\u200b"), 1),
        (Retraction(reason=" ", by="KCNA\u00ad"), 2),
        (Retraction(reason="r", on="2024/25", source=Source(id="/", title=" ")), 3),
        (Correction(changes={}, reason="r", on="Oct 2024", source=Source(id="a", title=" ")), 2),
        (Relating(relation="repeats", target="a", on="", source=Source(id="a/b", title="t")), 2),
        (Reinstatement(reason=" ", by="KCNA "), 2),
        (Redaction(reason="\t"), 1),
        (Relating(relation="repeats", target="a", note=" "), 1),
        (Grade(credibility=1, note=" "), 1),
        (SourceGrading(reliability="A", note=" "), 1),
        (ActorBody(name="KCNA\ufe0f", type="agency"), 1),
    ],
)
def test_every_fault_of_a_body_is_found(body: RequestBody, paths: int) -> None:
    """Characters and spellings that are not allowed are reported at their fields, all at once."""
    faults = faults_of_body(body)
    assert len({fault.path for fault in faults}) == len(faults) == paths


@each_row("body", RequestBody.__subclasses__())
def test_a_body_takes_no_other_field(body: type[RequestBody]) -> None:
    """What a body does not know is refused, so that a slip of the pen is not passed over."""
    with pytest.raises(msgspec.ValidationError, match="unknown field `mood`"):
        msgspec.json.decode(b'{"mood": "grim"}', type=body)

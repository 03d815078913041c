"""The bodies of the write calls."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from events.types import (
    ActorRegistered,
    Event,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
    StatementRetracted,
    TimelineOpened,
)
from service.bodies import (
    ActorBody,
    Body,
    Correction,
    Grade,
    Relating,
    Retraction,
    SourceGrade,
    TimelineBody,
    faults_of,
)


@pytest.mark.parametrize(
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
        (Retraction(reason="r", by="KCNA"), StatementRetracted(reason="r", by="KCNA")),
        (
            Relating(relation="repeats", target="b", note="n"),
            StatementRelated(relation="repeats", target="b", note="n"),
        ),
        (Grade(credibility=6, note="n"), StatementGraded(credibility=6, note="n")),
        (SourceGrade(reliability="F", note="n"), SourceGraded(reliability="F", note="n")),
    ],
)
def test_a_body_makes_the_event_that_its_caller_wants(body: Any, event: Event) -> None:
    """Every field of the body is in its event, and a body without fault has none."""
    assert body.event() == event
    assert faults_of(body) == []


def test_an_actors_id_comes_from_the_path() -> None:
    """The body has name and type alone."""
    body = ActorBody(name="KCNA", type="agency")
    assert body.event("kcna") == ActorRegistered(id="kcna", name="KCNA", type="agency")


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        (TimelineBody(title="\0", description="a\0", language="no language"), 3),
        (Correction(changes={"text": "\0"}, reason="\0"), 1),
        (Retraction(reason="r", by=" KCNA"), 1),
        (Relating(relation="repeats", target="a/b", note="\0"), 2),
        (ActorBody(name="a/b", type="agency"), 1),
    ],
)
def test_every_fault_of_a_body_is_found(body: Body, paths: int) -> None:
    """Characters and spellings that are not allowed are told at their fields, all at once."""
    faults = faults_of(body)
    assert len({fault.path for fault in faults}) == len(faults) == paths


@pytest.mark.parametrize("body", Body.__subclasses__())
def test_a_body_takes_no_other_field(body: type[Body]) -> None:
    """What a body does not know is refused, so that a slip of the pen is not passed over."""
    with pytest.raises(msgspec.ValidationError, match="unknown field `mood`"):
        msgspec.json.decode(b'{"mood": "grim"}', type=body)

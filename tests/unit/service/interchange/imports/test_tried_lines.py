"""What the lines of a file would do to each other, where a service sees only some of them."""

from __future__ import annotations

from typing import Any

from events.errors import Fault
from service.interchange.imports.target import CommandOutcome
from service.interchange.imports.tried_lines import TriedLines
from tests.rows import each_row

SOURCE = {"id": "s", "title": "T"}
SAID = {"kind": "claim", "text": "x", "said": {"by": "A", "on": None}, "sources": [SOURCE]}
A, B = ({"statement": {"id": name, **SAID}} for name in "ab")
RELATION = {"relation": {"statement": "a", "relation": "disputes", "target": "b"}}
UNRELATION = {"unrelation": {"id": "a", "relation": "disputes", "target": "b", "reason": "x"}}
RETRACTION = {"retraction": {"id": "a", "reason": "x"}}
REINSTATEMENT = {"reinstatement": {"id": "a", "reason": "x"}}
CORRECTION = {"correction": {"id": "a", "changes": {"text": "y"}, "reason": "x"}}
GRADE = {"grade": {"source": "s", "reliability": "A"}}
ACTOR = {"actor": {"id": "k", "name": "KCNA", "type": "agency"}}
ALIAS, UNALIAS = ({name: {"actor": "k", "alias": "kc"}} for name in ("alias", "unalias"))
REFUSED = CommandOutcome(faults=(Fault("", "There is none here."),))


@each_row(
    ("before", "command", "is_right"),
    [
        ([A], CORRECTION, True),
        ([A, B], RELATION, True),
        ([A], RELATION, False),
        ([A, B, RELATION], RELATION, False),
        ([A, B, RELATION], UNRELATION, True),
        ([A, B, RELATION, UNRELATION], UNRELATION, False),
        ([A, B, RELATION, UNRELATION], RELATION, True),
        ([A, RETRACTION], RETRACTION, False),
        ([A, RETRACTION], CORRECTION, False),
        ([A, RETRACTION], REINSTATEMENT, True),
        ([A, RETRACTION, REINSTATEMENT], RETRACTION, True),
        ([A], REINSTATEMENT, False),
        ([A], GRADE, True),
        ([ACTOR], ALIAS, True),
        ([ACTOR, ALIAS], UNALIAS, True),
        ([ACTOR, ALIAS, UNALIAS], UNALIAS, False),
        ([A, {"redaction": {"id": "a", "reason": "x"}}], CORRECTION, False),
        ([A], {"correction": {"id": "a"}}, False),
    ],
)
@each_row("is_open", [True, False])
def test_a_command_is_decided_on_what_the_lines_before_have_changed(
    before: list[Any], command: Any, is_right: bool, is_open: bool
) -> None:
    """A service that has none of them would refuse it either way, each line in an array of its
    own."""
    tried = TriedLines(is_open=is_open)
    for each in before:
        tried.begin_array()
        is_first = "statement" in each or "actor" in each
        answered = CommandOutcome() if is_first or not is_open else REFUSED
        assert not tried.judged(each, answered).faults
    tried.begin_array()
    found = tried.judged(command, REFUSED if is_open else CommandOutcome())
    assert (not found.faults) == is_right


def test_what_the_service_refuses_of_one_array_stays_refused() -> None:
    """It has seen the lines before it there, and knows more: a correction that changes nothing."""
    tried = TriedLines(is_open=True)
    tried.begin_array()
    tried.judged(A, CommandOutcome())
    assert tried.judged(CORRECTION, REFUSED) == REFUSED


def test_a_repetition_says_nothing_of_what_is_true_now() -> None:
    """A statement that was recorded before may be retracted by now."""
    tried = TriedLines(is_open=True)
    tried.begin_array()
    assert tried.judged(A, CommandOutcome(duplicate=True)).duplicate
    tried.begin_array()
    assert tried.judged(RETRACTION, REFUSED) == REFUSED

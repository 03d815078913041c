"""What is named of two forms of a statement."""

from __future__ import annotations

from typing import Any

import msgspec

from events.statement.statement import Statement
from service.interchange.imports.field_changes import field_changes
from service.messages.imports import FieldChange
from tests.rows import each_row

_SAID = {"by": "KCNA", "on": None}
_BASE = {"kind": "claim", "text": "It rained.", "said": _SAID}


def _statement(**members: Any) -> Statement:
    return msgspec.convert(_BASE | members, Statement)


def _named(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    changes = field_changes(_statement(**before), _statement(**after))
    return [(change.path, change.before, change.after) for change in changes]


def _dead(*best: str) -> list[dict[str, str]]:
    return [{"what": "dead", "best": each, "unit": "person"} for each in best]


@each_row(
    ("before", "after", "named"),
    [
        ({}, {}, []),
        (
            {"text": "It snowed."},
            {"said": _SAID | {"by": None}},
            [("/text", "It snowed.", "It rained."), ("/said/by", "KCNA", None)],
        ),
        ({"occurred": "2024"}, {"occurred": "2024-10"}, [("/occurred", "2024", "2024-10")]),
        ({"tags": ["a", "b"]}, {"tags": ["a"]}, [("/tags", ["a", "b"], ["a"])]),
        (
            {"quantities": _dead("1", "2")},
            {"quantities": _dead("1", "3")},
            [("/quantities/1/best", "2", "3")],
        ),
        ({"extra": {"a/b": "1"}}, {}, [("/extra/a~1b", "1", None)]),
    ],
)
def test_each_field_that_differs_is_named_and_no_other(
    before: dict[str, Any], after: dict[str, Any], named: list[tuple[str, Any, Any]]
) -> None:
    """By its pointer, with what stands there before and afterwards."""
    assert _named(before, after) == named


def test_a_list_of_another_length_is_one_field() -> None:
    """Which of its items is which is not known."""
    [(path, before, after)] = _named({"quantities": _dead("1")}, {"quantities": _dead("2", "1")})
    assert (path, len(before), len(after)) == ("/quantities", 1, 2)


def test_long_texts_are_cut_around_what_differs() -> None:
    """Both begin a little before the difference, and say that they are parts."""
    long = "word " * 400
    [change] = field_changes(
        _statement(text=f"{long}one{long}"), _statement(text=f"{long}two{long}")
    )
    assert isinstance(change, FieldChange)
    assert "one" in change.before
    assert "two" in change.after
    for shown in (change.before, change.after):
        assert len(shown) < 300
        assert shown[0] == shown[-1] == "…"

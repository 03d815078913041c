"""Every fault of a value that is not of a type."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.errors import InvalidInput
from events.statement.faults import faults_of
from events.statement.shape import decode, faults_of_value
from events.statement.statement import Statement
from events.statement.validation import validate
from service.messages.bodies import ActorBody, Correction, Grade
from tests.rows import each_row
from tests.unit.events.statement.test_statement import WHOLE

_WRONG: tuple[tuple[str, Any, list[str]], ...] = (
    ("id", "a/b", ["/id"]),
    ("kind", "rumour", ["/kind"]),
    ("text", "", ["/text"]),
    ("text", None, ["/text"]),
    ("language", 7, ["/language"]),
    ("said", {"by": "x" * 300, "on": "2024-13"}, ["/said/by", "/said/on"]),
    ("said", {"by": "A"}, ["/said/on"]),
    ("occurred", "2025-02-30", ["/occurred"]),
    ("about", ["a\u0000", "b", 3], ["/about/0", "/about/2"]),
    ("places", [{"name": "Kursk", "latitude": 91, "longitude": "w"}], [
        "/places/0/latitude", "/places/0/longitude"]),
    ("quantities", [{"what": 1, "low": "9", "high": "many", "unit": "u"}], [
        "/quantities/0/high", "/quantities/0/what"]),
    ("quantities", [{"what": "w", "low": "9", "high": "1", "unit": "u"}], ["/quantities/0/low"]),
    ("sources", [{"id": "s"}, {"title": "t", "url": "x"}], [
        "/sources/0/title", "/sources/1/id", "/sources/1/url"]),
    ("tags", "kursk", ["/tags"]),
    ("mood", "grim", ["/mood"]),
)  # fmt: skip


@given(st.lists(st.sampled_from(_WRONG), min_size=1, unique_by=lambda wrong: wrong[0]))
@example([("about", ["a\u0000", "b", 3], ["/about/0", "/about/2"])])
@example([("tags", ["a\u200b", 1, "ab\u200b", 3], [f"/tags/{n}" for n in range(4)])])
def test_faults_hide_no_others(wrong: list[tuple[str, Any, list[str]]]) -> None:
    """Whichever members are wrong, each of their faults is found, and nothing else."""
    body = {**WHOLE, **{name: value for name, value, _ in wrong}}
    with pytest.raises(InvalidInput) as caught:
        decode(msgspec.json.encode(body), Statement, faults_of)
    found = [fault.path for fault in caught.value.faults]
    assert sorted(found) == sorted(path for _, _, paths in wrong for path in paths)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 9) | st.floats(-99, 99) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*WHOLE, "by", "on", "name", "changes", "²", "1"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(_json, st.sampled_from([Statement, list[Statement], Correction, Grade, ActorBody]))
def test_it_finds_a_fault_wherever_msgspec_does(value: Any, type_: Any) -> None:
    """The two agree on what is wrong, and what was mended is right."""
    try:
        msgspec.convert(value, type=type_)
    except msgspec.ValidationError:
        assert validate(value, type_).faults
    else:
        assert not validate(value, type_).faults
    msgspec.convert(validate(value, type_).mended, type=type_)
    faults_of_value(value, type_)


@each_row(
    ("value", "message"),
    [
        ({**WHOLE, "text": "x" * 6_000}, "Text is 1 to 5,000 characters. This has 6,000: 'xxx"),
        ({**WHOLE, "occurred": 2024}, "Occurred is text or null, not the number 2024."),
        ({**WHOLE, "tags": [None]}, "An item of tags is text, not null."),
        ({**WHOLE, "kind": "rumour"}, "'rumour' is not one of agreement, "),
        ({**WHOLE, "mood": 1}, "There is no field 'mood' here; there are id, kind, "),
        ({**WHOLE, "said": {"by": "A"}}, "On is required; it may be null."),
        (
            {**WHOLE, "places": [{"name": "a", "latitude": 91}]},
            "Latitude is from -90 to 90, not 91.",
        ),
        ([], "The body is an object, not an array."),
    ],
)
def test_a_fault_says_what_to_write(value: Any, message: str) -> None:
    """In the words of the interface, with what stood there."""
    [fault] = validate(value, Statement).faults
    assert fault.message.startswith(message)

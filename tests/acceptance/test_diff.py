"""What differs between two moments, as a caller sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.serving import Timeline, said

_NOTHING: dict[str, list[Any]] = {
    part: []
    for part in (
        "recorded",
        "corrected",
        "retracted",
        "reinstated",
        "related",
        "unrelated",
        "standing",
    )
}


async def _do(timeline: Timeline, path: str, **body: object) -> None:
    url = f"{timeline.path}/statements/{path}"
    answer = await timeline.client.post(url, json=body)
    assert answer.status_code == 201, answer.text


async def _diff(timeline: Timeline, begin: int, end: int) -> dict[str, Any]:
    answer = await timeline.get("/diff", **{"from": begin, "to": end, "min_revision": end})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Onrecord-Revision"] == str(end)
    found: dict[str, Any] = answer.json()
    assert (found.pop("from")["revision"], found.pop("to")["revision"]) == (begin, end)
    return found


async def test_a_diff_is_net(timeline: Timeline) -> None:
    """Each kind of difference is reported once, from the one state to the other; what was undone in
    between is not."""
    await timeline.record(said("a", occurred="2024-10", tags=["x", "y"]), said("b"))  # 3
    await _do(timeline, "b/relations", relation="disputes", target="a")  # 4
    changes = {"occurred": "2024-11", "tags": ["x"], "said": {"on": "2025"}}
    await _do(timeline, "a/corrections", changes=changes, reason="A slip.")  # 5
    await timeline.record(said("c"))  # 6
    await _do(timeline, "c/corrections", changes={"text": "Better."}, reason="A slip.")  # 7
    await _do(timeline, "b/retractions", reason="Withdrawn.")  # 8
    await _do(timeline, "c/relations", relation="repeats", target="a")  # 9
    path = f"{timeline.path}/statements/c/relations/repeats/a"
    assert (await timeline.client.delete(path, params={"reason": "wrong"})).is_success  # 10

    assert await _diff(timeline, 5, 5) == _NOTHING
    assert await _diff(timeline, 8, 10) == _NOTHING
    found = await _diff(timeline, 3, 10)
    shown = await timeline.get("/statements/c", as_of=10)
    assert found["recorded"] == [shown.json()]
    assert found["corrected"] == [
        {
            "id": "a",
            "changes": [
                {"path": "/occurred", "before": "2024-10", "after": "2024-11"},
                {"path": "/said/on", "before": None, "after": "2025"},
                {"path": "/tags/1", "before": "y", "after": None},
            ],
        }
    ]
    assert found["retracted"] == ["b"]
    assert found["related"] == [{"statement": "b", "relation": "disputes", "target": "a"}]
    assert found["standing"] == [{"id": "b", "before": "asserted", "after": "retracted"}]
    assert (await _diff(timeline, 4, 8))["standing"] == [
        {"id": "a", "before": "disputed", "after": "asserted"},
        {"id": "b", "before": "asserted", "after": "retracted"},
    ]
    assert (await _diff(timeline, 9, 10))["unrelated"] == [
        {"statement": "c", "relation": "repeats", "target": "a"}
    ]
    await _do(timeline, "c/relations", relation="repeats", target="a")  # 11
    await _do(timeline, "b/reinstatements", reason="It was said.")  # 12
    back = await _diff(timeline, 11, 12)
    assert back["reinstated"] == ["b"]
    assert back["standing"] == [
        {"id": "a", "before": "asserted", "after": "disputed"},
        {"id": "b", "before": "retracted", "after": "asserted"},
    ]
    assert (await _diff(timeline, 6, 12))["reinstated"] == []
    assert (await _diff(timeline, 10, 11))["related"] == [
        {"statement": "c", "relation": "repeats", "target": "a"}
    ]


async def test_a_correction_that_is_taken_back_is_no_difference(timeline: Timeline) -> None:
    """Corrected there and back, a statement is as it was."""
    await timeline.record(said("a"))
    for text in ("Other.", "This is a."):
        await _do(timeline, "a/corrections", changes={"text": text}, reason="A slip.")
    assert await _diff(timeline, 2, 4) == _NOTHING


@pytest.mark.parametrize(
    ("asked", "status", "path"),
    [
        ({"from": "2", "to": "1"}, 400, "?from"),
        ({"from": "1"}, 400, "?to"),
        ({"to": "1"}, 400, "?from"),
        ({"from": "1", "to": "3"}, 400, "?to"),
        ({"from": "0", "to": "1"}, 404, None),
        ({"from": "1", "to": "2", "as_of": "1"}, 400, "?as_of"),
    ],
)
async def test_two_moments_that_make_no_span_are_refused(
    timeline: Timeline, asked: dict[str, str], status: int, path: str | None
) -> None:
    """Both are needed, in their order, between the opening and the head."""
    await timeline.get("", min_revision=await timeline.record(said("a")))
    answer = await timeline.get("/diff", **asked)
    assert answer.status_code == status, answer.text
    assert path is None or [error["path"] for error in answer.json()["errors"]] == [path]


async def test_what_is_wrong_with_a_span_names_no_parameter(timeline: Timeline) -> None:
    """The page says it at a field, which has another name there."""
    await timeline.get("", min_revision=await timeline.record(said("a")))
    answer = await timeline.get("/diff", **{"from": "2", "to": "1"})
    [fault] = answer.json()["errors"]
    assert (
        fault["message"]
        == "Revision 2, to compare with, is later than revision 1: take an earlier one."
    )


async def test_more_than_five_thousand_differences_are_refused(timeline: Timeline) -> None:
    """Five thousand are answered, one more is not."""
    revision = 0
    for start in range(0, 5_001, 1_000):
        numbers = range(start, min(start + 1_000, 5_001))
        revision = await timeline.record(*(said(f"s{n}") for n in numbers))
    found = await _diff(timeline, 2, revision)
    assert len(found["recorded"]) == 5_000
    answer = await timeline.get("/diff", **{"from": 1, "to": revision})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/rejected"

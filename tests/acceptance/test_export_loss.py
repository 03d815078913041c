"""What an export says it loses, beside what plain Python finds in the statements and the files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

import httpx
import pytest

from service.messages.exports import ExportFormat
from tests.serving import Service, said

_Statement = dict[str, Any]

_KINDS: Final = ("claim", "report", "denial")
_DATES: Final = (None, "2024-10-13", "2024-10~", "../2024", "2024-10-13/2024-10-20")
_SOURCES: Final = [{"id": f"src{n}", "title": f"Report {n}"} for n in range(3)]
_REDACTED: Final = "s14"
"""Nothing of it is shown, as of no revision."""
_QUESTIONS: Final[list[dict[str, Any]]] = [
    {},
    {"tag": "x"},
    {"tag": ["x", "y"], "kind": "claim"},
    {"source": "src1"},
    {"standing": "disputed"},
    {"match": "certain"},
    {"tag": "nothing"},
]

_OF_ALL: Final[Mapping[str, Callable[[_Statement], bool]]] = {
    "kind": lambda _: True,
    "language": lambda s: s["language"] != "en",
    "history": lambda s: s["corrected_at"] is not None,
    "text": lambda _: False,
}
"""Fields of which more counts than whether there is anything."""
_OF_FORMATS: Final[Mapping[str, Mapping[str, Callable[[_Statement], bool]]]] = {
    "timelinejs": {
        "statement": lambda s: s["occurred"] in (None, "../2024"),
        "kind": lambda s: s["kind"] != "report",
        "origin": lambda _: True,
    },
    "claimreview": {
        "statement": lambda s: s["rating"] is None,
        "kind": lambda s: s["kind"] != "claim",
        "said.by": lambda s: s["said"]["by"] is None and s["said"]["with"] != [],
        "said.with": lambda s: s["said"]["by"] is None and s["said"]["with"] != [],
        "said.on": lambda s: s["said"]["on"] not in (None, "2024-10-13"),
        "sources": lambda _: True,
        "tags": lambda _: False,
        "origin": lambda _: True,
    },
    "ics": {
        "statement": lambda s: s["occurred"] in (None, "../2024"),
        "occurred": lambda s: s["occurred"] in ("2024-10~", "../2024"),
    },
}


def _statement(n: int) -> dict[str, Any]:
    """Each field is there in some, together with different others."""
    return said(
        f"s{n}",
        kind=_KINDS[n % 3],
        language=("en", "uk")[n % 2],
        said={
            "by": None if n % 3 == 0 else "KCNA",
            "with": ["Russia"][: n % 2],
            "on": _DATES[n % 5],
            "via": [{"actor": "TASS", "role": "agency"}][: n % 4 // 2],
        },
        occurred=_DATES[n // 5 % 5],
        about=["Ukraine"][: n // 2 % 2],
        places=[{"name": "Kursk"}, {"name": "Sudzha"}][: n % 3],
        quantities=[{"what": "dead", "best": "1", "unit": "person"}][: n // 3 % 2],
        sources=_SOURCES[n % 3 : n % 3 + n % 2],
        rating={"label": "false"} if n % 4 == 1 else None,
        tags=["x", "y"][n % 2 : n % 2 + n // 2 % 2],
        origin={"dataset": "d"} if n % 5 == 1 else None,
        extra={"h": "1"} if n % 5 == 2 else {},
    )


def _commands() -> list[dict[str, Any]]:
    """Forty statements, and what happens to them; the last five are later than the others."""
    commands: list[dict[str, Any]] = [{"statement": _statement(n)} for n in range(40)]
    related = [(n, "disputes" if n % 2 else "supports", n * 7 % 40) for n in range(2, 30)]
    commands += [
        {"relation": {"statement": f"s{a}", "relation": relation, "target": f"s{b}"}}
        for a, relation, b in related
        if a != b
    ]
    commands += [
        {"grade": {"source": "src1", "reliability": "B"}},
        {"grade": {"statement": "s5", "credibility": 2}},
        {"correction": {"id": "s7", "changes": {"text": "Otherwise."}, "reason": "It was wrong."}},
        {"retraction": {"id": "s9", "reason": "No.", "by": "KCNA"}},
        {"retraction": {"id": "s11", "reason": "No."}},
    ]
    commands += [
        {"unrelation": {"id": "s3", "relation": "disputes", "target": "s21", "reason": "No."}},
        {"reinstatement": {"id": "s11", "reason": "Yes."}},
        {"correction": {"id": "s2", "changes": {"tags": ["y"]}, "reason": "It was wrong."}},
        {"grade": {"source": "src2", "reliability": "A"}},
        {"redaction": {"id": _REDACTED, "reason": "A court."}},
    ]
    return commands


class _Asked(NamedTuple):
    """A question, the statements that answer it, and all events then."""

    asked: dict[str, Any]
    listed: list[_Statement]
    whole: list[dict[str, Any]]


class _Recorded(NamedTuple):
    """A timeline with these commands, and what it answers now and as of an earlier revision."""

    client: httpx.Client
    path: str
    answers: list[_Asked]


@pytest.fixture(scope="module")
def recorded(server: Service) -> Iterator[_Recorded]:
    path = f"/v1/timelines/t-{uuid.uuid4().hex[:12]}"
    with server.client() as client:
        assert client.put(path, json={"title": "Kursk"}).status_code == 201
        done = client.post(f"{path}/commands", json=_commands())
        assert [each for each in done.json()["items"] if "revision" not in each] == []
        head = done.json()["revision"]
        client.get(path, params={"min_revision": head})
        answers = []
        for moment in (head, head - 5):
            whole = _events(client, path, {"as_of": moment})
            for question in _QUESTIONS:
                asked = {**question, "as_of": moment}
                answer = client.get(f"{path}/statements", params={"limit": 500, **asked})
                assert answer.status_code == 200, answer.text
                answers.append(_Asked(asked, answer.json()["items"], whole))
        yield _Recorded(client, path, answers)


def _events(client: httpx.Client, path: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.get(f"{path}/export", params={"format": "ndjson", **asked})
    return [json.loads(line) for line in answer.content.splitlines()]


def _relations(events: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """The relations that stand after the events of a file, or of a part of them."""
    standing = set[tuple[str, str, str]]()
    for each in events:
        if each["type"] in ("statement.related", "statement.unrelated") and "data" in each:
            data = each["data"]
            relation = (each["subject"], data["relation"], f"statements/{data['target']}")
            if each["type"] == "statement.related":
                standing.add(relation)
            else:
                standing.discard(relation)
    return {each for each in standing if f"statements/{_REDACTED}" not in each}


def _lost_events(
    whole: list[dict[str, Any]], chosen: list[dict[str, Any]], listed: list[_Statement]
) -> dict[str, set[str]]:
    """The statements that lose a relation, and those that lose a grade of a source."""
    cut = _relations(whole) - _relations(chosen)
    graded = {each["subject"] for each in whole if each["type"] == "source.graded"}
    graded -= {each["subject"] for each in chosen if each["type"] == "source.graded"}
    return {
        "relations": {
            s["id"] for s in listed if any(f"statements/{s['id']}" in each for each in cut)
        },
        "sources": {
            s["id"]
            for s in listed
            if any(f"sources/{each['id']}" in graded for each in s["sources"])
        },
    }


def _lost(format_: str, fields: list[str], listed: list[_Statement]) -> dict[str, set[str]]:
    """The statements that lose something of each field."""
    told = {**_OF_ALL, **_OF_FORMATS.get(format_, {})}
    return {field: {s["id"] for s in listed if told.get(field, _has(field))(s)} for field in fields}


def _has(field: str) -> Callable[[_Statement], bool]:
    def happens(statement: _Statement) -> bool:
        value: Any = statement
        for name in field.split("."):
            value = value[name]
        return value not in (None, [], {})

    return happens


@pytest.mark.parametrize("format_", get_args(ExportFormat))
def test_what_is_counted_is_what_is_lost(recorded: _Recorded, format_: str) -> None:
    """Under each filter, as of now and of an earlier revision, as many statements lose each field
    as a look at every statement, and for events at both files, finds; the example is one of
    them."""
    client, path, answers = recorded
    for asked, listed, whole in answers:
        chosen = {"format": format_, **asked}
        report = client.get(f"{path}/export/loss", params=chosen).json()
        named = client.head(f"{path}/export", params=chosen).headers["Onrecord-Loss"].split(", ")
        if format_ in ("ndjson", "cloudevents"):
            lost = _lost_events(whole, _events(client, path, asked), listed)
        else:
            lost = _lost(format_, named, listed)
        counted = {each["field"]: each["statements"] for each in report["losses"]}
        assert counted == {field: len(ids) for field, ids in lost.items() if ids}, asked
        assert {*counted} <= {*named}
        assert all(each["example"] in lost[each["field"]] for each in report["losses"])
        assert report["statements"] == len(listed)

"""The document describes the headers that the program takes and the parts of paths that it checks,
each with its bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import httpx
import pytest

from tests.acceptance import drift
from tests.acceptance.drift import USUAL, misfits, parameters_of
from tests.documented import DOCUMENT
from tests.rows import each_row

caller = drift.caller

HEADERS: Final = {
    f"{method} {path}": {each["name"]: each["schema"] for each in told}
    for method, path, told in parameters_of(DOCUMENT, "header")
    if path.startswith("/v1/") and method != "HEAD"
}
REQUIRED: Final = {
    f"{method} {path}": [each["name"] for each in told if each.get("required")]
    for method, path, told in parameters_of(DOCUMENT)
}
PARTS: Final = {
    (f"{method} {path}", each["name"]): each["schema"]
    for method, path, told in parameters_of(DOCUMENT, "path")
    for each in told
}
_ABSENT: Final = dict.fromkeys(
    ("t", "id", "name", "dataset", "relation", "target", "alias", "revision", "tile"), "absent"
)
_NEEDED: Final = {
    "reason": "so",
    "alias": "absent",
    "timelines": "absent",
    "principal": "everyone",
    "right": "manage",
    "every": "day",
    "format": "csv",
    "from": "1",
    "to": "1",
    "revision": "1",
}
"""What any of the operations requires in its query."""


def _refuses_headers(
    caller: httpx.Client, label: str, names: Iterable[str]
) -> Callable[[str], bool]:
    """Whether the operation refuses a value of the headers. Its timeline does not exist and its
    body is not JSON, so that nothing is done."""
    method, _, path = label.partition(" ")
    query = {name: _NEEDED[name] for name in REQUIRED[label]}

    def refuses(text: str) -> bool:
        headers = dict.fromkeys(names, text)
        answer = caller.request(method, path.format(**_ABSENT), params=query, headers=headers)
        if "{t}" in path:
            assert answer.status_code in (400, 404, 415), answer.text
        return answer.status_code == 400

    return refuses


_CHECKED: Final = ("Idempotency-Key", "If-Match", "Last-Event-ID")
"""Headers of which not every text is valid."""
_WRONG: Final = ("a b", '"a', "x" * 129)
"""Each of them refuses one of these, or all."""
_LABELS: Final = [label for label in HEADERS if label != "GET /v1/timelines"]


@pytest.mark.parametrize(
    ("label", "name"),
    [(label, name) for label in _LABELS for name in _CHECKED if name in HEADERS[label]],
)
def test_headers_are_taken_as_they_are_described(
    caller: httpx.Client, label: str, name: str
) -> None:
    """An operation refuses the texts that the schema of its header refuses and no others."""
    refuses = _refuses_headers(caller, label, [name])
    assert list(misfits(HEADERS[label][name], refuses)) == []


@each_row("label", _LABELS)
def test_other_headers_are_not_looked_at(caller: httpx.Client, label: str) -> None:
    """An operation refuses no text of a header that it does not take."""
    refuses = _refuses_headers(caller, label, {*_CHECKED} - {*HEADERS[label]})
    assert not any(map(refuses, _WRONG))


_READ: Final = [
    "/v1/timelines",
    "/v1/timelines/kursk",
    *(f"/v1/timelines/kursk/{noun}" for noun in ("statements", "facets", "digest", "events")),
    *(f"/v1/timelines/kursk/{noun}" for noun in ("actors", "sources", "events/1")),
    "/openapi.json",
    "/docs",
    "/problems/internal",
    "/health/live",
    "/metrics",
    "/",
    "/t/kursk",
]


def _described(address: str) -> Any:
    path = address.replace("kursk", "{t}").replace("internal", "{slug}")
    return DOCUMENT["paths"][path.replace("events/1", "events/{revision}")]["get"]


@each_row("address", _READ)
def test_what_may_be_held_already_is_described(caller: httpx.Client, address: str) -> None:
    """An answer is 304 for a caller that has it where If-None-Match is described, only there."""
    told = _described(address)["parameters"]
    status = caller.get(address, headers={"If-None-Match": "*"}).status_code
    assert (status == 304) == any(each["name"] == "If-None-Match" for each in told)


@each_row("address", _READ)
def test_headers_of_answers_are_described(caller: httpx.Client, address: str) -> None:
    """An answer has the headers that the document describes, beside those of HTTP itself."""
    answer = caller.get(address)
    told = _described(address)["responses"]["200"]["headers"]
    standing = DOCUMENT["components"]["headers"]
    whole = {name.lower(): standing[name] if "$ref" in told[name] else told[name] for name in told}
    always = {name for name, header in whole.items() if header["required"]}
    assert always <= set(answer.headers) - USUAL <= {*whole}


_T: Final = "/v1/timelines/{t}"
_PARTS: Final = [
    (f"PUT {_T}", "t", 400),
    (f"PUT {_T}/actors/{{id}}", "id", 400),
    (f"PUT {_T}/actors/{{id}}/aliases/{{alias}}", "alias", 400),
    ("GET /problems/{slug}", "slug", 404),
    ("GET /page/{file}", "file", 404),
]
"""The parts that are checked, each with the status of an answer that refuses it."""


def _refuses_part(
    caller: httpx.Client, label: str, name: str, status: int
) -> Callable[[str], bool]:
    method, _, path = label.partition(" ")
    is_actor = path.endswith("/actors/{id}")  # which may be there, with an id of before
    body = {"name": "Kim", "type": "person"} if is_actor else None
    there = _ABSENT | {"t": "kursk"} if method == "GET" or is_actor else _ABSENT

    def refuses(text: str) -> bool:
        shown = str(httpx.URL("/").copy_with(path=f"/{text}"))[1:]
        address = path.format(**(there | {name: shown}))
        return caller.request(method, address, json=body).status_code == status

    return refuses


@pytest.mark.parametrize(("label", "name", "status"), _PARTS)
def test_parts_of_paths_are_taken_as_they_are_described(
    caller: httpx.Client, label: str, name: str, status: int
) -> None:
    """Where a part of a path is checked, it is by the rule that the document shows."""
    refuses = _refuses_part(caller, label, name, status)
    assert list(misfits(PARTS[label, name], refuses, of="path")) == []


def test_a_revision_is_a_whole_number_from_1(caller: httpx.Client) -> None:
    """The event at the revision is there, and nothing below the document's bound is."""
    schema = PARTS[f"GET {_T}/events/{{revision}}", "revision"]
    refuses = _refuses_part(caller, f"GET {_T}/events/{{revision}}", "revision", 404)
    texts = (str(schema["minimum"]), str(schema["minimum"] - 1), "-1", "1.5", "x")
    assert [refuses(text) for text in texts] == [False, True, True, True, True]


_KEYED: Final = "POST /v1/timelines/{t}/statements"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"pattern": r"^[\x21-\x7e]{1,127}$"},
        {"pattern": r"^[\x21-\x7e]{1,129}$"},
        {"pattern": r"^[a-z]{1,128}$"},
    ],
)
def test_a_drift_of_a_header_is_found(caller: httpx.Client, schema: dict[str, Any]) -> None:
    """A header that is missing in the document, other bounds and another pattern are reported."""
    assert list(misfits(schema, _refuses_headers(caller, _KEYED, ["Idempotency-Key"]))) != []


def test_a_header_that_the_program_ignores_is_found(caller: httpx.Client) -> None:
    """A header in the document that the operation does not read is reported."""
    schema = HEADERS[_KEYED]["Idempotency-Key"]
    assert list(misfits(schema, _refuses_headers(caller, f"PUT {_T}", ["Idempotency-Key"]))) != []


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^[a-z0-9][a-z0-9-]{0,61}$"},
        {"pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
        {"pattern": "^[a-z0-9-]{1,63}$"},
        {"pattern": "^[a-z]{1,63}$"},
    ],
)
def test_a_drift_of_a_part_of_a_path_is_found(caller: httpx.Client, schema: dict[str, Any]) -> None:
    """Other bounds and another pattern of a timeline's name are reported."""
    assert list(misfits(schema, _refuses_part(caller, f"PUT {_T}", "t", 400), of="path")) != []

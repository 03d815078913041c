"""The document shows the parameters that the program takes, each with its bounds."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest

from tests.acceptance import drift
from tests.acceptance.drift import Ask, drifts, parameters_of
from tests.documented import DOCUMENT

caller = drift.caller

_PLACES = {
    "t": "kursk",
    "id": "a",
    "relation": "supports",
    "target": "b",
    "alias": "x",
    "revision": "1",
    "tile": "0/000",
    "slug": "internal",
    "name": "desk",
    "dataset": "rows",
}
OPERATIONS = {f"{method} {path}": told for method, path, told in parameters_of(DOCUMENT)}
ASKED = [
    label
    for label in OPERATIONS
    if "/v1/" in label and not label.startswith("HEAD") and "/oidc/callback" not in label
]
"""What an issuer of identities sends along when it sends somebody back is for it to choose."""
NAMES = {
    parameter["name"]: str(parameter.get("example") or "true")
    for told in OPERATIONS.values()
    for parameter in told
} | {"colour": "red"}


def _asker(client: httpx.Client, label: str) -> Ask:
    method, _, path = label.partition(" ")
    address = path.format(**_PLACES)

    def ask(given: Sequence[tuple[str, str]]) -> set[str]:
        body: Any = {} if method in ("POST", "PUT") else None
        asked = httpx.QueryParams([*given, ("nobody-takes-this", "1")])
        answer = client.request(method, address, params=asked, json=body)
        assert answer.status_code == 400, answer.text
        faults = {error["path"].removeprefix("?") for error in answer.json()["errors"]}
        assert "nobody-takes-this" in faults
        return faults

    return ask


@pytest.mark.parametrize("label", ASKED)
def test_parameters_are_taken_as_they_are_told(caller: httpx.Client, label: str) -> None:
    """Each operation takes the parameters that the document shows for it and no others, up to the
    bounds that it shows and no further, as often as it says."""
    assert list(drifts(OPERATIONS[label], NAMES, _asker(caller, label))) == []


def _change(told: list[Any], name: str, **schema: Any) -> None:
    [parameter] = [p for p in told if p["name"] == name]
    parameter["schema"] |= schema


def _pattern(told: list[Any], pattern: str) -> None:
    [parameter] = [p for p in told if p["name"] == "tag"]
    parameter["schema"]["items"]["pattern"] = pattern


_LIST = "GET /v1/timelines/{t}/statements"


@pytest.mark.parametrize(
    ("drift", "sentence"),
    [
        (lambda told: told.append({"name": "colour", "schema": {}}), "colour refuses 'x'"),
        (lambda told: told.pop(), "is taken"),
        (lambda told: _change(told, "limit", maximum=499), "limit takes '500'"),
        (lambda told: _change(told, "limit", minimum=0), "limit refuses '0'"),
        (lambda told: _change(told, "actor", maxItems=49), "actor is taken 50 times"),
        (lambda told: _change(told, "order", enum=["occurred"]), None),
        (lambda told: told[0].update(required=True), "is not required"),
        (lambda told: _pattern(told, "^[a-z0-9-]{1,39}$"), "tag: 'xxx"),
        (lambda told: _pattern(told, "^[a-z-]{1,40}$"), "tag: '1' is taken"),
        (lambda told: _pattern(told, "^[A-Za-z0-9 -]{1,64}$"), "tag: 'a b' is refused"),
    ],
)
def test_a_drift_is_found(
    caller: httpx.Client, drift: Callable[[list[Any]], object], sentence: str | None
) -> None:
    """A parameter that is refused, one that is missing, another bound, another number of times and
    one that is required in the document alone, and another pattern are each reported."""
    told = copy.deepcopy(OPERATIONS[_LIST])
    drift(told)
    found = list(drifts(told, NAMES, _asker(caller, _LIST)))
    assert sentence is None or any(sentence in one for one in found)

"""The statement: what a shape cannot say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from events.errors import Fault, InvalidInput
from events.shape import decode
from events.statement import Statement, faults_of

WHOLE: dict[str, Any] = {
    "id": "a",
    "kind": "estimate",
    "text": "Around 11,000 to 12,000 troops.",
    "language": "en",
    "said": {"by": "Syrskyi", "on": "2025-04~", "via": [{"actor": "KCNA", "role": "agency"}]},
    "occurred": "2024-10/..",
    "about": ["North Korea"],
    "places": [{"name": "Kursk", "latitude": 51.7, "longitude": 36.2}],
    "quantities": [{"what": "troops", "low": "11000", "high": "12000", "unit": "people"}],
    "sources": [{"id": "s1", "title": "An article", "url": "https://example.org/a"}],
    "tags": ["kursk"],
}


def faults(**changes: Any) -> list[Fault]:
    body = msgspec.json.encode({**WHOLE, **changes})
    try:
        return faults_of(decode(body, Statement))
    except InvalidInput as error:
        return list(error.faults)


def test_a_whole_statement_has_no_fault() -> None:
    """What domain rules admit passes."""
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": ".a"}, "/id"),
        ({"id": "a\n"}, "/id"),
        ({"kind": "rumour"}, "/kind"),
        ({"text": ""}, "/text"),
        ({"text": "x" * 5_001}, "/text"),
        ({"text": "a\0b"}, "/text"),
        ({"language": "e"}, "/language"),
        ({"said": {"by": "A"}}, "/said/on"),
        ({"said": {"on": None}}, "/said/by"),
        ({"said": {"by": " A", "on": None}}, "/said/by"),
        ({"said": {"by": "A", "on": "yesterday"}}, "/said/on"),
        (
            {"said": {"by": "A", "on": None, "via": [{"actor": "a/b", "role": "agency"}]}},
            "/said/via/0/actor",
        ),
        (
            {"said": {"by": "A", "on": None, "via": [{"actor": "a", "role": "friend"}]}},
            "/said/via/0/role",
        ),
        ({"occurred": "2025-02-30"}, "/occurred"),
        ({"occurred": "x" * 65}, "/occurred"),
        ({"about": ["ok", "a/b"]}, "/about/1"),
        ({"places": [{"name": "Kursk", "latitude": 91}]}, "/places/0/latitude"),
        ({"quantities": [{"what": "w", "unit": "u"}]}, "/quantities/0"),
        ({"quantities": [{"what": "w", "unit": "u", "low": 3}]}, "/quantities/0/low"),
        ({"quantities": [{"what": "w", "unit": "u", "low": "many"}]}, "/quantities/0/low"),
        (
            {"quantities": [{"what": "w", "unit": "u", "low": "2", "high": "1"}]},
            "/quantities/0/low",
        ),
        (
            {"quantities": [{"what": "w", "unit": "u", "low": "2", "best": "1"}]},
            "/quantities/0/low",
        ),
        ({"sources": [{"id": "s", "title": "t", "url": "javascript:x"}]}, "/sources/0/url"),
        ({"sources": [{"id": "s", "title": "t", "sha256": "x"}]}, "/sources/0/sha256"),
        ({"sources": [{"id": "s", "title": "t", "published": "?"}]}, "/sources/0/published"),
        (
            {"sources": [{"id": "s", "title": "t", "retrieved_at": "now"}]},
            "/sources/0/retrieved_at",
        ),
        ({"tags": ["A"]}, "/tags/0"),
        ({"tags": ["a"] * 33}, "/tags"),
        ({"about": ["a"] * 1_001}, "/about"),
        ({"places": [{"name": "a"}] * 1_001}, "/places"),
        ({"quantities": [{"what": "w", "unit": "u", "low": "1"}] * 1_001}, "/quantities"),
        ({"sources": [{"id": "s", "title": "t"}] * 1_001}, "/sources"),
        (
            {"said": {"by": "A", "on": None, "via": [{"actor": "a", "role": "agency"}] * 1_001}},
            "/said/via",
        ),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_each_fault_stands_at_its_path(changes: dict[str, Any], path: str) -> None:
    """One wrong thing gives one fault, at the JSON Pointer of what is wrong."""
    assert [fault.path for fault in faults(**changes)] == [path]


def test_every_fault_is_found_at_once_and_dates_tell_the_column() -> None:
    """A caller mends all of it in one go; a wrong date says in which column."""
    found = faults(occurred="2025-13", tags=["A"], about=["a/b"])
    assert {fault.path for fault in found} == {"/occurred", "/tags/0", "/about/0"}
    assert [fault.column for fault in found if fault.path == "/occurred"] == [6]


def test_the_largest_numbers_are_compared_exactly() -> None:
    """Thirty digits are no float: the last one decides."""
    low, high = "9" * 29 + "8", "9" * 30
    assert faults(quantities=[{"what": "w", "unit": "u", "low": low, "high": high}]) == []
    assert faults(quantities=[{"what": "w", "unit": "u", "low": high, "high": low}]) != []


def test_spelled_out_defaults_are_the_same_statement() -> None:
    """With and without its defaults, a statement is one and the same."""
    short = decode(b'{"kind":"claim","text":"x","said":{"by":"A","on":null}}', Statement)
    spelled = {**msgspec.to_builtins(short), "language": "en", "occurred": None, "tags": []}
    assert decode(msgspec.json.encode(spelled), Statement) == short

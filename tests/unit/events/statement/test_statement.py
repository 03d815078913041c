"""The statement: what a shape cannot say."""

from __future__ import annotations

from typing import Any

import msgspec

from events.errors import Fault, InvalidInput
from events.statement.faults import faults_of
from events.statement.shape import decode
from events.statement.statement import Statement
from tests.rows import each_row

WHOLE: dict[str, Any] = {
    "id": "a",
    "kind": "estimate",
    "text": "Around 11,000 to 12,000 troops.",
    "language": "en",
    "said": {
        "by": "Syrskyi",
        "with": ["Staff / General"],
        "on": "2025-04~",
        "via": [{"actor": "KCNA", "role": "agency"}],
    },
    "occurred": "2024-10/..",
    "about": ["North Korea", {"actor": "Russia"}, {"actor": "Kursk", "role": "target"}],
    "places": [{"name": "Kursk", "latitude": 51.7, "longitude": 36.2}],
    "quantities": [{"what": "troops", "low": "11000", "high": "12000", "unit": "people"}],
    "sources": [{"id": "s1", "title": "An article", "url": "https://example.org/a"}],
    "rating": {"label": "Mostly true", "value": "4", "best": "5", "worst": "0.5"},
    "tags": ["kursk", "Курськ", "हिन्दी", "2024"],
    "origin": {
        "dataset": "claims.csv",
        "id": "17|b",
        "url": "https://a.example",
        "sha256": "0" * 64,
    },
    "extra": {"Notes (internal)": "", "Ä/~": " x\n"},
}


def faults(**changes: Any) -> list[Fault]:
    body = msgspec.json.encode({**WHOLE, **changes})
    try:
        decode(body, Statement, faults_of)
    except InvalidInput as error:
        return list(error.faults)
    return []


def test_a_whole_statement_has_no_fault() -> None:
    """What domain rules admit passes."""
    assert faults() == []


@each_row(
    ("changes", "path"),
    [
        ({"id": ".a"}, "/id"),
        ({"id": "a\n"}, "/id"),
        ({"kind": "rumour"}, "/kind"),
        ({"text": ""}, "/text"),
        ({"text": "x" * 5_001}, "/text"),
        ({"text": "a\0b"}, "/text"),
        ({"text": " \n\u200b"}, "/text"),
        ({"language": "e"}, "/language"),
        ({"said": {"by": "A"}}, "/said/on"),
        ({"said": {"on": None}}, "/said/by"),
        ({"said": {"by": " A", "on": None}}, "/said/by"),
        ({"said": {"by": "A", "on": "yesterday"}}, "/said/on"),
        (
            {"said": {"by": "A", "on": None, "via": [{"actor": "a  b", "role": "agency"}]}},
            "/said/via/0/actor",
        ),
        (
            {"said": {"by": "A", "on": None, "via": [{"actor": "a", "role": "friend"}]}},
            "/said/via/0/role",
        ),
        ({"occurred": "2025-02-30"}, "/occurred"),
        ({"occurred": "x" * 65}, "/occurred"),
        ({"about": ["ok", "a  b"]}, "/about/1"),
        ({"about": [{"actor": "a  b"}]}, "/about/0/actor"),
        ({"about": [{"actor": "a", "role": "Target"}]}, "/about/0/role"),
        ({"about": [{"role": "target"}]}, "/about/0/actor"),
        ({"about": [7]}, "/about/0"),
        ({"said": {"by": None, "with": [None], "on": None}}, "/said/with/0"),
        ({"said": {"by": "A", "with": ["a  b"], "on": None}}, "/said/with/0"),
        ({"said": {"by": "A", "with": ["B"] * 65, "on": None}}, "/said/with"),
        ({"rating": {}}, "/rating/label"),
        ({"rating": {"label": "\u2800"}}, "/rating/label"),
        ({"rating": {"label": "true", "value": "five"}}, "/rating/value"),
        ({"rating": {"label": "true", "best": 5}}, "/rating/best"),
        ({"rating": {"label": "true", "worst": ""}}, "/rating/worst"),
        ({"origin": {"id": " "}}, "/origin/id"),
        ({"origin": {"id": "x" * 1_001}}, "/origin/id"),
        ({"origin": {"dataset": "a\u200b"}}, "/origin/dataset"),
        ({"origin": {"url": "file:///etc"}}, "/origin/url"),
        ({"origin": {"sha256": "0"}}, "/origin/sha256"),
        ({"origin": {"row": "1"}}, "/origin/row"),
        ({"extra": {f"column {n}": "" for n in range(65)}}, "/extra"),
        ({"extra": {"": "x"}}, "/extra/"),
        ({"extra": {"x" * 65: "x"}}, "/extra/" + "x" * 65),
        ({"extra": {"a/b": "x" * 2_001}}, "/extra/a~1b"),
        ({"extra": {"a": "b\0"}}, "/extra/a"),
        ({"extra": {"\u200b": "b"}}, "/extra/\u200b"),
        ({"extra": {"a": 1}}, "/extra/a"),
        ({"places": [{"name": "Kursk", "latitude": 91}]}, "/places/0/latitude"),
        ({"places": [{"name": "Kursk", "latitude": 51.7}]}, "/places/0/longitude"),
        ({"places": [{"name": "Kursk", "longitude": 0}]}, "/places/0/latitude"),
        ({"sources": [{"id": "s", "title": "t", "quote": "\u00a0"}]}, "/sources/0/quote"),
        ({"sources": [{"id": "s", "title": "t", "locator": " "}]}, "/sources/0/locator"),
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
        ({"tags": ["a b"]}, "/tags/0"),
        ({"tags": ["a" * 41]}, "/tags/0"),
        ({"tags": ["ß" * 21]}, "/tags/0"),
        ({"tags": ["a"] * 65}, "/tags"),
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


UNSEEN = {
    "Orla\u200b": "U+200B ZERO WIDTH SPACE at character 5",
    "Orla ": "U+0020 SPACE at character 5",
    "Orla\u2028": "U+2028 LINE SEPARATOR at character 5",
    "O\u00ad\u0308": "U+00AD SOFT HYPHEN at character 2",
    "\u3164": "U+3164 HANGUL FILLER at character 1",
    " ": "U+0020 SPACE at character 1",
}


@each_row("name", UNSEEN)
def test_every_name_is_held_to_one_rule(name: str) -> None:
    """Speakers, mentions, verdicts, datasets, places, units, titles, publishers, ids and tags: in
    each of them what the eye cannot see is reported by its code point and its place."""
    via = [{"actor": name, "role": "agency"}]
    source = {"id": name, "title": name, "publisher": name}
    found = faults(
        said={"by": name, "with": [name], "on": None, "via": via},
        about=[name],
        rating={"label": name},
        origin={"dataset": name},
        places=[{"name": name}],
        quantities=[{"what": name, "unit": name, "low": "1"}],
        sources=[source],
        tags=[name],
    )
    assert [fault.path for fault in found] == [
        "/said/by",
        "/said/with/0",
        "/said/via/0/actor",
        "/about/0",
        "/places/0/name",
        "/quantities/0/what",
        "/quantities/0/unit",
        "/sources/0/id",
        "/sources/0/title",
        "/sources/0/publisher",
        "/tags/0",
        "/rating/label",
        "/origin/dataset",
    ]
    assert all(fault.message.startswith(UNSEEN[name]) for fault in found)
    assert all(f" {fault.column}" in fault.message for fault in found)


def test_every_fault_is_found_at_once_and_dates_tell_the_column() -> None:
    """A caller mends all of it in one go; a wrong date says in which column."""
    found = faults(occurred="2025-13", tags=["_"], about=["a  b"])
    assert {fault.path for fault in found} == {"/occurred", "/tags/0", "/about/0"}
    assert [fault.column for fault in found if fault.path == "/occurred"] == [6]


@each_row("text", ["", "13/10/2024", "2024/25", "2024-10-13" * 7])
def test_a_date_of_any_length_is_reported_as_a_date(text: str) -> None:
    """Nothing, habits and what is too long are reported at their place and column, all at once."""
    source = {"id": "s", "title": "t", "published": text, "retrieved_at": text}
    via = [{"actor": "a", "role": "agency", "on": text}]
    found = faults(occurred=text, said={"by": "A", "on": text, "via": via}, sources=[source])
    paths = ["/occurred", "/said/on", "/said/via/0/on"]
    assert [fault.path for fault in found] == [
        *paths,
        "/sources/0/published",
        "/sources/0/retrieved_at",
    ]
    assert all(fault.column for fault in found)


def test_the_largest_numbers_are_compared_exactly() -> None:
    """Thirty digits are no float: the last one decides."""
    low, high = "9" * 29 + "8", "9" * 30
    assert faults(quantities=[{"what": "w", "unit": "u", "low": low, "high": high}]) == []
    assert faults(quantities=[{"what": "w", "unit": "u", "low": high, "high": low}]) != []


def test_spelled_out_defaults_are_the_same_statement() -> None:
    """With and without its defaults, a statement is one and the same."""
    short = decode(b'{"kind":"claim","text":"x","said":{"by":"A","on":null}}', Statement)
    spelled = msgspec.to_builtins(short) | {"origin": {"id": None}, "extra": {}}
    assert spelled["rating"] is None
    assert decode(msgspec.json.encode(spelled), Statement) == short


def test_two_ways_to_write_the_same_are_the_same_statement() -> None:
    """An actor as text or as an object, a tag in another case or another normal form: the bytes
    that are recorded are the same."""
    one = {**WHOLE, "about": ["A", {"actor": "B", "role": None}], "tags": ["ÜBER", "Straße"]}
    other = {**WHOLE, "about": [{"actor": "A"}, "B"], "tags": ["u\u0308ber", "STRASSE"]}
    made = [decode(msgspec.json.encode(each), Statement, faults_of) for each in (one, other)]
    assert made[0] == made[1]
    assert msgspec.json.encode(made[0]) == msgspec.json.encode(made[1])
    assert made[0].tags == ("über", "strasse")

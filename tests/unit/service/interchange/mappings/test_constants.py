"""What a mapping itself puts into statements."""

from __future__ import annotations

from typing import Any

from service.interchange.mappings.constants import faults_of_constants
from tests.rows import each_row
from tests.unit.service.interchange.mappings.mapping_texts import CLAIMS, minimal

_KINDS = "prediction, report"
_ITEM = {"value": "A"}


@each_row(
    ("statement", "pointer", "words"),
    [
        ({"kind": {"value": "clame"}}, "/kind/value", _KINDS),
        (
            {"kind": {"column": "K", "lookup": {"c": "clame"}}},
            "/kind/lookup/c",
            "prediction, report",
        ),
        (
            {"kind": {"column": "K", "lookup": {"c": "claim"}, "else": "x"}},
            "/kind/else",
            "prediction",
        ),
        ({"kind": {"column": "K", "empty": "none"}}, "/kind/empty", _KINDS),
        ({"language": {"value": "klingon!"}}, "/language/value", "language"),
        ({"said": {"by": {"value": "a\u200bb"}}}, "/said/by/value", "U+200B"),
        ({"said": {"on": {"value": "13.13.2024"}}}, "/said/on/value", ""),
        ({"said": {"on": {"value": "2024", "date": "dmy"}}}, "/said/on/value", "like 13.10.2024"),
        (
            {"said": {"via": [{"actor": _ITEM, "role": {"value": "x"}}]}},
            "/said/via/0/role/value",
            "",
        ),
        ({"occurred": {"start": {"value": "soon"}}}, "/occurred/start/value", ""),
        (
            {"occurred": {"start": {"column": "a"}, "precision": {"value": "decade"}}},
            "/occurred/precision/value",
            "week, month",
        ),
        ({"about": {"actor": _ITEM, "role": {"value": "The Target"}}}, "/about/role/value", ""),
        ({"about": {"value": " "}}, "/about/value", ""),
        (
            {"quantities": [{"best": {"column": "n"}, "qualifier": {"value": "ca"}}]},
            "/quantities/0/qualifier/value",
            "about, at-least",
        ),
        ({"quantities": {"low": {"value": "many"}}}, "/quantities/low/value", ""),
        ({"places": {"name": _ITEM, "latitude": {"value": "91"}}}, "/places/latitude/value", ""),
        ({"places": {"name": _ITEM, "latitude": {"value": "x"}}}, "/places/latitude/value", ""),
        ({"sources": {"url": {"value": "example.org"}}}, "/sources/url/value", ""),
        (
            {"sources": {"title": _ITEM, "published": {"value": "?"}}},
            "/sources/published/value",
            "",
        ),
        ({"rating": {"label": _ITEM, "value": {"value": "x"}}}, "/rating/value/value", ""),
        ({"tags": [{"column": "T"}, {"value": "a b"}]}, "/tags/1/value", ""),
        ({"origin": {"url": {"value": "x"}}}, "/origin/url/value", ""),
        ({"extra": {"a/b": {"value": "x" * 2001}}}, "/extra/a~1b/value", "2,000"),
    ],
)
def test_a_constant_that_no_statement_may_have_is_told(
    statement: dict[str, Any], pointer: str, words: str
) -> None:
    """Before any row is read, with its place in the mapping and the rule."""
    faults = faults_of_constants(statement, "")
    assert [fault.path for fault in faults] == [pointer]
    assert words in faults[0].message


def test_constants_that_statements_have_are_none() -> None:
    """Also such as become what they are by the operations of their place."""
    statements = (
        CLAIMS,
        minimal(tags={"value": "A B;C", "split": ";", "slug": True}),
        minimal(said={"on": {"value": "13.10.2024", "date": "dmy"}}),
        minimal(quantities={"low": {"value": "5"}, "high": {"value": "3"}}),
        minimal(places={"name": _ITEM, "latitude": {"value": "5"}, "longitude": {"value": "3"}}),
        minimal(rating={"label": _ITEM, "best": {"value": "5"}}, about=_ITEM, occurred={}),
        minimal(extra={"value": {"value": ""}, "template": {"template": "x"}}),
    )
    assert [faults_of_constants(statement, "") for statement in statements] == [[]] * 7

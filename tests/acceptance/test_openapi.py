"""The document is true: what the service takes and answers is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import httpx
import msgspec
import pytest

from service.app import HANDLERS, OPERATIONS
from service.http.problems.kinds import KINDS
from service.messages import bodies
from service.openapi.schemas import resolved
from tests.acceptance.drift import LIMITED, USUAL
from tests.documented import DOCUMENT


def _routes() -> Iterator[tuple[str, str, str]]:
    for handler in HANDLERS:
        for path in handler.paths:
            shown = re.sub(r"\{([a-z]+):(?:str|path)\}", r"{\1}", path)
            for method in handler.http_methods:
                yield method, shown, str(handler.name)


def test_every_route_is_documented_and_no_other() -> None:
    """The table of operations and the routes are the same: method, path and name."""
    told = [(operation.method, operation.path, operation.name) for operation in OPERATIONS]
    assert sorted(told) == sorted(_routes())
    assert len(set(told)) == len(told)


def test_every_path_parameter_is_documented() -> None:
    """What stands in braces is described, and nothing else is."""
    for operation in OPERATIONS:
        named = re.findall(r"\{([a-z]+)\}", operation.path)
        assert [p.name for p in operation.parameters if p.place == "path"] == named


async def test_it_is_served_as_it_is(client: httpx.AsyncClient) -> None:
    """The document is valid OpenAPI 3.1 at its address, and refers to nothing that is missing."""
    answer = await client.get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    served = answer.json()
    assert served["openapi"].startswith("3.1")
    assert served == DOCUMENT
    references = set(re.findall(r'"\$ref":"#/components/schemas/([^"]+)"', answer.text))
    assert references <= set(served["components"]["schemas"])


def test_what_is_sent_has_no_other_fields() -> None:
    """Every object that a caller sends refuses unknown fields, and the document says so."""
    schemas = DOCUMENT["components"]["schemas"]
    waiting = [
        name
        for operation in OPERATIONS
        if operation.body is not None
        for name in re.findall(r"schemas/([A-Za-z]+)", str(resolved(operation.body.schema)))
    ]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        assert schemas[name]["additionalProperties"] is False, name
        waiting += re.findall(r"schemas/([A-Za-z]+)", str(schemas[name]))
    assert "Via" in seen


def test_what_may_be_left_out_is_not_required() -> None:
    """A body requires those fields that have no default, and no others."""
    schemas = DOCUMENT["components"]["schemas"]
    sent = {body.__name__: body for body in bodies.RequestBody.__subclasses__()}
    for name, body in sent.items():
        needed = {field.encode_name for field in msgspec.structs.fields(body) if field.required}
        assert set(schemas[name].get("required", ())) == needed, name


def test_every_problem_is_documented_with_its_facts() -> None:
    """The schema of a problem has its status and its members; 405 is shown for every path."""
    schemas = DOCUMENT["components"]["schemas"]
    for slug, kind in KINDS.items():
        shown = schemas[f"Problem.{slug}"]
        assert shown["properties"]["status"] == {"const": kind.status}
        assert set(kind.members) <= set(shown["properties"])
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            assert "Allow" in operation["responses"]["405"]["headers"]


async def test_the_page_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    """The page works with no network beyond this host: no script, and no address but our own."""
    answer = await client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    links = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
    assert {link for link in links if not link.startswith("#")} == {"/openapi.json", "data:,"}
    assert not re.findall(r"url\(|@import", answer.text)
    for operation in OPERATIONS:
        assert operation.summary in answer.text


_PACKED: Final = {"content-encoding"}
"""The header of an answer that is large enough to be packed."""


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/v1/timelines", "/problems/internal"])
async def test_every_header_is_documented(client: httpx.AsyncClient, path: str) -> None:
    """An answer has the headers that the document shows, beside those that HTTP has by itself."""
    got = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": got.headers["ETag"]})
    shown = "/problems/{slug}" if "problems" in path else path
    responses = DOCUMENT["paths"][shown]["get"]["responses"]
    for answer, status in ((got, "200"), (again, "304")):
        assert answer.status_code == int(status)
        told = {name.lower() for name in responses[status]["headers"]}
        kept = {name for name in answer.headers if name != "cache-control"}
        assert kept - USUAL <= told
        assert kept - USUAL - _PACKED == told - LIMITED - _PACKED - {"cache-control"}


def test_what_a_question_may_meet_is_reported_of_each() -> None:
    """One that takes too long is 422, one that is not folded yet 503, wherever the read model is
    asked; a path with an encoded slash is 404 wherever there is a place for one."""
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            if "Reading" in operation["tags"]:
                assert {"422", "503"} <= operation["responses"].keys()
            if "{" in path:
                assert "No such path" in operation["responses"]["404"]["description"]


def test_no_list_of_a_statement_is_without_end() -> None:
    """Every list has a greatest length, and the document shows it."""
    schemas = DOCUMENT["components"]["schemas"]
    lists = [
        member
        for name in ("Statement", "Said")
        for member in schemas[name]["properties"].values()
        if member.get("type") == "array"
    ]
    assert sorted(member["maxItems"] for member in lists) == [64, 64, *[1_000] * 5]

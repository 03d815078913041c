"""The document is true: what the service takes and answers is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import httpx
import msgspec
import pytest
import requests
import schemathesis
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks

from service.app import HANDLERS, OPERATIONS
from service.http.problems.kinds import KINDS
from service.messages import bodies
from service.openapi.document import Document
from service.openapi.schemas import resolved
from service.reading.read_side import MOST
from tests.acceptance.cases import trial, written
from tests.serving import Service, key_headers

DOCUMENT: Final = Document(OPERATIONS).content
_NOT_SAID = (
    "positive_data_acceptance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
)
"""What a schema cannot say: which texts are dates, which ids exist, and that only ten wrong keys a
minute are heard."""


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


_LIMITED: Final = {"ratelimit", "ratelimit-policy"}
"""Headers of a service that limits its callers, as one on loopback does not."""
_PACKED: Final = {"content-encoding"}
"""The header of an answer that is large enough to be packed."""
_USUAL: Final = {"content-type", "content-length", "date", "connection", "transfer-encoding"}


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
        assert kept - _USUAL <= told
        assert kept - _USUAL - _PACKED == told - _LIMITED - _PACKED - {"cache-control"}


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


def _closed(schema: Any) -> Any:
    """The schema with every object shut: what an answer has beside what is written is a lie."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    # Each request has a key; who may do what without one is in tests/unit/service/access/guards.
    closed = {name: _closed(member) for name, member in schema.items() if name != "security"}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


@pytest.fixture(scope="session")
def furnished(server: Service) -> Service:
    """A service that has what the document's examples name."""
    with server.client() as client:
        path = "/v1/timelines/kursk"
        client.put(path, json={"title": "Kursk"})
        statement = {"kind": "claim", "text": "It is.", "said": {"by": "KCNA", "on": None}}
        source = {"id": "s1", "title": "A source"}
        for id_ in ("kcna-1", "kcna-confirmation", "redacted"):
            client.post(f"{path}/statements", json=statement | {"id": id_, "sources": [source]})
        client.put(f"{path}/actors/KCNA", json={"name": "KCNA", "type": "agency"})
    return server


@pytest.fixture(scope="session")
def connection() -> Iterator[requests.Session]:
    """One connection for all cases; it keeps no cookie of an answer, and reads no settings of a
    proxy for each request."""
    with requests.Session() as session:
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield session


_REFUSED: Final = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "409",
    "410",
    "412",
    "413",
    "415",
    "422",
    "503",
]
"""How a bad request may end: with what is said of its first fault that is found."""

_schema = schemathesis.openapi.from_dict(
    _closed(DOCUMENT),
    config=schemathesis.Config.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": _REFUSED}}}
    ),
)

_STREAMS: Final = (
    "GET /v1/timelines/{t}/live",
    "GET /v1/timelines/{t}/proposals/live",
    "GET /v1/live",
)


_LABELS: Final = [
    f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods
]


@pytest.mark.parametrize("label", _LABELS)
def test_the_service_keeps_to_it(
    furnished: Service, connection: requests.Session, label: str
) -> None:
    """Whatever is sent, every answer has a status, headers and a body that the document shows, what
    breaks a schema is refused, and nothing makes a 500."""
    load_all_checks()

    def judge(case: Case[Any]) -> None:
        _judge(furnished, connection, case)

    trial(_schema, label, judge)()


def test_what_is_left_out_of_a_run_are_edges() -> None:
    """A trial has as many edges as it is asked for, other ones each time, and whatever the document
    gives as an example; each of its cases is judged."""
    heard: list[Case[Any]] = []

    def hear(case: Case[Any]) -> None:
        heard.append(case)

    few, more = (trial(_schema, "PUT /v1/timelines/{t}", hear, 10) for _ in range(2))
    [chosen, others] = [[each.kwargs["case"] for each in written(made)] for made in (few, more)]
    [*_, example] = chosen
    told = DOCUMENT["paths"]["/v1/timelines/{t}"]["put"]["requestBody"]["content"]
    assert example.body == told["application/json"]["examples"]["example"]["value"]
    assert len(chosen) == len(others) == 11
    assert [case.as_curl_command() for case in chosen] != [
        case.as_curl_command() for case in others
    ]
    few()
    assert {id(case) for case in chosen} <= {id(case) for case in heard}
    assert len(heard) > 20


def _judge(service: Service, connection: requests.Session, case: Case[Any]) -> None:
    excluded: list[Any] = [check for check in CHECKS.get_all() if check.__name__ in _NOT_SAID]
    if case.operation.label in _STREAMS:
        _judge_stream(service, case, excluded)
        return
    wanted = str(case.query.get("min_revision"))
    if wanted.isdecimal() and int(wanted) <= MOST:
        del case.query["min_revision"]  # a made-up revision would be waited for
    case.query.pop("wait", None)
    if case.path.endswith("/redactions") and case.path_parameters.get("id") in (
        "kcna-1",
        "kcna-confirmation",
    ):
        case.path_parameters["id"] = "redacted"  # the others are needed
    case.call_and_validate(
        base_url=service.url,
        session=connection,
        headers=key_headers(service.key),
        excluded_checks=excluded,
    )


def _judge_stream(service: Service, case: Case[Any], excluded: list[Any]) -> None:
    """An answer that is a stream has no end: of it the headers are judged, and then it is left.
    Whatever else comes is judged as everywhere."""
    request = case.as_transport_kwargs(base_url=service.url, headers=key_headers(service.key))
    with requests.request(**request, stream=True, timeout=30) as answer:
        if answer.status_code != 200:
            case.validate_response(answer, excluded_checks=excluded)
            return
        assert answer.headers["Content-Type"] == "text/event-stream"
        responses = DOCUMENT["paths"][case.operation.path]["get"]["responses"]
        told = {name.lower() for name in responses["200"]["headers"]}
        assert {name.lower() for name in answer.headers} - _USUAL == told - _LIMITED

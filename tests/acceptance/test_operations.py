"""Whatever an operation is sent, the service keeps to what the document says of it."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from typing import Any, Final, NamedTuple

import pytest
import requests
import schemathesis
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation

from service.reading.read_side import MOST
from tests.acceptance.cases import edges, trial, written
from tests.acceptance.drift import LIMITED, USUAL
from tests.acceptance.shares import share
from tests.documented import DOCUMENT
from tests.serving import Service, key_headers, running

_NOT_SAID = (
    "positive_data_acceptance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
)
"""What a schema cannot say: which texts are dates, which ids exist, and that only ten wrong keys a
minute are heard."""


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
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that has what the document's examples name. No other test uses it, since everyone
    may be granted anything here."""
    folder = tmp_path_factory.mktemp("service")
    with running(folder, "--workers", "2") as server, server.client() as client:
        path = "/v1/timelines/kursk"
        client.put(path, json={"title": "Kursk"})
        statement = {"kind": "claim", "text": "It is.", "said": {"by": "KCNA", "on": None}}
        source = {"id": "s1", "title": "A source"}
        for id_ in ("kcna-1", "kcna-confirmation", "redacted"):
            client.post(f"{path}/statements", json=statement | {"id": id_, "sources": [source]})
        client.put(f"{path}/actors/KCNA", json={"name": "KCNA", "type": "agency"})
        yield server


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


class _Answered(NamedTuple):
    """A request, and of its answer the status and the names of headers in small letters."""

    request: requests.PreparedRequest
    status: int
    names: set[str]


@pytest.fixture(scope="session")
def schema(testrun_uid: str) -> Any:
    return schemathesis.openapi.from_dict(
        _closed(share(DOCUMENT, testrun_uid)),
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
    f"{method.upper()} {path}"
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if method != "head"
]
"""A HEAD is asked beside its GET, of which the document says the same but for the body."""

_EVERY: Final = 5
"""Of so many cases of a GET one is asked as HEAD, too: the same handler answers both."""


@pytest.mark.parametrize("label", _LABELS)
def test_the_service_keeps_to_it(
    furnished: Service, connection: requests.Session, schema: Any, label: str
) -> None:
    """Whatever is sent, every answer has a status, headers and a body that the document shows, what
    breaks a schema is refused, nothing makes a 500, and a HEAD has the head of its GET."""
    load_all_checks()
    judged = count()

    def judge(case: Case[Any]) -> None:
        answered = _judge(furnished, connection, case)
        if case.method == "GET" and next(judged) % _EVERY == 0:
            _judge_head(connection, answered)

    trial(schema, label, judge)()


_PUT: Final = "PUT /v1/timelines/{t}"


def _ignore(case: Case[Any]) -> None:
    pass


def test_what_is_left_out_of_a_run_are_edges(schema: Any) -> None:
    """A trial has as many edges as it is asked for, other ones each time, and whatever the document
    gives as an example; each of its cases is judged."""
    heard: list[Case[Any]] = []

    def hear(case: Case[Any]) -> None:
        heard.append(case)

    few, more = (trial(schema, _PUT, hear, 10) for _ in range(2))
    [chosen, others] = [[each.kwargs["case"] for each in written(made)] for made in (few, more)]
    told = DOCUMENT["paths"]["/v1/timelines/{t}"]["put"]["requestBody"]["content"]
    assert chosen[-1].body == told["application/json"]["examples"]["example"]["value"]
    assert 10 < len(edges(few)) < 30
    assert {case.as_curl_command() for case in chosen} != {
        case.as_curl_command() for case in others
    }
    few()
    assert {id(case) for case in chosen} <= {id(case) for case in heard}
    assert len(heard) > len(chosen)


def test_a_wide_profile_tries_all_edges(schema: Any) -> None:
    """With the examples of CI an operation has all edges of its body, with fewer some of them."""
    label = "POST /v1/timelines/{t}/statements/{id}/corrections"

    def count(examples: int) -> int:
        tried = edges(trial(schema, label, _ignore, examples))
        return sum(
            each.kwargs["case"].meta.phase.data.parameter_location is ParameterLocation.BODY
            for each in tried
        )

    assert count(40) == 40
    assert count(150) == count(2000) > 100


_MANY: Final = "POST /v1/timelines/{t}/commands"
"""Each of its commands is refused for itself, within an answer of 200."""
_REJECTION: Final = "negative_data_rejection"


def _judge(service: Service, connection: requests.Session, case: Case[Any]) -> _Answered:
    excluded: list[Any] = [check for check in CHECKS.get_all() if check.__name__ in _NOT_SAID]
    if case.operation.label in _STREAMS:
        return _judge_stream(service, connection, case, excluded)
    wanted = str(case.query.get("min_revision"))
    if wanted.isdecimal() and int(wanted) <= MOST:
        del case.query["min_revision"]  # a made-up revision would be waited for
    case.query.pop("wait", None)
    if case.path.endswith("/redactions") and case.path_parameters.get("id") in (
        "kcna-1",
        "kcna-confirmation",
    ):
        case.path_parameters["id"] = "redacted"  # the others are needed
    headers = key_headers(service.key)
    answer = case.call(base_url=service.url, session=connection, headers=headers)
    if case.operation.label == _MANY and _refuses_one(answer):
        excluded += [check for check in CHECKS.get_all() if check.__name__ == _REJECTION]
    case.validate_response(answer, excluded_checks=excluded, headers=headers)
    return _Answered(answer.request, answer.status_code, {*answer.headers})


def _refuses_one(answer: Any) -> bool:
    """Whether it says of one of many commands that it is refused."""
    return answer.status_code == 200 and '"type":"/problems/' in answer.text


def _judge_stream(
    service: Service, connection: requests.Session, case: Case[Any], excluded: list[Any]
) -> _Answered:
    """An answer that is a stream has no end: of it the headers are judged, and then it is left.
    Whatever else comes is judged as everywhere."""
    request = case.as_transport_kwargs(base_url=service.url, headers=key_headers(service.key))
    with connection.request(**request, stream=True, timeout=30) as answer:
        answered = _Answered(
            answer.request, answer.status_code, {name.lower() for name in answer.headers}
        )
        if answer.status_code != 200:
            case.validate_response(answer, excluded_checks=excluded)
            return answered
        assert answer.headers["Content-Type"] == "text/event-stream"
        responses = DOCUMENT["paths"][case.operation.path]["get"]["responses"]
        told = {name.lower() for name in responses["200"]["headers"]}
        assert answered.names - USUAL == told - LIMITED
    return answered


def _judge_head(connection: requests.Session, asked: _Answered) -> None:
    """A HEAD is answered as its GET, without the body and perhaps without what delimits that."""
    request = asked.request.copy()
    request.method = "HEAD"
    answer = connection.send(request, allow_redirects=False, timeout=30)
    assert (answer.status_code, answer.content) == (asked.status, b"")
    assert {name.lower() for name in answer.headers} - USUAL == asked.names - USUAL

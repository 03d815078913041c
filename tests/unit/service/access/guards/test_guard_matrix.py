"""Who gets which answer, on every route that is declared: one that is added is tried as well."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from service.access.roles import RIGHTS, SERVICE_RIGHTS
from service.app import OPERATIONS
from service.http.declared.operation import NOTHING, OWN, Operation
from tests.tracing import traced
from tests.unit.service.access.guards.matrix import (
    ABSENT,
    HIDDEN,
    NEW,
    OPEN,
    ROLES,
    Answer,
    House,
    methods_of,
    opened,
)

OPEN_TO_ALL = {
    *("/", "/docs", "/health/live", "/openapi.json", "/page/{file}", "/problems/{slug}"),
    *("/sign-in", "/v1/session", "/v1/session/oidc", "/v1/session/oidc/callback"),
}
"""Where no credentials are looked at, or where one comes for some."""
FILTERED = {
    *("/v1/timelines", "/v1/live", "/health/ready", "/health/audit", "/t/{t}", "/embed/{t}"),
    *("/v1/me", "/v1/why"),
}
"""Where each is shown what they may see: a test for each of them is below, beside this one, or in
their own room."""

OF_TIMELINE = [each for each in OPERATIONS if "{t}" in each.path and each.needs in RIGHTS]
OF_SERVICE = [each for each in OPERATIONS if each.needs in SERVICE_RIGHTS]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as found:
        yield found


def is_denied(answer: Answer) -> bool:
    return answer.status in (401, 403) or answer.problem.get("type", "").endswith(
        "/timeline-not-found"
    )


def test_every_route_says_what_it_needs() -> None:
    """Each has a right, or is known to this test as one that looks at none or filters by itself. A
    right on a timeline is needed only where the path names one."""
    for each in OPERATIONS:
        place = f"{each.method} {each.path}"
        if each.needs == NOTHING:
            assert each.path in OPEN_TO_ALL, place
        elif each.needs == OWN:
            assert each.path in FILTERED, place
        else:
            assert each.needs in RIGHTS, place
            assert ("{t}" in each.path) != (each.needs in SERVICE_RIGHTS), place


async def test_a_right_on_a_timeline(house: House) -> None:
    """For every route about a timeline, each of its methods and each role: who may is not denied,
    who may read but not do it learns which right is missing, and for everybody else a timeline that
    exists is as one that does not, to the byte."""
    for operation in OF_TIMELINE:
        for who in house.keys:
            await _judge(house, operation, who)


async def _judge(house: House, operation: Operation, who: str) -> None:
    for method in methods_of(operation):
        place = f"{who}: {method} {operation.path}"
        hidden, absent, own, new = [
            await house.ask(operation, method, who, timeline)
            for timeline in (HIDDEN, ABSENT, OPEN, NEW)
        ]
        if method in ("OPTIONS", "PATCH"):
            # Which methods a path has is no secret, and the answer depends on nothing else.
            assert {each.status for each in (hidden, absent, own, new)} == {405}, place
        elif who == "owner":
            assert not any(map(is_denied, (hidden, own))), place
        else:
            status = 401 if who in ("nobody", "wrong") else 404
            _judge_hidden(hidden, status, place)
            assert hidden.about(HIDDEN) == absent.about(ABSENT), place
            _judge_own(own, new, operation, who, place)


def _judge_hidden(hidden: Answer, status: int, place: str) -> None:
    assert hidden.status == status, place
    assert is_denied(hidden), place
    asks = (b"www-authenticate", b"Bearer") in hidden.headers
    assert asks == (status == 401), place


def _judge_own(own: Answer, new: Answer, operation: Operation, who: str, place: str) -> None:
    rights = ROLES.get(who, frozenset())
    becomes_proposal = operation.needs == "write" and "propose" in rights
    if operation.needs in rights or becomes_proposal:
        assert not is_denied(own), (place, own)
        return
    known = who not in ("nobody", "wrong")
    assert own.status == (401 if not known else 403 if "read" in rights else 404), place
    assert own.about(OPEN) == new.about(NEW), place
    if own.status != 404:
        assert own.problem["needs"] == operation.needs, place


async def test_a_right_to_the_service(house: House) -> None:
    """Metrics, keys and grants: 401 without a good key, 403 without the right, else an answer."""
    holders = {"operate": {"operator", "owner"}, "manage": {"owner"}}
    assert OF_SERVICE
    for operation in OF_SERVICE:
        for who in house.keys:
            answer = await house.ask(operation, operation.method, who)
            place = f"{who}: {operation.method} {operation.path}"
            if who in ("nobody", "wrong"):
                assert answer.status == 401, place
            elif who in holders[operation.needs]:
                assert answer.status not in (401, 403), place
            else:
                assert (answer.status, answer.problem["needs"]) == (403, operation.needs), place


async def test_what_is_open_looks_at_no_credentials(house: House) -> None:
    """A wrong key changes nothing there."""
    for operation in OPERATIONS:
        if operation.needs == NOTHING and operation.method == "GET":
            answers = [await house.ask(operation, "GET", who) for who in ("nobody", "wrong")]
            assert answers[0] == answers[1], operation.path
            assert answers[0].status not in (401, 403), operation.path


async def test_what_filters_itself_takes_no_wrong_key(house: House) -> None:
    """Only the page of a timeline forgives, and then it knows as little as nobody."""
    for operation in OPERATIONS:
        if operation.needs == OWN:
            answer = await house.ask(operation, operation.method, "wrong")
            assert answer.status == 401, operation.path


def _operation(path: str) -> Operation:
    [found] = [each for each in OPERATIONS if each.path == path and each.method == "GET"]
    return found


async def _json(house: House, path: str, who: str, **query: str) -> Any:
    return json.loads((await house.ask(_operation(path), "GET", who, **query)).body)


async def test_lists_show_what_may_be_read(house: House) -> None:
    """The list of timelines has those that the caller may read, page by page, and no cursor leads
    to others; nobody's list is empty."""
    for who, names in (("reader", [OPEN]), ("none", []), ("nobody", []), ("owner", [HIDDEN, OPEN])):
        shown = await _json(house, "/v1/timelines", who)
        assert [each["timeline"] for each in shown["items"]] == names
        assert shown["next"] is None
    first = await _json(house, "/v1/timelines", "owner", limit="1")
    again = await _json(house, "/v1/timelines", "reader", cursor=first["next"])
    assert [each["timeline"] for each in again["items"]] == [OPEN]
    house.granted.grant("key:reader", "reader", HIDDEN)
    shown = await _json(house, "/v1/timelines", "reader", limit="1")
    assert [each["timeline"] for each in shown["items"]] == [HIDDEN]
    assert shown["next"] is not None


async def test_joined_streams_tell_nothing(house: House) -> None:
    """A stream of several timelines is refused for one that may not be read as for one that does
    not exist, wherever it stands in the list."""
    live = _operation("/v1/live")
    for method in ("GET", "HEAD"):
        assert (await house.ask(live, method, "reader", timelines=OPEN)).status == 200
        for who, status in (("nobody", 401), ("none", 404), ("reader", 404)):
            for names in ("{}", f"{OPEN},{{}}", f"{{}},{OPEN}"):
                hidden, absent = [
                    (await house.ask(live, method, who, timelines=names.format(name))).about(name)
                    for name in (HIDDEN, ABSENT)
                ]
                assert hidden == absent
                assert hidden.status == status
                assert HIDDEN.encode() not in hidden.body


async def test_health_is_told_to_those_who_operate(house: House) -> None:
    """Everybody else learns whether the service is ready, and nothing more."""
    for who in ("nobody", "none", "reader", "admin"):
        assert (await _json(house, "/health/ready", who)).keys() == {"ready"}
    for who in ("operator", "owner"):
        assert "projection" in await _json(house, "/health/ready", who)


async def test_pages_tell_nothing(house: House) -> None:
    """The page of a timeline, in a frame or not, has the status of its problem, and the same bytes
    whether it exists or not."""
    for path in ("/t/{t}", "/embed/{t}"):
        page = _operation(path)
        for who in house.keys:
            hidden, absent = [
                (await house.ask(page, "GET", who, name)).about(name) for name in (HIDDEN, ABSENT)
            ]
            if who != "owner":
                assert hidden == absent, (path, who)
                assert hidden.status == (401 if who in ("nobody", "wrong") else 404)
        assert (await house.ask(page, "GET", "reader")).status == 200


async def test_a_denial_asks_the_read_model_nothing(house: House) -> None:
    """What decides takes no query, so that it takes as long for a timeline that exists as for one
    that does not."""
    readers = house.worker.read_model.readers()
    with traced(*(reader._connection for reader in readers)) as work:
        for operation in OF_TIMELINE:
            for who in ("nobody", "wrong", "none"):
                for name in (HIDDEN, ABSENT):
                    answer = await house.ask(operation, operation.method, who, name)
                    assert is_denied(answer)
        assert work == []
        await house.ask(OF_TIMELINE[0], OF_TIMELINE[0].method, "owner", HIDDEN)
        assert work != []

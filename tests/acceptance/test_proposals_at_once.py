"""Proposals that many decide and look at in the same moment, in a service with two workers."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from tests.searches import of
from tests.serving import Service, key_headers, running, said

PATH = "/v1/timelines/gate"
ROUNDS = of(12)
EDITORS = ("ed", "eve")


async def opened(service: Service, owner: httpx.AsyncClient) -> dict[str, str]:
    """A timeline, and the keys of a contributor and two editors."""
    (await owner.put(PATH, json={"title": "Gate"})).raise_for_status()
    keys = {}
    for name in ("con", *EDITORS):
        made = (await owner.post("/v1/keys", json={"name": name})).raise_for_status()
        keys[name] = made.json()["key"]
        role = "contributor" if name == "con" else "editor"
        grant = {"to": f"key:{name}", "role": role, "timelines": "gate"}
        (await owner.post("/v1/grants", json=grant)).raise_for_status()
    return keys


async def decided_at_once(
    contributor: httpx.AsyncClient, editors: list[httpx.AsyncClient], number: int
) -> list[httpx.Response]:
    """The answers to eight approvals with notes of one new proposal, each over a connection of its
    own, while its author looks at it eight times."""
    made = await contributor.post(
        f"{PATH}/statements", json=[said(f"s{number}"), said(f"t{number}")]
    )
    address = f"{PATH}/proposals/{made.json()['proposal']}"
    looks = [contributor.get(address) for _ in editors]
    approvals = [
        editor.post(f"{address}/approval", json={"note": f"By {EDITORS[n % 2]}."})
        for n, editor in enumerate(editors)
    ]
    answers = await asyncio.gather(*looks, *approvals)
    assert {look.status_code for look in answers[: len(looks)]} == {200}
    return answers[len(looks) :]


async def test_of_many_approvals_at_once_one_is_new(tmp_path: Path) -> None:
    """One of eight is 201, the others 200 with what it recorded; the decision is its reviewer's and
    has their note, however often others look in between."""
    with running(tmp_path, "--workers", "2") as service:
        async with AsyncExitStack() as stack:

            async def client(key: str | None) -> httpx.AsyncClient:
                options = {"headers": key_headers(key), "timeout": 60}
                return await stack.enter_async_context(service.async_client(**options))

            owner = await client(service.key)
            keys = await opened(service, owner)
            contributor = await client(keys["con"])
            editors = [await client(keys[EDITORS[n % 2]]) for n in range(8)]
            for number in range(ROUNDS):
                answers = await decided_at_once(contributor, editors, number)
                assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
                assert len({str([i["event_id"] for i in a.json()["items"]]) for a in answers}) == 1
                first = next(n for n, a in enumerate(answers) if a.status_code == 201)
                address = f"{PATH}/proposals/{answers[first].json()['proposal']}"
                decision = (await contributor.get(address)).json()["decision"]
                name = EDITORS[first % 2]
                assert (decision["author"], decision["note"]) == (name, f"By {name}.")
            page = await owner.get(PATH, params={"min_revision": 1 + 2 * ROUNDS})
            assert page.json()["revision"] == 1 + 2 * ROUNDS

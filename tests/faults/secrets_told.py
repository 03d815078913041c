"""A timeline that has secrets in everything that can hold one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

import httpx

from tests.leftovers import in_files
from tests.looks import look_again, looked_again
from tests.program import LIMIT
from tests.serving import Timeline, said

SECRETS = ("Zyxwvut", "Qponmlk", "Секретно", "Hushhush")
PATH = "/v1/timelines/kursk"


def secret_statement() -> dict[str, Any]:
    return said(
        "hidden",
        by=SECRETS[0],
        text=f"{SECRETS[1]} {SECRETS[2]} was there.",
        sources=[{"id": "s9", "title": "A file", "quote": f"{SECRETS[3]}, he said"}],
    )


async def filled(client: httpx.AsyncClient) -> Timeline:
    """A timeline with a secret that was corrected, disputed, graded, searched for."""
    timeline = Timeline(client, "kursk")
    await client.put(PATH, json={"title": "Kursk"})
    await timeline.record(*[said(f"s{n}") for n in range(20)])
    body = secret_statement()
    answer = await client.post(
        f"{PATH}/statements", json=body, headers={"Idempotency-Key": "secret-key"}
    )
    assert answer.status_code == 201
    correction = {"changes": {"text": f"Not {SECRETS[1]}."}, "reason": f"{SECRETS[2]} asked"}
    await client.post(f"{PATH}/statements/hidden/corrections", json=correction)
    dispute = {"relation": "disputes", "target": "s1"}
    await client.post(f"{PATH}/statements/hidden/relations", json=dispute)
    await timeline.record(*[said(f"t{n}") for n in range(20)])
    return timeline


async def removed(client: httpx.AsyncClient, revision: int) -> None:
    """Return once the event of the revision is served without its data."""
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(f"{PATH}/events/{revision}")
            if answer.status_code == 200 and "redacted" in answer.json():
                return
            await looked_again()


async def pending(client: httpx.AsyncClient, count: int) -> dict[str, Any]:
    """What health reports of redactions, once so many wait, and why where some do."""
    async with asyncio.timeout(60):
        while True:
            told = (await client.get("/health/ready")).json()["redactions"]
            if told["pending"] == count and bool(told["problem"]) == bool(count):
                found: dict[str, Any] = told
                return found
            await looked_again()


def found_in(data: Path) -> set[str]:
    """The secrets that are in any file of the folder, as plain bytes."""
    return in_files(data, SECRETS)


def emptied(data: Path) -> None:
    """Return once no file holds a secret; what removes them may be at its last step."""
    end = monotonic() + LIMIT
    while found := found_in(data):
        assert monotonic() < end, found
        look_again()


async def timeline_signed(client: httpx.AsyncClient) -> None:
    """Return once everything was looked at and signed again after a start."""
    answer = await client.put(f"{PATH}?wait=checkpoint", json={"title": "Kursk"})
    assert answer.status_code == 200
    assert answer.headers["Onrecord-Checkpoint"] != "pending"


async def gone(client: httpx.AsyncClient, redaction: int) -> None:
    """410 with the revision, whoever asks for whichever date; nothing is found or counted."""
    path = f"{PATH}/statements/hidden"
    asked = [
        client.get(path),
        client.get(path, params={"as_of": 22}),
        client.get(f"{path}/history"),
        client.post(f"{PATH}/statements", json=secret_statement()),
        client.post(
            f"{PATH}/statements", json=secret_statement(), headers={"Idempotency-Key": "secret-key"}
        ),
        client.post(f"{path}/redactions", json={"reason": "Again."}),
        client.post(f"{path}/retractions", json={"reason": "So."}),
        client.post(f"{path}/grades", json={"credibility": 2}),
    ]
    for answer in await asyncio.gather(*asked):
        assert answer.status_code == 410, answer.text
        assert answer.json()["type"] == "/problems/statement-redacted"
        assert (answer.json()["id"], answer.json()["revision"]) == ("hidden", redaction)
    for word in SECRETS:
        for as_of in ({}, {"as_of": 24}):
            page = await client.get(f"{PATH}/statements", params={"q": word, **as_of})
            assert page.json()["items"] == []
    for place in ("actors", "sources", "facets", "statements/s1"):
        shown = (await client.get(f"{PATH}/{place}")).text
        assert not any(word in shown for word in SECRETS)
    listed = (await client.get(f"{PATH}/statements", params={"as_of": 24, "count": "true"})).json()
    assert listed["total"] == 20

"""A grant is taken, or a key revoked, while it is in use: that counts at once in every worker."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, described, key_headers, running, said
from tests.streams import LiveSocket

WRITERS = 64
PRINCIPALS = ("red", "green", "blue", "grey")
LIMIT = 60


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service with two workers, in which everyone reads nothing of `closed-*`."""
    with running(tmp_path_factory.mktemp("taken"), "--workers", "2") as started:
        yield started


@pytest.fixture
async def owner(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.async_client(timeout=LIMIT) as client:
        yield client


async def made(owner: httpx.AsyncClient, name: str, role: str, timelines: str) -> tuple[str, str]:
    """A new key with one grant: the key, and the grant's id."""
    key = (await owner.post("/v1/keys", json={"name": name})).json()["key"]
    asked = {"to": f"key:{name}", "role": role, "timelines": timelines}
    grant = await owner.post("/v1/grants", json=asked)
    assert grant.status_code == 201, grant.text
    return key, grant.json()["id"]


class Crowd:
    """Writers who write without end; what each principal was answered, and when it had asked."""

    def __init__(self, service: Service, path: str) -> None:
        self._service = service
        self._path = path
        self.recorded: dict[str, dict[str, int]] = {name: {} for name in PRINCIPALS}
        self.answers: list[tuple[str, float, int]] = []
        self.came = asyncio.Condition()

    async def write(self, principal: str, key: str, number: int) -> None:
        clock = asyncio.get_running_loop().time
        headers = key_headers(key)
        async with self._service.async_client(headers=headers, timeout=LIMIT) as client:
            for n in range(10_000):
                name, asked = f"{principal}-{number}-{n}", clock()
                answer = await client.post(f"{self._path}/statements", json=said(name))
                async with self.came:
                    self.answers.append((principal, asked, answer.status_code))
                    if answer.status_code == 201:
                        self.recorded[principal][name] = answer.json()["revision"]
                    self.came.notify_all()

    async def until_more(self, principal: str, count: int) -> None:
        """Wait for so many further statements of the principal."""
        wanted = len(self.recorded[principal]) + count
        async with asyncio.timeout(LIMIT), self.came:
            await self.came.wait_for(lambda: len(self.recorded[principal]) >= wanted)


async def test_a_taken_grant_ends_writing_and_loses_nothing(
    service: Service, owner: httpx.AsyncClient
) -> None:
    """64 writers under four principals, and the grant of one is taken in the middle: what it asked
    for a second later is refused, the others write on, and the log has exactly what was answered,
    each under its own author."""
    path = "/v1/timelines/crowded"
    assert (await owner.put(path, json={"title": "Crowded"})).status_code == 201
    given = {name: await made(owner, name, "writer", "crowded") for name in PRINCIPALS}
    crowd = Crowd(service, path)
    tasks = [
        asyncio.create_task(crowd.write(name, given[name][0], number))
        for number in range(WRITERS // len(PRINCIPALS))
        for name in PRINCIPALS
    ]
    await crowd.until_more("red", 40)
    gone = await owner.delete(f"/v1/grants/{given['red'][1]}", params={"reason": "over"})
    assert gone.is_success, gone.text
    taken = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() < taken + 1.5:
        await crowd.until_more("green", 1)
    await asyncio.gather(*(crowd.until_more(name, 10) for name in PRINCIPALS[1:]))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    late = {status for name, asked, status in crowd.answers if name == "red" and asked > taken + 1}
    assert late
    assert late <= {403, 404}
    assert {status for name, _, status in crowd.answers if name != "red"} == {201}
    events = await _events(owner, path)
    found = {
        event["data"]["id"]: event for event in events if event["type"] == "statement.recorded"
    }
    assert len(found) == len(events) - 1
    for principal, recorded in crowd.recorded.items():
        for name, revision in recorded.items():
            assert (found[name]["revision"], found[name]["author"]) == (revision, principal)
    # What is more than was answered was on its way when its writer was stopped.
    more = Counter(event["author"] for event in found.values())
    assert all(more[name] - len(crowd.recorded[name]) <= WRITERS for name in PRINCIPALS)
    assert more["red"] == len(crowd.recorded["red"])


async def _events(owner: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    again = await owner.put(path, json=described(await owner.get(path)))
    head = again.headers["Onrecord-Revision"]
    accept = {"Accept": "application/x-ndjson"}
    lines = await owner.get(f"{path}/events", params={"min_revision": head}, headers=accept)
    return [json.loads(line) for line in lines.text.splitlines()]


@pytest.mark.parametrize("how", ["grant", "key"])
async def test_open_streams_are_cut(how: str, service: Service, owner: httpx.AsyncClient) -> None:
    """Streams of one timeline and joined ones, at both workers, end with `reset` and the reason
    within a second after the grant was taken or the key revoked; those of others go on."""
    everyone = [
        each for each in (await owner.get("/v1/grants")).json()["items"] if each["to"] == "everyone"
    ]
    for each in everyone:
        await owner.delete(f"/v1/grants/{each['id']}", params={"reason": "closed now"})
    for name in (f"cut-{how}", f"kept-{how}"):
        await owner.put(f"/v1/timelines/{name}", json={"title": "A title"})
    key, grant = await made(owner, f"reader-{how}", "reader", f"cut-{how}")
    other, _ = await made(owner, f"other-{how}", "reader", "*")
    async with AsyncExitStack() as held:

        async def follow(path: str, key: str) -> LiveSocket:
            socket = await LiveSocket.open(service.url, path, key_headers(key))
            live = await held.enter_async_context(socket)
            assert live.status == 200
            await live.until("caught-up")
            return live

        one, several = f"/v1/timelines/cut-{how}/live", f"/v1/live?timelines=cut-{how}"
        cut = [await follow(path, key) for path in (one, several) * 4]
        going_on = await follow(one, other)
        gone = (
            await owner.delete(f"/v1/grants/{grant}", params={"reason": "over"})
            if how == "grant"
            else await owner.delete(f"/v1/keys/reader-{how}", params={"reason": "lost"})
        )
        assert gone.is_success, gone.text
        async with asyncio.timeout(1.0):
            for live in cut:
                frames = [frame async for frame in live if frame.event]
                assert [frame.event for frame in frames] == ["reset"]
                assert (frames[0].id, frames[0].data["reason"]) == ("", "access")
        path = f"/v1/timelines/cut-{how}/statements"
        assert (await owner.post(path, json=said("a"))).status_code == 201
        frames = await going_on.until("statement.recorded")
        assert frames[-1].data["author"] == "owner"


async def test_the_queue_of_proposals_is_cut_with_the_right_to_review(
    service: Service, owner: httpx.AsyncClient
) -> None:
    """Who was an editor and is a reader from now on hears of no further proposal: the streams of
    proposals end within a second, at both workers, and are 403; that of the timeline goes on."""
    path = "/v1/timelines/queued"
    await owner.put(path, json={"title": "Queued"})
    key, grant = await made(owner, "was-editor", "editor", "queued")
    asked = {"to": "key:was-editor", "role": "reader", "timelines": "queued"}
    assert (await owner.post("/v1/grants", json=asked)).status_code == 201
    async with AsyncExitStack() as held:

        async def follow(below: str) -> LiveSocket:
            socket = await LiveSocket.open(service.url, f"{path}{below}", key_headers(key))
            live = await held.enter_async_context(socket)
            assert live.status == 200
            await live.until("caught-up")
            return live

        cut = [await follow("/proposals/live") for _ in range(4)]
        going_on = await follow("/live")
        gone = await owner.delete(f"/v1/grants/{grant}", params={"reason": "another desk"})
        assert gone.is_success, gone.text
        async with asyncio.timeout(1.0):
            for live in cut:
                frames = [frame async for frame in live if frame.event]
                assert [frame.event for frame in frames] == ["reset"]
                assert frames[0].data["reason"] == "access"
        refused = await owner.get(f"{path}/proposals/live", headers=key_headers(key))
        assert (refused.status_code, refused.json()["needs"]) == (403, "review")
        assert (await owner.post(f"{path}/statements", json=said("a"))).status_code == 201
        await going_on.until("statement.recorded")


def test_who_signs_out_is_signed_out_on_every_host(tmp_path: Path) -> None:
    """Two hosts on one log, each with a folder of its own: a copied cookie is refused by both
    within a second after the answer of one, and still after the other was started again."""
    folders = (tmp_path / "one", tmp_path / "two")
    for folder in folders:
        (folder / "data").mkdir(parents=True)
    with ValkeyServer(*DURABLE) as valkey:
        options = ("--redis-url", valkey.url)
        with running(folders[0], *options) as first:
            shutil.copy(first.data / "seal.key", folders[1] / "data")
            with running(folders[1], *options) as second:
                with first.stranger() as browser:
                    browser.post("/v1/session", json={"key": first.key}).raise_for_status()
                    kept = dict(browser.cookies)
                    assert status_of(second, kept) == 200
                    assert browser.delete("/v1/session").status_code == 200
                    end = time.monotonic() + 1
                assert status_of(first, kept) == 401
                while status_of(second, kept) != 401:
                    assert time.monotonic() < end
            with running(folders[1], *options) as second:
                assert status_of(second, kept) == 401


def status_of(service: Service, cookies: dict[str, str]) -> int:
    with service.stranger(cookies=cookies) as browser:
        return browser.get("/v1/me").status_code

"""What was redacted is gone: from answers at once, from every file once it is signed, and a kill at
any moment changes nothing of that."""

from __future__ import annotations

import asyncio
import gzip
import random
from pathlib import Path

import httpx
import pytest

from tests.faults.secrets_told import (
    PATH,
    SECRETS,
    emptied,
    filled,
    found_in,
    gone,
    removed,
    timeline_signed,
)
from tests.leftovers import in_log, in_model, rewritten, rows_of
from tests.program import Program
from tests.searches import of
from tests.serving import Service, Timeline, running, said


async def test_nothing_is_left(tmp_path: Path) -> None:
    """Every file is searched before, when the words are found, and after, when none is, as it is
    and as the programs read it that wrote it. For every date asked the statement is gone, its id
    and key stay taken; proofs and the others stay."""
    data = tmp_path / "data"
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            timeline = await filled(client)
            await asyncio.to_thread(rewritten, data / "valkey" / "valkey.sock")
            assert found_in(data) == in_log(data / "valkey", SECRETS) == {*SECRETS}
            assert in_model(data, SECRETS) == {*SECRETS}
            head = (await client.get(PATH)).json()["revision"]
            path = f"{PATH}/statements/hidden"
            answer = await client.post(f"{path}/redactions", json={"reason": "A court."})
            assert answer.status_code == 201, answer.text
            redaction = answer.json()["revision"]
            await asyncio.gather(removed(client, 22), appended(timeline, 60))
            await gone(client, redaction)
            await asyncio.to_thread(emptied, data)
            await untouched(client, head)
            assert (await client.get("/health/audit")).json()["alarms"] == []
            events = await lines(client)
    assert found_in(data) == in_log(data / "valkey", SECRETS) == set()
    assert in_model(data, SECRETS) == set()
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await timeline_signed(client)
            await gone(client, redaction)
            assert await lines(client) == events
            assert not any(word.encode() in events for word in SECRETS)
            assert (await client.get("/health/audit")).json()["alarms"] == []
    assert found_in(data) == set()


async def appended(timeline: Timeline, count: int) -> None:
    for n in range(count):
        await timeline.record(said(f"u{n}"))


async def lines(client: httpx.AsyncClient) -> bytes:
    answer = await client.get(f"{PATH}/events", headers={"Accept": "application/x-ndjson"})
    return answer.content


async def untouched(client: httpx.AsyncClient, head: int) -> None:
    """Every event is there in its place, with its data but for those that were named."""
    items = (await client.get(f"{PATH}/events", params={"limit": 500})).json()["items"]
    assert [item["revision"] for item in items] == list(range(1, len(items) + 1))
    assert [item["revision"] for item in items if "redacted" in item] == [22, 23, 24]
    assert all("data" in item for item in items if item["revision"] not in (22, 23, 24))
    assert len(items) >= head + 60


@pytest.mark.parametrize("again", range(of(5)))
async def test_a_kill_at_any_moment_is_made_good(tmp_path: Path, again: int) -> None:
    """The service is killed some milliseconds after the redaction, again and again: in the end all
    is gone, nothing else is, and no alarm is up. `test_removal_cut_off.py` has chosen moments."""
    chance = random.Random(random.randrange(2**32) + again)
    data = tmp_path / "data"
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await filled(client)
            path = f"{PATH}/statements/hidden/redactions"
            answer = await client.post(path, json={"reason": "A court."})
            redaction = answer.json()["revision"]
            await killed(service, chance)
    for _ in range(2):
        with running(tmp_path) as service:
            await killed(service, chance)
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await removed(client, 22)
            await timeline_signed(client)
            await gone(client, redaction)
            await asyncio.to_thread(emptied, data)
            items = (await client.get(f"{PATH}/events", params={"limit": 500})).json()["items"]
            assert [item["revision"] for item in items if "redacted" in item] == [22, 23, 24]
            assert (await client.get("/health/audit")).json()["alarms"] == []


async def killed(service: Service, chance: random.Random) -> None:
    """After a moment, without a warning."""
    gone_on = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(chance.random() * 0.8, gone_on.set_result, None)
    await gone_on
    service.process.kill()
    await asyncio.to_thread(service.process.wait)


async def digests(service: Service, client: httpx.AsyncClient, *more: str) -> list[str]:
    """The live model's, and that of a replay from nothing."""
    live = (await client.get(f"{PATH}/digest")).json()["digest"]
    replayed = await asyncio.to_thread(service.program.run, "replay", "kursk", *more)
    assert replayed.code == 0, replayed.err
    return [live, replayed.answer["digest"]]


async def test_an_auditor_still_verifies(tmp_path: Path) -> None:
    """After a removal `verify` proves the server and a bundle, by the checkpoint saved before it
    too; the bundle holds nothing of the text, the live model is that of a replay and of a rebuild,
    and another timeline in the same stream keeps every byte."""
    saved, bundle, vkey = (tmp_path / name for name in ("saved", "b.tar.gz", "vkey"))
    other = "/v1/timelines/other/events"
    ndjson = {"Accept": "application/x-ndjson"}
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await filled(client)
            await client.put("/v1/timelines/other", json={"title": "Other"})
            last = await Timeline(client, "other").record(*[said(f"o{n}") for n in range(9)])
            asked = {"min_revision": last}
            before = (await client.get(other, headers=ndjson, params=asked)).content
            assert before.count(b"\n") == last
            await timeline_signed(client)
            saved.write_bytes((await client.get(f"{PATH}/checkpoint")).content)
            vkey.write_bytes((await client.get(f"{PATH}/keys")).content)
            path = f"{PATH}/statements/hidden/redactions"
            assert (await client.post(path, json={"reason": "A court."})).status_code == 201
            await removed(client, 22)
            await timeline_signed(client)
            trust = ("--vkey", str(vkey), "--since", str(saved))
            run = service.program.run
            done = await asyncio.to_thread(
                run, "verify", service.url, "--timeline", "kursk", *trust
            )
            assert (done.code, done.answer["outcome"]) == (0, "verified"), done.out
            assert (await asyncio.to_thread(run, "bundle", "kursk", "-o", str(bundle))).code == 0
            done = await asyncio.to_thread(run, "verify", str(bundle), *trust)
            assert (done.code, done.answer["outcome"]) == (0, "verified"), done.out
            unpacked = gzip.decompress(bundle.read_bytes())
            assert not any(word.encode() in unpacked for word in SECRETS)
            assert (await client.get(other, headers=ndjson)).content == before
            live, replayed = await digests(service, client)
            assert live == replayed == (await digests(service, client, "--bundle", str(bundle)))[1]
    folded = rows_of(tmp_path / "data")
    rebuilt = Program().run("rebuild", "--data-dir", str(tmp_path / "data"))
    assert rebuilt.code == 0, rebuilt.err
    assert rows_of(tmp_path / "data") == folded
    with running(tmp_path) as service:
        async with service.async_client(timeout=30) as client:
            await client.get(PATH, params={"min_revision": 1})
            assert (await digests(service, client))[0] == live
    assert found_in(tmp_path / "data") == set()

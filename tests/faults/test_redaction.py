"""What was redacted is gone: from answers at once, from every file once it is signed, and a kill at
any moment changes nothing of that."""

from __future__ import annotations

import asyncio
import gzip
import random
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
import redis

from tests.leftovers import in_files, in_log, in_model, rewritten, rows_of
from tests.looks import look_again, looked_again
from tests.program import LIMIT, Program
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, Timeline, running, said, stream_of

SECRETS = ("Zyxwvut", "Qponmlk", "Секретно", "Hushhush")
PATH = "/v1/timelines/kursk"


def secret_statement() -> dict[str, Any]:
    return said(
        "hidden",
        by=SECRETS[0],
        text=f"{SECRETS[1]} {SECRETS[2]} was there.",
        sources=[{"id": "s9", "title": "A file", "quote": f"{SECRETS[3]}, he said"}],
    )


def found_in(data: Path) -> set[str]:
    """The secrets that are in any file of the folder, as plain bytes."""
    return in_files(data, SECRETS)


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


def emptied(data: Path) -> None:
    """Return once no file holds a secret; what removes them may be at its last step."""
    end = monotonic() + LIMIT
    while found := found_in(data):
        assert monotonic() < end, found
        look_again()


async def appended(timeline: Timeline, count: int) -> None:
    for n in range(count):
        await timeline.record(said(f"u{n}"))


async def lines(client: httpx.AsyncClient) -> bytes:
    answer = await client.get(f"{PATH}/events", headers={"Accept": "application/x-ndjson"})
    return answer.content


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


async def untouched(client: httpx.AsyncClient, head: int) -> None:
    """Every event is there in its place, with its data but for those that were named."""
    items = (await client.get(f"{PATH}/events", params={"limit": 500})).json()["items"]
    assert [item["revision"] for item in items] == list(range(1, len(items) + 1))
    assert [item["revision"] for item in items if "redacted" in item] == [22, 23, 24]
    assert all("data" in item for item in items if item["revision"] not in (22, 23, 24))
    assert len(items) >= head + 60


@pytest.mark.parametrize("seed", range(4))
async def test_a_kill_at_any_moment_is_made_good(tmp_path: Path, seed: int) -> None:
    """The service is killed some milliseconds after the redaction, again and again: in the end all
    is gone, nothing else is, and no alarm is up."""
    chance = random.Random(seed)
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


async def test_the_bundled_server_remembers_no_command(tmp_path: Path) -> None:
    """What comes in one large request, or goes out in one large answer, is not kept a second time,
    where no redaction looks."""
    with running(tmp_path) as service:
        async with service.async_client(timeout=60) as client:
            await client.put(PATH, json={"title": "Kursk"})
            large = [said(f"s{n}", text="x" * 4_000) for n in range(500)]
            await Timeline(client, "kursk").record(*large)
        store: Any = redis.Redis(unix_socket_path=f"{tmp_path}/data/valkey/valkey.sock")
        assert len(store.xrange(stream_of("kursk"))) == 501
        for kind in ("slow", "large-request", "large-reply"):
            assert store.execute_command("COMMANDLOG", "LEN", kind) == 0
        store.close()


async def test_without_room_all_else_goes_on(tmp_path: Path) -> None:
    """Where the server could not hold the log twice nothing is removed and health says why; what
    is written and read goes on, and with room again the text goes."""
    with ValkeyServer(*DURABLE) as valkey, running(tmp_path, "--redis-url", valkey.url) as service:
        store = redis.Redis(unix_socket_path=str(valkey.socket))
        async with service.async_client(timeout=30) as client:
            timeline = await filled(client)
            for n in range(0, 400, 10):
                long = [said(f"long{n + i}", text="x" * 5_000) for i in range(10)]
                await timeline.record(*long)
            used = store.info("memory")["used_memory"]
            size = store.memory_usage(stream_of("kursk")) or 0
            store.config_set("maxmemory", used + size // 2)
            path = f"{PATH}/statements/hidden/redactions"
            assert (await client.post(path, json={"reason": "A court."})).status_code == 201
            told = await pending(client, 1)
            assert "bytes of memory" in told["problem"]
            assert "onrecord_redactions_pending 1.0" in (await client.get("/metrics")).text
            assert (await client.get("/health/ready")).status_code == 200
            await timeline.record(said("after"))
            assert "data" in (await client.get(f"{PATH}/events/22")).json()
            store.config_set("maxmemory", 0)
            await removed(client, 22)
            assert await pending(client, 0) == {"pending": 0, "problem": None}
        store.close()


async def pending(client: httpx.AsyncClient, count: int) -> dict[str, Any]:
    """What health reports of redactions, once so many wait, and why where some do."""
    async with asyncio.timeout(60):
        while True:
            told = (await client.get("/health/ready")).json()["redactions"]
            if told["pending"] == count and bool(told["problem"]) == bool(count):
                found: dict[str, Any] = told
                return found
            await looked_again()

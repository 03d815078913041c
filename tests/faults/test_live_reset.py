"""A log that lost events under open streams, and one that is away: no subscriber is misled."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.looks import looked_again
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, Timeline, running, said
from tests.streams import Frame, LiveSocket

PATH = "/v1/timelines/lost"


async def _record(service: Service, *names: str) -> int:
    """Record statements of these names as soon as the log answers; the revision after them."""
    body = [said(name) for name in names]
    async with service.async_client(timeout=60) as client:
        async with asyncio.timeout(60):
            while True:
                answer = await client.post(f"{PATH}/statements", json=body)
                if answer.status_code != 503:
                    break
                await looked_again()
    assert answer.status_code == 201, answer.text
    return int(answer.headers["Onrecord-Revision"])


async def test_who_heard_what_the_log_lost_begins_anew(tmp_path: Path) -> None:
    """The server comes back from an older copy of its data: every open stream says `reset` and
    ends whole, a position behind the loss is reset too, and from 0 on comes the history that there
    is now."""
    with ValkeyServer(*DURABLE) as valkey, running(tmp_path, "--redis-url", valkey.url) as service:
        async with service.async_client() as client:
            await client.put(PATH, json={"title": "Lost"})
            await Timeline(client, "lost").record(said("a"))
        copy = tmp_path / "copy"
        await asyncio.to_thread(valkey.kill)
        shutil.copytree(valkey.folder, copy, ignore=shutil.ignore_patterns("s"))
        await asyncio.to_thread(valkey.start)
        assert await _record(service, "b", "c") == 4
        async with await LiveSocket.open(service.url, f"{PATH}/live?after=0") as live:
            heard = [frame.data["revision"] for frame in await _events(live, 4)]
            assert heard == [1, 2, 3, 4]
            await asyncio.to_thread(valkey.kill)
            shutil.rmtree(valkey.folder)
            shutil.copytree(copy, valkey.folder)
            await asyncio.to_thread(valkey.start)
            async with asyncio.timeout(60):
                [*_, reset] = await live.until("reset")
                assert [frame async for frame in live] == []
            assert reset.id == ""
            assert live.whole
        async with await LiveSocket.open(
            service.url, f"{PATH}/live", {"Last-Event-ID": "4"}
        ) as live:
            [reset] = await live.until("reset")
            assert reset.id == ""
        assert await _record(service, "d") == 3
        async with await LiveSocket.open(service.url, f"{PATH}/live?after=0") as live:
            events = await _events(live, 3)
        assert [frame.data["revision"] for frame in events] == [1, 2, 3]
        assert events[2].data["data"]["id"] == "d"


async def _events(live: LiveSocket, count: int) -> list[Frame]:
    """The next events, other frames left out."""
    found: list[Frame] = []
    async with asyncio.timeout(60):
        async for frame in live:
            if "." in frame.event:
                found.append(frame)
            if len(found) == count:
                break
    return found


async def test_while_the_log_is_away_no_stream_begins(tmp_path: Path) -> None:
    """503, at the head as behind it, as of everything that comes from the log; a stream that is
    open stays so, and goes on once the log is back."""
    with ValkeyServer(*DURABLE) as valkey, running(tmp_path, "--redis-url", valkey.url) as service:
        async with service.async_client() as client:
            await client.put(PATH, json={"title": "Lost"})
            await client.get(PATH, params={"min_revision": 1})
            async with await LiveSocket.open(service.url, f"{PATH}/live") as live:
                await live.until("caught-up")
                await asyncio.to_thread(valkey.kill)
                for query in ("", "?after=0", "?after=9"):
                    answer = await client.head(f"{PATH}/live{query}")
                    assert answer.status_code == 503, query
                    async with client.stream("GET", f"{PATH}/live{query}") as refused:
                        assert refused.status_code == 503, query
                await asyncio.to_thread(valkey.start)
                assert await _record(service, "a") == 2
                async with asyncio.timeout(60):
                    [*_, frame] = await live.until("statement.recorded")
                assert frame.id == "2"

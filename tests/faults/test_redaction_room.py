"""A redaction where the bundled server has no room, and what that server remembers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import redis

from tests.faults.secrets_told import PATH, filled, pending, removed
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Timeline, running, said, stream_of


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

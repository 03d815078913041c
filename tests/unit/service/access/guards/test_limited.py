"""For whom a request counts, and what wrong credentials cost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from service.app import create_app
from service.settings.rate import Rate
from tests.granted import Granted
from tests.serving import in_process
from tests.writers import open_writer, working

LIST = "/v1/timelines"
Ask = Callable[..., Any]


@asynccontextmanager
async def asking(folder: Path, granted: Granted, **settings: Any) -> AsyncIterator[Ask]:
    """Sends a GET from an address, with a key or without, to a service with these limits."""
    async with open_writer(folder) as writer:
        settings["trusted_proxies"] = ("127.0.0.1/32",)
        with working(writer, folder, access=granted.access, **settings) as worker:
            app: Any = create_app(worker)
            async with in_process(app, folder) as client:

                async def ask(
                    address: str = "203.0.113.1", key: str | None = None, path: str = LIST
                ) -> httpx.Response:
                    headers = {"X-Forwarded-For": address}
                    if key is not None:
                        headers["Authorization"] = key
                    return await client.get(path, headers=headers)

                yield ask


async def test_ten_wrong_keys_a_minute(tmp_path: Path) -> None:
    """The eleventh is not even called wrong; a right key from the same address works all the
    time, and so does a wrong one from another."""
    granted = Granted()
    key = granted.key("desk", ("reader", "*"))
    async with asking(tmp_path, granted) as ask:
        statuses = [(await ask(key="Bearer wrong")).status_code for _ in range(12)]
        assert statuses == [401] * 10 + [429] * 2
        assert 1 <= int((await ask(key="Bearer wrong")).headers["Retry-After"]) <= 60
        assert (await ask(key=key)).status_code == 200
        assert (await ask()).status_code != 429
        assert (await ask("203.0.113.2", "Bearer wrong")).status_code == 401


async def test_a_principal_counts_wherever_it_asks_from(tmp_path: Path) -> None:
    """Its requests are not those of the address, which it may share with many."""
    granted = Granted()
    key, other = (granted.key(name, ("reader", "*")) for name in ("desk", "other"))
    limits: Any = {"rate_anonymous": Rate(1, 3_600), "rate_key": Rate(3, 3_600)}
    async with asking(tmp_path, granted, **limits) as ask:
        answers = [await ask(f"203.0.113.{n}", key) for n in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[0].headers["RateLimit"].startswith('"principal";r=2;')
        assert (await ask("203.0.113.1", other)).status_code == 200
        assert (await ask("203.0.113.1")).status_code != 429
        assert (await ask("203.0.113.1")).status_code == 429


async def test_where_credentials_are_not_looked_at_the_address_counts(tmp_path: Path) -> None:
    """A wrong key is no way round its limit there, and is not counted as a try."""
    granted = Granted()
    async with asking(tmp_path, granted, rate_anonymous=Rate(12, 3_600)) as ask:
        for path in ("/docs", "/health/live"):
            for _ in range(6):
                assert (await ask(key="Bearer wrong", path=path)).status_code == 200
        assert (await ask(key="Bearer wrong", path="/docs")).status_code == 429
        assert (await ask(key="Bearer wrong")).status_code == 401

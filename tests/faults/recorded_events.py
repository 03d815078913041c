"""The events that a service has recorded, as its log holds them."""

from __future__ import annotations

import json
from typing import Any

from tests.serving import Service


async def events_of(service: Service, path: str, promised: int) -> list[dict[str, Any]]:
    """The events of the timeline at `path`, once the last revision that was promised is folded."""
    async with service.async_client(timeout=30) as client:
        answer = await client.get(
            f"{path}/events",
            params={"min_revision": promised},
            headers={"Accept": "application/x-ndjson"},
        )
    return [json.loads(line) for line in answer.text.splitlines()]

"""Arrays of commands while everything is killed: each command once, whatever was answered."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.recorded_events import events_of
from tests.serving import running, said

WRITERS = 8
ARRAYS = 6
PATH = "/v1/timelines/under-fire"


def array(writer: int, number: int) -> list[Any]:
    """Commands that could not be carried out twice: statements, relations, corrections, grades."""
    ids = [f"w{writer}-{number}-{n}" for n in range(5)]
    before = f"w{writer}-{number - 1}-0" if number else ids[1]
    disputes = {"relation": "disputes", "target": ids[0]}
    return [
        *({"statement": said(id_)} for id_ in ids),
        *({"relation": {"statement": id_, **disputes}} for id_ in ids[1:]),
        {"correction": {"id": before, "changes": {"text": f"By {number}."}, "reason": "misheard"}},
        {"grade": {"statement": ids[2], "credibility": 3}},
        {"retraction": {"id": ids[4], "reason": "never said"}},
    ]


class Writers:
    """Callers who repeat each array with its key until it is answered."""

    def __init__(self) -> None:
        self.client = httpx.AsyncClient()
        self.up = asyncio.Event()
        self.answered = 0
        self._answers = asyncio.Condition()
        self.promises: dict[str, int] = {}

    async def write(self, writer: int) -> None:
        for number in range(ARRAYS):
            answer = await self._until_answered(array(writer, number), f"{writer}-{number}")
            items = answer["items"]
            assert all("event_id" in item for item in items), items
            self.promises |= {item["event_id"]: item["revision"] for item in items}
            async with self._answers:
                self.answered += 1
                self._answers.notify_all()

    async def some_more(self, number: int) -> None:
        """Wait until so many further arrays were answered."""
        wanted = min(self.answered + number, WRITERS * ARRAYS)
        async with self._answers:
            await self._answers.wait_for(lambda: self.answered >= wanted)

    async def _until_answered(self, commands: list[Any], key: str) -> dict[str, Any]:
        while True:
            await self.up.wait()
            try:
                answer = await self.client.post(
                    f"{PATH}/commands", json=commands, headers={"Idempotency-Key": key}
                )
            except httpx.TransportError:
                continue
            if answer.status_code != 503:
                assert answer.status_code == 200, answer.text
                return dict(answer.json())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child by /proc")
async def test_each_command_is_carried_out_once_whatever_is_killed(tmp_path: Path) -> None:
    """The service and its Valkey are killed with SIGKILL while arrays are on their way; repeated
    with its key, each array is completed, and each of its commands is there once, in its order."""
    writers, chance = Writers(), random.Random()
    events: list[dict[str, Any]] = []
    running_writers: asyncio.Future[list[None]] | None = None
    for is_last in (False, False, False, True):
        with running(tmp_path, "--workers", chance.choice(("2", "4"))) as service:
            async with service.async_client(timeout=30) as writers.client:
                opened = await writers.client.put(PATH, json={"title": "Under fire"})
                assert opened.status_code in {200, 201}, opened.text
                writers.up.set()
                running_writers = running_writers or asyncio.gather(
                    *(writers.write(n) for n in range(WRITERS))
                )
                if is_last:
                    await running_writers
                    events = await events_of(service, PATH, max(writers.promises.values()))
                    break
                await writers.some_more(chance.randint(2, 10))
                health = (await writers.client.get("/health/ready")).json()
                pids = {each["role"]: each["pid"] for each in health["processes"]}
                victim = chance.choice(["valkey", "worker", "keeper"])
                os.kill(pids[victim], signal.SIGKILL)
                writers.up.clear()
                service.process.kill()
                await asyncio.to_thread(service.process.wait)
    made = [(event["id"], event["revision"]) for event in events[1:]]
    assert len(made) == WRITERS * ARRAYS * len(array(0, 0))
    assert [revision for _, revision in made] == list(range(2, len(made) + 2))
    assert dict(made) == writers.promises
    kinds = [event["type"] for event in events]
    assert kinds.count("statement.retracted") == kinds.count("statement.graded") == WRITERS * ARRAYS

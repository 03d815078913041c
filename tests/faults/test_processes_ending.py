"""How the processes of a service end, and what stays behind."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from tests.faults.service_processes import health, pids, until
from tests.program import LIMIT
from tests.serving import Timeline, running

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")


def is_alive(pid: int) -> bool:
    """Whether the process runs: one that is a zombie has ended."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except OSError:
        return False


async def test_what_is_cut_off_is_no_error_of_ours(tmp_path: Path) -> None:
    """A request that hangs while the supervisor is killed loses its connection: it is not answered
    with a 500."""
    with running(tmp_path, "--workers", "1") as service:
        async with service.async_client(timeout=LIMIT) as client:
            timeline = Timeline(client, "cut-off")
            await client.put(timeline.path, json={"title": "Cut off"})
            [keeper] = await pids(client, "keeper")
            os.kill(keeper, signal.SIGSTOP)
            try:
                waiting = asyncio.create_task(
                    timeline.client.get(timeline.path, params={"min_revision": 9})
                )
                await client.get("/health/live")
                service.process.kill()
                [outcome] = await asyncio.gather(waiting, return_exceptions=True)
            finally:
                os.kill(keeper, signal.SIGKILL)
        assert isinstance(outcome, httpx.TransportError), outcome


@pytest.mark.parametrize("killed", ["supervisor", "keeper", "worker"])
async def test_nothing_stays_behind(killed: str, tmp_path: Path) -> None:
    """Whatever is killed, all processes of the service are gone once its supervisor is, and the
    next one has the folder."""
    with running(tmp_path, "--workers", "2") as service:
        async with service.async_client(timeout=LIMIT) as client:
            found = (await health(client))["processes"]
        everybody = {process["pid"] for process in found}
        for process in found:
            if process["role"] == killed:
                os.kill(process["pid"], signal.SIGKILL)
        if killed == "supervisor":
            service.process.wait(timeout=LIMIT)
        else:
            service.stop(signal.SIGTERM)
        await until(lambda: not any(map(is_alive, everybody)))
    with running(tmp_path, "--workers", "1") as again:
        assert again.stop() == 0


def test_a_log_keeps_its_partitions(tmp_path: Path) -> None:
    """A log that was made with one partition keeps it whatever the setting says later, and the
    service says so."""
    with running(tmp_path, ONRECORD_PARTITIONS="1") as first:
        first.program.run("seed")
    with running(tmp_path, ONRECORD_PARTITIONS="4") as second:
        partitions = second.ask("GET", "/health/ready").json()["projection"]["partitions"]
        assert [each["partition"] for each in partitions] == [0]
        assert "keeps the partitions that it was made with" in second.log.read_text()
        assert second.ask("GET", "/v1/timelines/kursk").status_code == 200

"""Workers that are replaced while some of them die, with stand-ins for their processes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from service.processes.control import Started, StartRefused, StartReport
from service.processes.supervisor import Supervisor
from service.settings.settings import Settings

NAME = "worker-1"


class StandIn:
    """A worker that reports this of its start. Before that, the supervisor notices that `dies` has
    died."""

    def __init__(self, supervisor: Supervisor, report: StartReport | None) -> None:
        self.started = monotonic()
        self.is_ready = False
        self.over = asyncio.Event()
        self.dies: StandIn | None = None
        self._supervisor: Any = supervisor
        self._report = report

    async def report(self) -> StartReport | None:
        if self.dies is not None:
            self.dies.over.set()
            await self._supervisor._watch(NAME, self.dies, 4)
        return self._report

    async def ended(self) -> int:
        return 1

    def order(self, _: bytes) -> None:
        self.over.set()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Any]:
    settings = Settings(data_dir=tmp_path, log_format="json", given_by={})
    with socket.socket() as listener:
        create_app: Any = None
        yield Supervisor(settings, create_app, listener, lambda _: None)


def starting(supervisor: Any, monkeypatch: pytest.MonkeyPatch, *workers: StandIn) -> list[StandIn]:
    """Let these be the next workers; returns those that are not started yet."""
    left = [*workers]

    monkeypatch.setattr(supervisor, "_fork", lambda *_, **__: left.pop(0))
    return left


@pytest.mark.parametrize("report", [None, Started("fsync")])
async def test_a_new_worker_that_dies_leaves_the_old_one(
    supervisor: Any, monkeypatch: pytest.MonkeyPatch, report: StartReport | None
) -> None:
    """Even if its death is noticed before its report: the old one stays, is not told to end, and
    nobody else is started."""
    old, new, other = (StandIn(supervisor, one) for one in (None, report, Started("fsync")))
    new.dies = new
    supervisor._current[NAME] = old
    left = starting(supervisor, monkeypatch, new, other)
    await supervisor._replace_all()
    assert (supervisor._current[NAME], left) == (old, [other])
    assert not old.over.is_set()


async def test_an_old_worker_that_dies_meanwhile_is_replaced(
    supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the new one cannot start, a third one is."""
    old, other = StandIn(supervisor, None), StandIn(supervisor, Started("fsync"))
    new = StandIn(supervisor, StartRefused("cannot start", 1))
    supervisor._current[NAME] = old
    old.is_ready, new.dies = True, old
    left = starting(supervisor, monkeypatch, new, other)
    await supervisor._replace_all()
    assert (supervisor._current[NAME], left) == (other, [])
    assert other.is_ready

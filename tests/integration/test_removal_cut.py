"""A removal that is cut off at any of its steps: done again, it leaves the text nowhere."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from events.errors import LogUnavailable, OutcomeUnknown
from events.log.redis.driver.driver import ErrorReply, RedisDriver
from tests.integration.removing import in_files, log_with_secrets, made_good
from tests.seals import entries
from tests.servers import DURABLE, ValkeyServer

Send = Callable[..., Awaitable[Any]]


class Cut(Exception):
    """The service's end, as far as a removal goes."""


class Steps:
    """Counts what a removal sends, and cuts it off at one of them: before it is sent, behind it,
    or by the server's end under it."""

    def __init__(self, server: ValkeyServer, at: int, how: str) -> None:
        self.count = 0
        self._server = server
        self._at = at
        self._how = how

    def around(self, send: Send) -> Send:
        async def sent(driver: RedisDriver, *given: Any) -> Any:
            self.count += 1
            if self.count != self._at:
                return await send(driver, *given)
            if self._how == "server killed":
                self._server.kill()
                return await send(driver, *given)
            if self._how == "restarted behind":
                answer = await send(driver, *given)
                await asyncio.to_thread(self._server.kill)
                await asyncio.to_thread(self._server.start)
                return answer
            if self._how == "behind":
                with suppress(ErrorReply):
                    await send(driver, *given)
            raise Cut

        return sent


@pytest.mark.parametrize("how", ["before", "behind", "server killed"])
async def test_cut_off_at_any_step_it_can_be_done_again(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """At each of the steps in turn the service ends, or the server is killed and comes back: what
    is recorded meanwhile stays, every other event keeps each of its bytes, and the removal done
    again leaves the text neither in memory nor in a file."""
    monkeypatch.setattr("events.log.redis.remover._CHUNK", 5)
    steps = [step async for step in _cut_at_each(monkeypatch, how)]
    assert len(steps) >= 8


async def test_a_server_that_comes_back_at_once_deceives_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed behind any step and there again before it is asked the next thing: the removal says
    that it failed, or the text is gone from memory and files."""
    told = []
    for at in range(1, 10):
        with ValkeyServer(*DURABLE) as server, monkeypatch.context() as patch:
            log, removals = await log_with_secrets(server)
            steps = Steps(server, at, "restarted behind")
            patch.setattr(RedisDriver, "send_in_turn", steps.around(RedisDriver.send_in_turn))
            try:
                await log.remove(0, removals)
            except (LogUnavailable, OutcomeUnknown):
                told.append(at)
            else:
                assert not in_files(server.folder)
                assert sum(each.data is None for each in await entries(log)) == len(removals)
            assert steps.count >= at
            await log.close()
    assert told


async def _cut_at_each(monkeypatch: pytest.MonkeyPatch, how: str) -> AsyncIterator[int]:
    for at in itertools.count(1):
        with ValkeyServer(*DURABLE) as server:
            log, removals = await log_with_secrets(server)
            before = await entries(log)
            cut = Steps(server, at, how)
            with monkeypatch.context() as patch:
                patch.setattr(RedisDriver, "send_in_turn", cut.around(RedisDriver.send_in_turn))
                try:
                    await log.remove(0, removals)
                except (Cut, LogUnavailable, OutcomeUnknown):
                    await log.close()
                else:
                    await log.close()
                    return
            if how == "server killed":
                server.start()
            await made_good(server, before, removals)
        yield at

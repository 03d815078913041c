"""A removal from a real server that cannot be done: it says so, and nothing is lost."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis

from events.errors import CorruptEvent, LogReplaced, LogUnavailable
from events.log.redis.layout import Keys
from events.log.redis.remover import Remover, _freed, _written
from tests.integration.removing import LOG, in_files, log_with_secrets, made_good
from tests.seals import entries
from tests.servers import DURABLE, ValkeyServer


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer(*DURABLE) as made:
        yield made


async def test_files_that_could_not_be_written_are_not_taken_for_written(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the server's writing before it is whole, the removal says that it failed, and
    done again it leaves the text in no file."""
    log, removals = await log_with_secrets(server)
    store = Redis(unix_socket_path=str(server.socket))
    store.config_set("rdb-key-save-delay", 10_000_000)
    here = Remover._here

    async def cut_off(remover: Remover, *command: Any) -> Any:
        answer = await here(remover, *command)
        if command == ("BGREWRITEAOF",):
            while not (written := list(server.folder.glob("temp-rewriteaof-*.aof"))):
                pass
            os.kill(int(written[0].stem.rpartition("-")[2]), signal.SIGKILL)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Remover, "_here", cut_off)
        with pytest.raises(LogUnavailable, match="could not rewrite"):
            await log.remove(0, removals)
    assert in_files(server.folder)
    store.config_set("rdb-key-save-delay", 0)
    await log.remove(0, [])
    assert not in_files(server.folder)
    store.close()
    await log.close()


async def test_nothing_is_removed_from_another_log(server: ValkeyServer) -> None:
    """Where another log has taken the place of this one, none of its events loses its text."""
    log, removals = await log_with_secrets(server)
    store = Redis(unix_socket_path=str(server.socket))
    store.hset("onrecord:{0}:revisions", ":log", "another")
    before = store.xrange(LOG)
    with pytest.raises(LogReplaced):
        await log.remove(0, removals)
    assert store.xrange(LOG) == before
    store.close()
    await log.close()


async def test_two_removals_at_once_do_not_mix(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one copies, another begins and ends: the first would put a part of the log in its
    place, so it fails and exchanges nothing. Every event is there, and the next one is done."""
    monkeypatch.setattr("events.log.redis.remover._CHUNK", 5)
    log, removals = await log_with_secrets(server)
    before = await entries(log)
    run, steps = Remover._run, itertools.count()

    async def crossed(remover: Remover, *given: Any) -> tuple[int, int]:
        if next(steps) == 1:
            await log.remove(0, removals[:1])
        return await run(remover, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Remover, "_run", crossed)
        with pytest.raises(CorruptEvent, match="where the copy of the log ends"):
            await log.remove(0, removals)
    await made_good(server, before, removals)
    await log.close()


class _Telling:
    """A server that gives the answers that it is made with, one for each question."""

    def __init__(self, *answers: dict[str, str]) -> None:
        self.answers = list(answers)

    async def send_in_turn(self, *_: Any) -> list[bytes]:
        return ["".join(f"{k}:{v}\r\n" for k, v in self.answers.pop(0).items()).encode()]


@pytest.mark.parametrize(
    ("ended", "unfinished"),
    [
        (_freed, {"lazyfree_pending_objects": "3"}),
        (_written, {"aof_rewrite_in_progress": "1"}),
        (_written, {"aof_rewrite_scheduled": "1"}),
    ],
)
async def test_what_the_server_has_not_done_yet_is_waited_for(
    ended: Callable[..., bool], unfinished: dict[str, str]
) -> None:
    """Memory that is not freed yet, a file that is being written, one that is about to be."""
    calm = {
        "lazyfree_pending_objects": "0",
        "aof_rewrite_in_progress": "0",
        "aof_rewrite_scheduled": "0",
    }
    server: Any = _Telling(calm | unfinished, calm | unfinished, calm)
    remover = Remover(server, Keys("onrecord"), b"", 0)
    assert await remover._until(ended) == calm
    assert server.answers == []

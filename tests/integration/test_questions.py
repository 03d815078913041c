"""Questions to many partitions that are sent together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from events.errors import LogReplaced, LogUnavailable
from events.log.redis.driver.connecting import connect
from events.log.redis.driver.driver import ErrorReply, RedisDriver
from events.log.redis.layout import MARK, Keys
from events.log.redis.questions import Questions
from tests.servers import ValkeyServer

COUNT = 8
KEYS = Keys("o:")


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer() as started:
        yield started


@pytest.fixture
async def driver(server: ValkeyServer) -> AsyncIterator[RedisDriver]:
    """Of a server with a log of so many partitions, in each of which a key has its number."""
    raw: Any = Redis(unix_socket_path=str(server.socket))
    async with raw:
        for partition in range(COUNT):
            await raw.hset(KEYS.revisions(partition), MARK, b"mark")
            await raw.set(KEYS.log(partition), partition)
    driver = connect(server.url)
    yield driver
    await driver.close()


@pytest.fixture
def calls(driver: RedisDriver, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions were sent with each call."""
    sent: list[int] = []
    ask_many = driver.ask_many

    async def counted(commands: Sequence[Any]) -> list[Any]:
        sent.append(len(commands))
        return await ask_many(commands)

    monkeypatch.setattr(driver, "ask_many", counted)
    return sent


def asked(questions: Questions) -> list[asyncio.Task[list[Any]]]:
    """Who asks each partition for its number."""
    return [
        asyncio.create_task(questions.ask_together(partition, ("GET", KEYS.log(partition))))
        for partition in range(COUNT)
    ]


async def test_questions_of_one_moment_are_one_call(driver: RedisDriver, calls: list[int]) -> None:
    """Everyone gets the answers to their own questions, and the next moment has a call of its
    own; one who stops waiting takes nothing from the others."""
    questions = Questions(driver, KEYS, b"mark")
    numbers = [[str(partition).encode()] for partition in range(COUNT)]
    assert await asyncio.gather(*asked(questions)) == numbers
    assert await questions.ask_together(3) == []
    assert calls == [2 * COUNT, 1]
    first, *others = asked(questions)
    await asyncio.sleep(0)  # noqa: TID251 - the turn in which they ask
    first.cancel()
    assert await asyncio.gather(*others) == numbers[1:]
    assert calls == [2 * COUNT, 1, 2 * COUNT]


async def test_what_is_wrong_with_one_partition_is_told_there(
    server: ValkeyServer, driver: RedisDriver, calls: list[int]
) -> None:
    """A partition of another log, and one whose key is of another kind, are errors of those who
    asked for them alone."""
    raw: Any = Redis(unix_socket_path=str(server.socket))
    async with raw:
        await raw.hset(KEYS.revisions(2), MARK, b"another")
        await raw.delete(KEYS.log(5))
        await raw.lpush(KEYS.log(5), "a list")
    questions = Questions(driver, KEYS, b"mark")
    found = await asyncio.gather(*asked(questions), return_exceptions=True)
    assert isinstance(found.pop(5), ErrorReply)
    assert isinstance(found.pop(2), LogReplaced)
    assert found == [[b"0"], [b"1"], [b"3"], [b"4"], [b"6"], [b"7"]]
    assert calls == [2 * COUNT]


async def test_a_server_that_is_gone_is_told_to_all(
    server: ValkeyServer, driver: RedisDriver
) -> None:
    """Each of them learns it, and the next question is asked anew."""
    questions = Questions(driver, KEYS, b"mark")
    await questions.ask_together(0)
    server.kill()
    found = await asyncio.gather(*asked(questions), return_exceptions=True)
    assert {type(error) for error in found} == {LogUnavailable}
    assert len(found) == COUNT
    with pytest.raises(LogUnavailable):
        await questions.ask_together(0)

"""The only importer of redis: how to reach the server, how to ask it, and the one border at
which the driver's errors become ours.

Two clients, neither of which repeats a command by itself. The writer sends an append once and
knows whether any of it can have left. The reader asks questions, a bounded number at a time, and
waits for entries on connections of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError, ResponseError

from events.errors import LogError, LogUnavailable, OutcomeUnknown, UnfitServer
from events.redis_log.address import Address, read_address

__all__ = ["Argument", "ErrorReply", "RedisDriver", "connect"]

Argument = str | bytes | int
Command = tuple[Argument, ...]

CONNECT = 5.0
"""Seconds that a connection may take to come about."""
WRITE = 10.0
"""Seconds that an append may take, its write to the disk included."""
READ = 10.0
"""Seconds that an answer may take, its turn among other questions included. Longer than any wait
for entries, and not for ever: a peer that is gone without a word must be noticed."""

_QUESTIONS = 32
_RAW = ("XRANGE", "XREVRANGE", "XREAD")


class ErrorReply(LogUnavailable):
    """The server answered with an error. What it was asked has come to its end.

    `answer` is the error as the server wrote it; its first word is its code.
    """

    def __init__(self, answer: str) -> None:
        super().__init__(f"The Redis server refuses: {answer}")
        self.answer = answer


class RedisDriver:
    """One server, or a primary that Sentinel names. Owns its clients; `close` lets go of them."""

    clustered = False

    def __init__(self, writer: Any, reader: Any, *others: Any) -> None:
        self._writer = writer
        self._reader = reader
        self._others = others
        self._questions = asyncio.Semaphore(_QUESTIONS)
        for name in _RAW:
            reader.set_response_callback(name, _as_it_came)

    async def ask(self, *command: Argument) -> Any:
        """The answer to a question. Raises `LogUnavailable`."""
        with _border(LogUnavailable):
            async with asyncio.timeout(READ), self._questions:
                return await self._reader.execute_command(*command)

    async def ask_many(self, commands: Sequence[Command]) -> list[Any]:
        """The answers to questions about one partition. Raises `LogUnavailable`."""
        with _border(LogUnavailable):
            async with asyncio.timeout(READ), self._questions:
                pipeline = self._reader.pipeline(transaction=False)
                for command in commands:
                    pipeline.execute_command(*command)
                return list(await pipeline.execute())

    async def ask_servers(self, *command: Argument) -> list[Any]:
        """The answer of each server that holds a part of the log. Raises `LogUnavailable`."""
        return [await self.ask(*command)]

    async def wait(self, *command: Argument) -> Any:
        """The answer to a question that blocks, for less than `READ` seconds."""
        with _border(LogUnavailable):
            async with asyncio.timeout(READ):
                return await self._reader.execute_command(*command)

    async def send(self, *command: Argument) -> Any:
        """The answer to a write, which is sent at most once.

        Raises `LogUnavailable` where nothing was sent, `ErrorReply` (one of these) where the
        server says no, `OutcomeUnknown` where it was sent and no answer came.
        """
        [answer] = await self.send_in_turn("", command)
        return answer

    async def send_in_turn(self, _key: str, *commands: Command) -> list[Any]:
        """The answers to writes, one behind another on one connection to the server that has the
        key. Raises what `send` raises; those before the one that failed are done."""
        pool = self._writer.connection_pool
        with _border(LogUnavailable):
            async with asyncio.timeout(WRITE):
                connection = await pool.get_connection()
        try:
            return await _in_turn(connection, commands)
        finally:
            await pool.release(connection)

    async def close(self) -> None:
        """Close every connection. Closing twice is harmless."""
        with _border(LogUnavailable):
            for client in (self._writer, self._reader, *self._others):
                await client.aclose()


class _ClusterDriver(RedisDriver):
    """Several servers that share the partitions."""

    clustered = True

    async def send(self, *command: Argument) -> Any:
        # The client follows MOVED, ASK and TRYAGAIN, which all say that nothing was done. Which
        # of its errors came before the sending cannot be told, but for a cluster not found.
        with _border(LogUnavailable):
            async with asyncio.timeout(WRITE):
                await self._writer.initialize()
        with _border(OutcomeUnknown):
            async with asyncio.timeout(WRITE):
                return await self._writer.execute_command(*command)

    async def send_in_turn(self, _key: str, *commands: Command) -> list[Any]:
        with _border(LogUnavailable):
            async with asyncio.timeout(WRITE):
                await self._writer.initialize()
            node = self._writer.get_node_from_key(_key)
            connection = node.acquire_connection()
        try:
            return await _in_turn(connection, commands)
        finally:
            node.release(connection)

    async def ask_servers(self, *command: Argument) -> list[Any]:
        with _border(LogUnavailable):
            async with asyncio.timeout(READ):
                await self._reader.initialize()
                return [
                    await self._reader.execute_command(*command, target_nodes=node)
                    for node in self._reader.get_primaries()
                ]

    async def close(self) -> None:
        await super().close()
        with _border(LogUnavailable):
            for client in (self._writer, self._reader):
                # After a failure it takes itself for closed, and leaves its connections open.
                await client.nodes_manager.aclose()
                await client.nodes_manager.aclose("startup_nodes")


def connect(url: str) -> RedisDriver:
    """A driver for `redis://`, `rediss://` or `unix://` (one server),
    `redis+sentinel://host:port,host:port/service[/db]` or `redis+cluster://host:port,...`; the
    last two with `?ssl=true` for TLS. Nothing is connected yet. Raises `UnfitServer` where the
    URL is none of these.

    What the URL's query says about time-outs and retries is not followed: they are what keeps an
    append from being sent twice. `sentinel_username` and `sentinel_password` are for the
    Sentinels themselves.
    """
    try:
        address = read_address(url)
        if address.scheme == "redis+sentinel":
            return _sentinel_driver(address)
        if address.scheme == "redis+cluster":
            return _cluster_driver(address)
        return _driver(address)
    except (ValueError, TypeError, RedisError) as error:
        raise UnfitServer(f"The log's URL cannot be read: {error}") from error


def _limits() -> dict[str, Any]:
    # The driver's own time-out waits with asyncio.wait_for, which on Python 3.11 loses a
    # cancellation that comes together with what it waits for: the limits are set around it.
    return {
        "socket_timeout": None,
        "socket_connect_timeout": CONNECT,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "decode_responses": False,
        "max_connections": 1024,
    }


def _driver(address: Address) -> RedisDriver:
    options = dict(address.options)
    for host, port in address.places:
        options |= {"host": host, "port": port}
    return RedisDriver(Redis(**(options | _limits())), Redis(**(options | _limits())))


def _sentinel_driver(address: Address) -> RedisDriver:
    access = {**address.access, **_limits()}
    sentinel = Sentinel(address.places, sentinel_kwargs=access)  # type: ignore[no-untyped-call]  # - the driver's own gap
    writer = sentinel.master_for(address.service, **{**address.options, **_limits()})
    reader = sentinel.master_for(address.service, **{**address.options, **_limits()})
    return RedisDriver(writer, reader, sentinel)


def _cluster_driver(address: Address) -> RedisDriver:
    clients = []
    for _ in ("writer", "reader"):
        nodes = [ClusterNode(host, port) for host, port in address.places]
        clients.append(RedisCluster(startup_nodes=nodes, **{**address.options, **_limits()}))
    return _ClusterDriver(*clients)


async def _in_turn(connection: Any, commands: Sequence[Command]) -> list[Any]:
    answers = []
    with _border(OutcomeUnknown):
        async with asyncio.timeout(WRITE):
            for command in commands:
                await connection.send_command(*command)
                answers.append(await connection.read_response())
    return answers


@contextmanager
def _border(failed: type[LogError]) -> Iterator[None]:
    """The driver's errors become ours: `ErrorReply` for an error that the server answered, else
    `failed`."""
    try:
        yield
    except RedisError as error:
        # The driver cuts the code off where it knows it, and calls some answers (LOADING, NOAUTH)
        # failures of the connection.
        if error.status_code is not None:
            raise ErrorReply(f"{error.status_code} {error}") from error
        if isinstance(error, ResponseError):
            raise ErrorReply(str(error)) from error
        raise failed(f"The Redis server does not answer: {error}") from error
    except (RedisClusterException, OSError) as error:
        reason = str(error) or "it took too long"
        raise failed(f"The Redis server does not answer: {reason}") from error


def _as_it_came(reply: Any, **_options: Any) -> Any:
    return reply

"""The calls to the server: questions and writes.

There are two clients, and neither repeats a command by itself. The writer sends an append once, and
knows whether any part of it can have been sent. The reader asks a bounded number of questions at a
time, and waits for entries on separate connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from events.errors import LogError, LogRefused, LogUnavailable, OutcomeUnknown
from events.log.redis.driver.translation import ErrorReply, translated, translating

__all__ = ["Argument", "ClusterDriver", "ErrorReply", "Links", "RedisCommand", "RedisDriver"]

Argument = str | bytes | int
RedisCommand = tuple[Argument, ...]

WRITE = 10.0
"""Seconds that an append may take, including its write to the disk."""
READ = 10.0
"""Seconds that an answer may take, including the time in the queue: longer than any wait for
entries, but limited, so that a peer that vanished is noticed."""

_QUESTIONS = 32
_RAW = ("XRANGE", "XREVRANGE", "XREAD")


class Links:
    """Counts the writer's new connections, and all broken ones."""

    changes = 0

    async def connect(self, connection: Any) -> None:
        """Set up a new connection as the driver does, and count it."""
        await connection.on_connect()
        self.changes += 1


class RedisDriver:
    """The driver for one server, or for a primary that Sentinel names. Owns its clients until
    `close`.

    `greet` is called before the first write after a connection was made or broke, because the
    server may have changed. If `greet` raises an error, the write is not sent.
    """

    clustered = False

    def __init__(self, links: Links, writer: Any, reader: Any, *others: Any) -> None:
        self.greet: Callable[[], Awaitable[None]] | None = None
        self._links = links
        self._greeted = -1
        self._writer = writer
        self._reader = reader
        self._others = others
        self._questions = asyncio.Semaphore(_QUESTIONS)
        for name in _RAW:
            reader.set_response_callback(name, _as_it_came)

    async def ask(self, *command: Argument) -> Any:
        """The answer to a question. Raises `LogUnavailable`."""
        with self._border(LogUnavailable):
            async with asyncio.timeout(READ), self._questions:
                return await self._reader.execute_command(*command)

    async def ask_many(self, commands: Sequence[RedisCommand]) -> list[Any]:
        """The answers to questions that are sent at once, about one partition if there are several
        servers. Where the server answered with an error, its place holds what `ask` would raise.
        Raises `LogUnavailable`."""
        with self._border(LogUnavailable):
            async with asyncio.timeout(READ), self._questions:
                pipeline = self._reader.pipeline(transaction=False)
                for command in commands:
                    pipeline.execute_command(*command)
                # The pipeline would put its own words before the server's message.
                answers = list(await pipeline.execute(raise_on_error=False))
        return [translated(answer) for answer in answers]

    async def ask_servers(self, *command: Argument) -> list[Any]:
        """The answer of each server that holds a part of the log. Raises `LogUnavailable`."""
        return [await self.ask(*command)]

    async def wait(self, *command: Argument) -> Any:
        """The answer to a question that blocks, for less than `READ` seconds."""
        with self._border(LogUnavailable):
            async with asyncio.timeout(READ):
                return await self._reader.execute_command(*command)

    async def send(self, *command: Argument) -> Any:
        """The answer to a write, which is sent at most once.

        Raises `LogUnavailable` if nothing was sent, its subclass `ErrorReply` if the server
        answered with an error, and `OutcomeUnknown` if it was sent and no answer came.
        """
        [answer] = await self.send_in_turn("", command)
        return answer

    async def send_in_turn(self, _key: str, *commands: RedisCommand) -> list[Any]:
        """The answers to several writes, sent one after the other on one connection to the server
        that has the key. Raises what `send` raises; writes before the failed one are done."""
        pool = self._writer.connection_pool
        with self._unsent():
            async with asyncio.timeout(WRITE):
                connection = await pool.get_connection()
        try:
            return await self._in_turn(connection, commands)
        finally:
            await pool.release(connection)

    async def send_together(self, commands: Sequence[RedisCommand]) -> list[Any]:
        """The answers to several writes that are sent at once on one connection. A write that was
        not answered has in its place what `send` would raise, even if others were answered. Raises
        `LogUnavailable` if nothing was sent."""
        pool = self._writer.connection_pool
        with self._unsent():
            async with asyncio.timeout(WRITE):
                connection = await pool.get_connection()
        try:
            await self._greet()
            return await self._together(connection, commands)
        finally:
            await pool.release(connection)

    async def close(self) -> None:
        """Close every connection. Closing twice is harmless."""
        with self._border(LogUnavailable):
            for client in (self._writer, self._reader, *self._others):
                await client.aclose()

    async def _in_turn(self, connection: Any, commands: Sequence[RedisCommand]) -> list[Any]:
        await self._greet()
        answers = []
        with self._border(OutcomeUnknown):
            async with asyncio.timeout(WRITE):
                for command in commands:
                    await connection.send_command(*command)
                    answers.append(await connection.read_response())
        return answers

    async def _together(self, connection: Any, commands: Sequence[RedisCommand]) -> list[Any]:
        answers: list[Any] = []
        try:
            with self._border(OutcomeUnknown):
                async with asyncio.timeout(WRITE):
                    await connection.send_packed_command(connection.pack_commands(commands))
                    while len(answers) < len(commands):
                        try:
                            with translating(OutcomeUnknown):
                                answers.append(await connection.read_response())
                        except ErrorReply as error:
                            answers.append(error)
                            if not connection.is_connected:
                                break  # the client gives up a connection after some errors
        except OutcomeUnknown as error:
            return answers + [error] * (len(commands) - len(answers))
        lost = OutcomeUnknown("The connection to the Redis server was closed after an error")
        return answers + [lost] * (len(commands) - len(answers))

    async def _greet(self) -> None:
        seen = self._links.changes
        if self.greet is not None and seen != self._greeted:
            await self.greet()
            self._greeted = seen

    @contextmanager
    def _unsent(self) -> Iterator[None]:
        """Used while connecting: whatever error the server returns then, no write was sent."""
        try:
            with self._border(LogUnavailable):
                yield
        except ErrorReply as error:
            raise LogRefused(error.answer) from error

    @contextmanager
    def _border(self, failed: type[LogError]) -> Iterator[None]:
        try:
            with translating(failed):
                yield
        except ErrorReply:
            raise
        except LogError:
            self._links.changes += 1
            raise


class ClusterDriver(RedisDriver):
    """The driver for several servers that share the partitions."""

    clustered = True

    async def send(self, *command: Argument) -> Any:
        # The client follows MOVED, ASK and TRYAGAIN, which all mean that nothing was done. Of its
        # other errors, only the failure to find a cluster is certain to come before anything was
        # sent.
        with self._unsent():
            async with asyncio.timeout(WRITE):
                await self._writer.initialize()
        await self._greet()
        with self._border(OutcomeUnknown):
            async with asyncio.timeout(WRITE):
                return await self._writer.execute_command(*command)

    async def send_together(self, commands: Sequence[RedisCommand]) -> list[Any]:
        answers: list[Any] = []
        for command in commands:
            try:
                answers.append(await self.send(*command))
            except LogError as error:
                answers.append(error)
        return answers

    async def send_in_turn(self, _key: str, *commands: RedisCommand) -> list[Any]:
        with self._unsent():
            async with asyncio.timeout(WRITE):
                await self._writer.initialize()
            node = self._writer.get_node_from_key(_key)
            connection = node.acquire_connection()
        try:
            return await self._in_turn(connection, commands)
        finally:
            node.release(connection)

    async def ask_servers(self, *command: Argument) -> list[Any]:
        with self._border(LogUnavailable):
            async with asyncio.timeout(READ):
                await self._reader.initialize()
                await self._reader.nodes_manager.initialize()  # a primary may have become a replica
                return [
                    await self._reader.execute_command(*command, target_nodes=node)
                    for node in self._reader.get_primaries()
                ]

    async def close(self) -> None:
        await super().close()
        with self._border(LogUnavailable):
            for client in (self._writer, self._reader):
                # After a failure the client considers itself closed, but leaves its connections
                # open.
                await client.nodes_manager.aclose()
                await client.nodes_manager.aclose("startup_nodes")


def _as_it_came(reply: Any, **_options: Any) -> Any:
    return reply

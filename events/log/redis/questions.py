"""Questions to the partitions of a log. Every answer comes with the mark of its partition, so that
an answer of another log, which replaced this one, is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from events.errors import LogError, LogReplaced
from events.log.redis.driver.driver import RedisCommand, RedisDriver
from events.log.redis.driver.translation import checked
from events.log.redis.layout import GONE, MARK, Keys

__all__ = ["Questions"]


class Questions:
    """Asks the log that is marked with `mark`."""

    def __init__(self, driver: RedisDriver, keys: Keys, mark: bytes) -> None:
        self._driver = driver
        self._keys = keys
        self._mark = mark
        self._gathered: list[RedisCommand] = []
        """The questions of the next call of `ask_together`."""
        self._call: asyncio.Task[list[Any]] | None = None
        """The next call, which takes the questions when it begins."""

    async def ask(self, partition: int, *questions: RedisCommand) -> list[Any]:
        """The answers to questions about one partition; without questions, only its mark is
        checked. Raises `LogReplaced`, `LogUnavailable`."""
        return self._checked(await self._driver.ask_many(self._marked(partition, questions)))

    async def ask_together(self, partition: int, *questions: RedisCommand) -> list[Any]:
        """What `ask` returns. Callers at the same moment share one call, and each waits until all
        answers are there: for tasks that ask the same of many partitions. An error reply is raised
        only for the caller who asked for it. On a cluster everyone asks alone."""
        if self._driver.clustered:
            return await self.ask(partition, *questions)
        if self._call is None:
            self._call = asyncio.create_task(self._send(), name="questions")
        call, first = self._call, len(self._gathered)
        self._gathered += self._marked(partition, questions)
        await asyncio.wait({call})  # goes on for the others if one of them is cancelled
        return self._checked(call.result()[first : first + 1 + len(questions)])

    async def _send(self) -> list[Any]:
        """The answer to each gathered question, or the error in its place."""
        gathered, self._gathered, self._call = self._gathered, [], None
        try:
            return await self._driver.ask_many(gathered)
        except LogError as error:
            return [error] * len(gathered)

    def _marked(self, partition: int, questions: Sequence[RedisCommand]) -> list[RedisCommand]:
        return [("HGET", self._keys.revisions(partition), MARK), *questions]

    def _checked(self, replies: Sequence[Any]) -> list[Any]:
        mark, *answers = checked(replies)
        if mark != self._mark:
            raise LogReplaced(GONE)
        return answers

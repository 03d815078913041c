"""The connection between the keeper and a worker, and its messages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Generic, TypeVar

import msgspec
import structlog
from msgspec import Struct

from events.audit.examination import Finding
from events.errors import OnrecordError
from service.datafolder.head_file import SignedHead
from service.operations.keeper_state import KeeperState

__all__ = ["KeeperMessage", "LinkLost", "MessageStream", "WorkerMessage", "unbroken"]

_LENGTH: Final = 4

_log = structlog.get_logger("onrecord.server")


class KeeperMessage(Struct, omit_defaults=True):
    """A message of the keeper to a worker, to be applied in the order of the fields.

    `state`: the keeper's. `turned`: the partitions whose read model is another file now;
    `replaced`: those whose read model has another history now. `forget`: the timelines whose text
    was removed. `heads`, `alarms`: new ones. `folded`: how far timelines are folded. `log_changed`:
    the log's server has changed what it accepts, or how durable it is. `answers`: the number of the
    question that the state answers. `ended`: sessions that were ended, and when they would have
    ended by themselves; `ends`: how often sessions were ended by now, which the worker confirms.
    `whole`: everything from before the link has been sent.
    """

    state: KeeperState | None = None
    turned: list[int] = []
    replaced: list[int] = []
    forget: list[str] = []
    heads: dict[str, SignedHead] = {}
    alarms: dict[str, Finding] = {}
    folded: dict[str, int] = {}
    log_changed: bool = False
    answers: int = 0
    ended: dict[str, int] = {}
    ends: int = 0
    whole: bool = False


class WorkerMessage(Struct, omit_defaults=True):
    """A message of a worker to the keeper. `asks`: the number of its last question for the state.
    `suspects`: the timelines of which it read an event that differs from what was recorded.
    `damaged`: the partitions whose read model it found damaged. `doubts`: the timelines of which it
    found the ledger damaged, "" for the whole ledger. `ends`: sessions, and when they would have
    ended by themselves. `confirms`: the keeper's last `ends` that it has applied. `awaits`: the
    timelines that somebody waits for."""

    asks: int = 0
    suspects: list[str] = []
    damaged: list[int] = []
    doubts: list[str] = []
    ends: dict[str, int] = {}
    confirms: int = 0
    awaits: list[str] = []


class LinkLost(Exception):
    """The process at the other end is gone."""


@contextmanager
def unbroken() -> Iterator[None]:
    """Report what fails in the block, such as a read model that is damaged, and keep the link:
    nobody would make another one, and a worker without a link hears of no redaction, and of no
    session that was ended."""
    try:
        yield
    except (OnrecordError, OSError) as error:
        _log.error("a part of a keeper's message is not carried out", reason=str(error))


_Sent = TypeVar("_Sent")
_Received = TypeVar("_Received")


class MessageStream(Generic[_Sent, _Received]):
    """One end of a connection: messages, each after its length."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, received: Any
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._encode = msgspec.msgpack.Encoder().encode
        self._decoder = msgspec.msgpack.Decoder(received)

    @classmethod
    async def open(
        cls, connection: socket.socket, received: Any
    ) -> MessageStream[_Sent, _Received]:
        """This end of the connection; received messages are decoded as `received`."""
        connection.settimeout(0)
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=1 << 20)
        return cls(reader, writer, received)

    async def send(self, message: _Sent) -> None:
        """Send the message, and wait until the other end has read nearly everything. Raises
        LinkLost."""
        body = self._encode(message)
        self._writer.write(len(body).to_bytes(_LENGTH, "big") + body)
        try:
            await self._writer.drain()
        except OSError as error:
            raise LinkLost from error

    async def receive(self) -> _Received:
        """The next message. Raises LinkLost."""
        try:
            length = int.from_bytes(await self._reader.readexactly(_LENGTH), "big")
            message: _Received = self._decoder.decode(await self._reader.readexactly(length))
        except (OSError, EOFError) as error:
            raise LinkLost from error
        return message

    def close(self) -> None:
        self._writer.close()

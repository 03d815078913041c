"""Which key fits a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.datafolder.seal_key import SealKeyError
from service.processes.sealed_log import check_key
from tests.writers import open_writer, said

_KEY = bytes(range(32))


async def test_the_key_of_the_log_fits(tmp_path: Path) -> None:
    """The key that sealed the events is taken, and any key while there are none."""
    async with open_writer(tmp_path) as writer:
        await check_key(writer.log, bytes(32))
        await writer.open()
        await writer.record(said("a"))
        await check_key(writer.log, _KEY)


async def test_another_key_is_refused(tmp_path: Path) -> None:
    """A key that sealed none of the events looked at is another log's."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        with pytest.raises(SealKeyError, match="does not fit"):
            await check_key(writer.log, bytes(32))


async def test_one_spoiled_event_is_no_wrong_key(tmp_path: Path) -> None:
    """Where only the last event does not carry the seal, the key is taken all the same."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"))

        class Spoiled:
            def __getattr__(self, name: str) -> Any:
                return getattr(writer.log, name)

            async def read(self, partition: int, after: int, limit: int) -> Any:
                found = await writer.log.read(partition, after, limit)
                return [e._replace(header=b"{}") if e.position == 2 else e for e in found]

        log: Any = Spoiled()
        await check_key(log, _KEY)
        with pytest.raises(SealKeyError):
            await check_key(log, bytes(32))

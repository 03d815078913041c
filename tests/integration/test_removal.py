"""Removing from a real server: what a crash between the log and its files leaves is made good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.errors import LogUnavailable
from events.log import Removal
from events.redis_log import open_redis_log
from events.redis_log.remover import Remover
from tests.seals import CODEC, append_of, retracted
from tests.servers import DURABLE, ValkeyServer

SECRET = "Zyxwvut"


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer(*DURABLE) as made:
        yield made


def in_files(folder: Path) -> bool:
    return any(
        SECRET.encode() in path.read_bytes() for path in (folder / "appendonlydir").iterdir()
    )


async def test_files_are_written_anew_though_nothing_is_left_in_memory(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is exchanged, and its files could not be written: they hold the text until the
    removal is done again, then with nothing to remove."""
    log = await open_redis_log(server.url)
    await log.append(append_of(retracted("e1", "one", SECRET, "kursk"), timeline="kursk"))
    [stored] = await log.read(0, 0, 10)
    removal = Removal(stored.position, "kursk", CODEC.open(stored).header.id, 2)

    async def fail(_: Remover) -> None:
        raise LogUnavailable("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Remover, "_rewrite", fail)
        with pytest.raises(LogUnavailable):
            await log.remove(0, [removal])
    [removed] = await log.read(0, 0, 10)
    assert removed.data is None
    assert in_files(server.folder)
    await log.remove(0, [])
    assert not in_files(server.folder)
    await log.close()

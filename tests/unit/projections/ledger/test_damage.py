"""A damaged ledger: nothing of it is believed, and it is built again from the log."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import apsw
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from events.errors import Damaged, Lagging
from events.tlog.errors import BadProof
from events.tlog.merkle import TreeHead
from events.tlog.tile import FULL, Tile, tiles_of
from projections import attempts
from projections.ledger.file import ASIDE, LEDGER
from projections.ledger.ledger import Ledger
from projections.ledger.proofs import LedgerProofs
from projections.ledger.writer import LedgerWriter
from tests.histories import IDENTITY
from tests.searches import examples
from tests.unit.projections.ledger.kept_ledger import Held, is_true
from tests.unit.projections.ledger.proved_ledger import SIZE, asked, entries, signed, whole
from tests.unit.projections.storage.test_store_damage import DAMAGES, a_ledger, emptied


def changed(folder: Path, tile: Tile, at: int, bit: int) -> None:
    """One bit of a tile of timeline a is another one, in a file that is whole for SQLite."""
    connection = apsw.Connection(str(folder / LEDGER))
    where = "tl = (SELECT tl FROM timelines WHERE name = 'a') AND level = ? AND tile = ?"
    place = (tile.level, tile.number)
    [(found,)] = connection.execute(f"SELECT hashes FROM tiles WHERE {where}", place).fetchall()
    assert isinstance(found, bytes)
    hashes = bytearray(found)
    hashes[at % len(hashes)] ^= 1 << bit
    connection.execute(f"UPDATE tiles SET hashes = ? WHERE {where}", (bytes(hashes), *place))
    connection.close()


TILES: Final = list(tiles_of(SIZE))


@examples(1 / 4)
@given(st.sampled_from(TILES), st.integers(0, FULL * 32 - 1), st.integers(0, 7))
@example(TILES[0], 0, 0)
@example(TILES[1], 8_191, 7)
@example(TILES[2], 0, 0)
@example(TILES[3], 0, 0)
def test_no_changed_bit_is_proved(tile: Tile, at: int, bit: int) -> None:
    """Whichever hash is another one, every proof and tile that is given is true, what is not given
    is reported as damage, and after that the timeline is read from the log again."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / LEDGER).write_bytes(whole())
        changed(folder, tile, at, bit)
        ledger = Ledger.open(folder, IDENTITY)
        try:
            raised = asked(ledger, signed(SIZE))
            assert raised
            assert ledger.tables.suspects == {"a"}
            with capture_logs() as told:
                asyncio.run(mended(ledger))
            assert [line["timeline"] for line in told if "built again" in line["event"]] == ["a"]
            assert asked(ledger, signed(SIZE)) == []
            assert is_true(ledger, entries())
        finally:
            ledger.close()


async def mended(ledger: Ledger) -> None:
    """Return once the ledger has nothing left to mend and all that the log holds."""
    writer = LedgerWriter(Held(entries()), ledger)
    task = asyncio.create_task(writer.run())
    try:
        async with asyncio.timeout(20), writer.taken:
            await writer.taken.wait_for(
                lambda: (
                    not ledger.tables.suspects
                    and not ledger.tables.is_damaged
                    and ledger.tables.generation > 0
                    and is_true(ledger, entries())
                )
            )
    finally:
        task.cancel()
        await asyncio.wait({task})


LEDGER_DAMAGES: Final = [each for each in DAMAGES if each is not a_ledger]


@pytest.mark.parametrize("damage", LEDGER_DAMAGES, ids=lambda damage: str(damage.__name__))
def test_a_damaged_file_is_built_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Whatever stands in its place: it is reported once and set aside, and all is read from the
    log."""
    (tmp_path / LEDGER).write_bytes(whole())
    damage(tmp_path / LEDGER)
    with capture_logs() as told:
        ledger = Ledger.open(tmp_path, IDENTITY)
        try:
            asyncio.run(followed(ledger))
            assert is_true(ledger, entries())
        finally:
            ledger.close()
    told = [line for line in told if "the ledger" in line["event"]]
    assert len(told) == (damage is not emptied), told
    assert (damage is emptied) != any(path.name.startswith(ASIDE) for path in tmp_path.iterdir())


async def followed(ledger: Ledger) -> None:
    """A writer compares the whole log, and everything is asked, until nothing is in the way."""
    writer = LedgerWriter(Held(entries()), ledger)
    writer.restart()
    task = asyncio.create_task(writer.run())
    try:
        async with asyncio.timeout(20), writer.taken:
            await writer.taken.wait_for(lambda: sound(ledger))
    finally:
        task.cancel()
        await asyncio.wait({task})


def sound(ledger: Ledger) -> bool:
    try:
        return is_true(ledger, entries()) and asked(ledger, signed(SIZE)) == []
    except (Damaged, LookupError, BadProof):
        return False


def test_no_page_can_be_damaged_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page of the file in turn is overwritten: what is proved then is true, and in the end all
    is."""
    monkeypatch.setattr(attempts, "_FIRST_DELAY", 0.001)
    content = whole()
    for page in range(len(content) // 4_096):
        folder = tmp_path / str(page)
        folder.mkdir()
        at = page * 4_096
        (folder / LEDGER).write_bytes(content[:at] + os.urandom(4_096) + content[at + 4_096 :])
        ledger = Ledger.open(folder, IDENTITY)
        asyncio.run(followed(ledger))
        assert is_true(ledger, entries())
        ledger.close()


def test_a_timeline_is_not_read_again_and_again(tmp_path: Path) -> None:
    """What leads to another head than the one that was signed, though it is what the log says, is
    read from the log once: it has another cause than damage."""
    (tmp_path / LEDGER).write_bytes(whole())
    ledger = Ledger.open(tmp_path, IDENTITY)
    other = TreeHead(SIZE, bytes(32))

    async def ask() -> int:
        log = Held(entries())
        writer = LedgerWriter(log, ledger)
        task = asyncio.create_task(writer.run())
        async with asyncio.timeout(20):
            await writer.caught_up[0].wait()
            for _ in range(2):
                with pytest.raises((Damaged, Lagging)):
                    LedgerProofs(ledger, "a", other).inclusion(1, SIZE)
                while ledger.tables.suspects:
                    await asyncio.to_thread(bool)  # a turn for the writer
                async with writer.taken:
                    await writer.taken.wait_for(lambda: ledger.size("a") == SIZE)
        task.cancel()
        await asyncio.wait({task})
        return ledger.tables.generation

    assert asyncio.run(ask()) == 1
    ledger.close()

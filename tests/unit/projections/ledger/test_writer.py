"""The writer of the ledger: what it takes from offers and from the log, and what it keeps."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from projections.ledger import writer as ledger_writer
from projections.ledger.divergences import Divergence
from projections.ledger.ledger import Ledger
from projections.ledger.writer import LedgerWriter
from tests.histories import IDENTITY
from tests.looks import looked_again
from tests.unit.projections.ledger.kept_ledger import (
    Held,
    history,
    is_true,
    keeping,
    kept,
    of,
    renumbered,
    until,
)
from tests.unit.projections.scripted import WatchedLog


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path, IDENTITY)


async def test_follows_what_it_is_offered(ledger: Ledger) -> None:
    """What is offered in order is taken without another look at the log, twice is taken once, and
    where some was not offered it is read from the log."""
    events = history(60)
    log = Held(events[:20])
    async with keeping(log, ledger) as writer:
        reads = log.reads
        writer.offer(0, log.grow(events[20:30]))
        writer.offer(0, log.grow(events[30:40]))
        writer.offer(0, renumbered(events[:40])[25:])
        await until(writer, lambda: ledger.position(0)[0] == 40)
        assert log.reads == reads
        log.grow(events[40:50])
        writer.offer(0, log.grow(events[50:]))
        await until(writer, lambda: ledger.position(0)[0] == 60)
    assert is_true(ledger, events)
    assert not ledger.divergences.all()


async def test_what_was_added_is_not_kept(ledger: Ledger) -> None:
    """Neither what it has caught up with nor what it was offered: once that is added, and it waits
    for more, nobody has the entries any more."""
    events = renumbered(history(40))
    log = WatchedLog(events[:30])
    async with keeping(log, ledger) as writer:
        await log.until_let_go()
        header = events[35].header
        holders = sys.getrefcount(header)
        writer.offer(0, events[30:])
        await until(writer, lambda: ledger.position(0)[0] == 40)
        while sys.getrefcount(header) > holders:
            await looked_again()


async def test_offers_that_nobody_takes_are_bounded(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than may wait is not kept in memory, and read from the log instead."""
    monkeypatch.setattr(ledger_writer, "_WAITING", 10)
    events = history(40)
    log = Held(events[:5])
    async with keeping(log, ledger) as writer:
        for start in range(5, 40, 7):
            writer.offer(0, log.grow(events[start : start + 7]))
        await until(writer, lambda: ledger.position(0)[0] == 40)
    assert is_true(ledger, events)


async def test_crash_at_any_point_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a commit fails, the ledger is true of its position, and the next start makes it
    that of the whole log."""
    monkeypatch.setattr(ledger_writer, "_SLICE", 3)
    events = history(40)
    for crash in range(14):
        folder = tmp_path / str(crash)
        folder.mkdir()
        ledger = Ledger.open(folder, IDENTITY)
        left = iter(range(crash))
        save = ledger.save_position

        def failing(*values: object, left: object = left, save: object = save) -> None:
            save(*values)  # type: ignore[operator]  # - the ledger's own method
            next(left)  # type: ignore[call-overload]  # - raises StopIteration at the crash

        monkeypatch.setattr(ledger, "save_position", failing)
        writer = LedgerWriter(Held(events), ledger)
        with pytest.raises(ExceptionGroup):
            await writer.run()
        ledger.close()
        ledger = Ledger.open(folder, IDENTITY)
        assert is_true(ledger, events[: 3 * crash])
        await kept(Held(events), ledger)
        assert is_true(ledger, events)
        ledger.close()


async def test_what_the_log_lost_is_forgotten_unless_it_is_held(ledger: Ledger) -> None:
    """A failover that lost the tail cuts the ledger back, and what came instead is followed; what
    is held stays, and its first missing revision is the fault."""
    events = history(40)
    await kept(Held(events), ledger)
    others = [e._replace(header=e.header.replace(b'"desk"', b'"dusk"')) for e in events[30:36]]
    for other in (events[:30], events, [*events[:30], *others]):
        await kept(Held(other), ledger)
        assert is_true(ledger, other)
    ledger.hold("a", ledger.size("a"))
    await kept(Held(events[:10]), ledger)
    assert ledger.size("a") == len(of("a", other))
    assert ledger.size("b") == len(of("b", events[:10]))
    missing = Divergence("a", len(of("a", events[:10])) + 1, "is not in the log any more")
    assert ledger.divergences.all() == [missing]


async def test_gap_stops_its_timeline_alone(ledger: Ledger) -> None:
    """Of a timeline that lacks a revision nothing more is taken; the others go on."""
    events = history(60)
    lacking = [entry for entry in events if entry is not of("a", events)[2]]
    await kept(Held(lacking), ledger)
    assert ledger.divergences.all()[0][:2] == ("a", 3)
    assert (ledger.size("a"), ledger.size("b")) == (2, len(of("b", events)))

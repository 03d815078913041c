from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from events.errors import LogUnavailable
from events.event.envelope import StoredEvent
from events.log.memory import MemoryLog
from events.tlog.merkle import leaf_hash
from projections.ledger import writer as ledger_writer
from projections.ledger.divergences import Divergence
from projections.ledger.ledger import Ledger
from projections.ledger.reading import LedgerReading
from projections.ledger.writer import LedgerWriter
from tests.histories import IDENTITY, History

Tampering = Callable[[list[StoredEvent]], None]


class Held(MemoryLog):
    """A log that holds just the entries it is given, and counts how often it was read."""

    def __init__(self, entries: Sequence[StoredEvent]) -> None:
        super().__init__(itertools.count(1).__next__, IDENTITY)
        self._entries = [renumbered(entries)]
        self.reads = 0

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads += 1
        return await super().read(partition, after, limit)

    def grow(self, entries: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """Add entries, and give them back as they stand in the log."""
        before = len(self._entries[0])
        self._entries[0] = renumbered([*self._entries[0], *entries])
        return self._entries[0][before:]


def renumbered(entries: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [entry._replace(position=n) for n, entry in enumerate(entries, 1)]


def history(count: int, seed: int = 1) -> list[StoredEvent]:
    """Events of three timelines, one by one or in runs."""
    made = History()
    chance = random.Random(seed)
    while len(made.entries) < count:
        made.timeline = chance.choice(("a", "b", "c"))
        for _ in range(chance.randint(1, 4)):
            made.open()
    return made.entries[:count]


def of(timeline: str, entries: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [e for e in entries if b'"timeline":"%b"' % timeline.encode() in e.header]


def is_true(ledger: Ledger, entries: Sequence[StoredEvent]) -> bool:
    """Whether the ledger is that of these entries and of no others, made at once."""
    for name in ("a", "b", "c"):
        own = of(name, entries)
        found = [ledger.leaf(name, n + 1) for n in range(ledger.size(name))]
        if found != [leaf_hash(entry.header) for entry in own]:
            return False
    return ledger.position(0)[0] == len(entries)


@asynccontextmanager
async def keeping(
    log: MemoryLog, ledger: Ledger, *, whole: bool = False
) -> AsyncIterator[LedgerWriter]:
    """A writer at work, which has caught up once; ten seconds at most."""
    writer = LedgerWriter(log, ledger)
    if whole:
        writer.restart()
    task = asyncio.create_task(writer.run())
    try:
        async with asyncio.timeout(10):
            await writer.caught_up[0].wait()
            yield writer
    finally:
        task.cancel()
        await asyncio.wait({task})


async def kept(log: MemoryLog, ledger: Ledger, *, whole: bool = False) -> None:
    """The ledger takes what the log holds, and with `whole` compares all of it."""
    async with keeping(log, ledger, whole=whole):
        pass


async def until(writer: LedgerWriter, reached: Callable[[], bool]) -> None:
    async with writer.taken:
        await writer.taken.wait_for(reached)


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
    other = events[:30]
    await kept(Held(other), ledger)
    assert is_true(ledger, other)
    ledger.hold("a", len(of("a", events[:30])))
    await kept(Held(events[:10]), ledger)
    assert ledger.size("a") == len(of("a", events[:30]))
    assert ledger.size("b") == len(of("b", events[:10]))
    missing = Divergence("a", len(of("a", events[:10])) + 1, "is not in the log any more")
    assert ledger.divergences.all() == [missing]


def _edit(own: list[StoredEvent]) -> None:
    own[4] = own[4]._replace(header=own[4].header.replace(b'"desk"', b'"dusk"'))


def _delete(own: list[StoredEvent]) -> None:
    del own[4]


def _swap(own: list[StoredEvent]) -> None:
    own[4], own[5] = own[5], own[4]


def _insert(own: list[StoredEvent]) -> None:
    own.insert(4, own[1])


def _truncate(own: list[StoredEvent]) -> None:
    del own[4:]


def _drop_the_header(own: list[StoredEvent]) -> None:
    own[4] = own[4]._replace(header=b"{}")


@pytest.mark.parametrize("tamper", [_edit, _delete, _swap, _insert, _truncate, _drop_the_header])
async def test_tampering_names_the_first_bad_revision(ledger: Ledger, tamper: Tampering) -> None:
    """Whatever is done to held history, its first bad revision is reported, the kept leaves stay,
    the other timelines go on; and once it is put back, nothing is wrong any more."""
    events = history(60)
    log = Held(events)
    await kept(log, ledger)
    for name in ("a", "b", "c"):
        ledger.hold(name, ledger.size(name))
    own = of("a", events)
    leaves = [leaf_hash(entry.header) for entry in own]
    tamper(own)
    others = [entry for entry in events if entry not in of("a", events)]
    await kept(Held([*own, *others]), ledger, whole=True)
    assert [fault[:2] for fault in ledger.divergences.all()] == [("a", 5)]
    assert [ledger.leaf("a", n + 1) for n in range(ledger.size("a"))] == leaves
    assert ledger.size("b") == len(of("b", events))
    await kept(Held(events), ledger)
    assert not ledger.divergences.all()
    assert is_true(ledger, events)


async def test_comparing_is_taken_up_where_the_log_went_away(ledger: Ledger) -> None:
    """A log that goes away while all of it is compared is compared when it is back."""
    events = history(60)
    await kept(Held(events), ledger)
    ledger.hold("a", 5)
    own = of("a", events)
    _edit(own)
    log = Held([*own, *(entry for entry in events if entry not in of("a", events))])
    away = iter([True])
    read = log.read

    async def reading(partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        if after and next(away, False):
            raise LogUnavailable("away")
        return await read(partition, after, min(limit, 10))

    log.read = reading  # type: ignore[method-assign]  # - goes away once, on the way
    await kept(log, ledger, whole=True)
    assert [fault[:2] for fault in ledger.divergences.all()] == [("a", 5)]


async def test_comparing_that_a_crash_ended_begins_again(ledger: Ledger) -> None:
    """Until another history was read to its end, nothing says that it was read at all."""
    events = history(60)
    await kept(Held(events), ledger)
    other = events[:40]
    LedgerReading(ledger, 0, 1, whole=True).take(other[:10])
    await kept(Held(other), ledger)
    assert is_true(ledger, other)
    assert not ledger.divergences.all()


async def test_gap_stops_its_timeline_alone(ledger: Ledger) -> None:
    """Of a timeline that lacks a revision nothing more is taken; the others go on."""
    events = history(60)
    lacking = [entry for entry in events if entry is not of("a", events)[2]]
    await kept(Held(lacking), ledger)
    assert ledger.divergences.all()[0][:2] == ("a", 3)
    assert (ledger.size("a"), ledger.size("b")) == (2, len(of("b", events)))

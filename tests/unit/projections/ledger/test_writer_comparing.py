"""The whole log is compared with the ledger: the first revision that differs is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from events.errors import LogUnavailable
from events.event.envelope import StoredEvent
from events.tlog.merkle import leaf_hash
from projections.ledger.ledger import Ledger
from projections.ledger.reading import LedgerReading
from tests.histories import IDENTITY
from tests.unit.projections.ledger.kept_ledger import Held, history, is_true, kept, of

Tampering = Callable[[list[StoredEvent]], None]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path, IDENTITY)


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

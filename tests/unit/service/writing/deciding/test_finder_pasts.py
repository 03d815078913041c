"""A past that is found is what the events come to."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from events.event.envelope import Header, StoredEvent, Subject, statement_subject
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    Event,
    StatementRedacted,
    touches,
)
from service.writing.deciding.finder import Finder
from service.writing.deciding.past import Pasts
from service.writing.deciding.recent import RecentStatements
from service.writing.deciding.working_state import WorkingState
from tests.decided import Decided
from tests.histories import History
from tests.searches import examples
from tests.unit.projections.random_histories import SPELLINGS, long_history
from tests.unit.projections.scripted import Scripted, projecting_all
from tests.unit.service.writing.deciding.finding import CORRECTED, found, related
from tests.writers import CODEC


class Told(Scripted):
    """A log of given entries that knows the revisions of their subjects."""

    def __init__(self, history: History) -> None:
        super().__init__(history)
        self.last: dict[str, int] = {}
        for header, event in map(opened, history.entries):
            own = Subject(header.subject)
            self.last |= dict.fromkeys(touches(own, event) if event else (own,), header.revision)

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        return [self.last.get(subject, 0) for subject in subjects]


def opened(entry: StoredEvent) -> tuple[Header, Event | None]:
    """The entry's header and event."""
    recorded = CODEC.open(entry)
    return recorded.header, recorded.event


def redacted(history: History, id: str, *, removed: bool) -> None:  # noqa: A002 - the field's own name
    """Redact the statement, whose text may be removed from the log already."""
    own = [e for e in history.entries if CODEC.open(e).header.subject == statement_subject(id)]
    event = StatementRedacted(revisions=tuple(e.position for e in own), reason="court")
    revision = history.add(statement_subject(id), event)
    for entry in own if removed else ():
        gone = entry._replace(salt=None, data=None, redacted=revision)
        history.entries[entry.position - 1] = gone


@given(
    seed=st.integers(0, 2**32 - 1),
    victim=st.sampled_from(["s0", "s1", None]),
    removed=st.booleans(),
)
@examples(1 / 4)
async def test_a_past_is_what_the_events_come_to(
    seed: int, victim: str | None, removed: bool
) -> None:
    """After whatever history, redactions included, what a rule knows of a statement, a relation and
    an actor is what comes of their events one by one."""
    history, plain = long_history(seed, 120), Decided()
    events = [*map(opened, history.entries)]
    if victim is not None and statement_subject(victim) in {h.subject for h, _ in events}:
        redacted(history, victim, removed=removed)
        events.append(opened(history.entries[-1]))
    plain.events = [(header, event) for header, event in events if event is not None]
    ids = [f"s{n}" for n in range(6)]
    log = Told(history)
    with tempfile.TemporaryDirectory() as folder:
        async with projecting_all(log, Path(folder)) as (running, stores):
            finder = Finder(
                Pasts(log, CODEC, stores.read_model, running.progress),
                RecentStatements(running.progress),
            )
            for id_ in ids:
                facts = await found(finder, id_, CORRECTED)
                wanted = plain.statement(id_)
                past = facts.statements.get(id_)
                if wanted is None or wanted.redacted:
                    assert (past and past.redacted) == (wanted and wanted.redacted)
                    continue
                assert past == structs.replace(wanted, relations=frozenset())
                for name, other in product(("supports", "disputes", "supersedes"), ids):
                    if other not in (id_, victim) and plain.statement(other):
                        facts = await found(finder, id_, related(name, other))
                        stands = (id_, name, other) in facts.relations
                        assert stands == ((name, other) in wanted.relations)
            for id_, spelling in product(("kim", "LEE", "kim jong un"), SPELLINGS):
                for event in (
                    ActorRegistered(id=id_, name=spelling, type="person"),
                    AliasAdded(alias=spelling),
                ):
                    facts = await found(finder, id_, event)
                    assert WorkingState(facts).directory(event, id_) == plain.directory(event, id_)

"""Actors and sources, held to what the oracle counts."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given

from projections import queries
from tests.histories import CODEC, History
from tests.searches import COSTLY
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.queries.all_named import actors, sources
from tests.unit.projections.random_histories import histories

pytestmark = pytest.mark.usefixtures("way")


@COSTLY
@given(history=histories(timelines=1))
def test_actors_and_sources_are_what_the_oracle_counts(history: History) -> None:
    """Every actor is listed once, however it is spelled, with the statements that it speaks in
    and those that name it; every source that a statement names, with how many do."""
    oracle = Oracle([CODEC.open(stored) for stored in history.entries])
    speaking: dict[str, int] = {}
    naming: dict[str, int] = {}
    cited: dict[str, int] = {}
    for id_, statement in oracle.statements.items():
        for speaker in oracle.speakers(id_):
            speaking[speaker] = speaking.get(speaker, 0) + 1
        named = [*[via.actor for via in statement.said.via], *[a.actor for a in statement.about]]
        for actor in {oracle.identity(spelling) for spelling in named}:
            naming[actor] = naming.get(actor, 0) + 1
        for source in {source.id for source in statement.sources}:
            cited[source] = cited.get(source, 0) + 1
    registered = {f"actor {key}" for key in oracle.actors}
    with tempfile.TemporaryDirectory() as folder:
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        listed = actors(store, ref, ref.revision)
        found = {oracle.identity(a.id): (a.statements, a.mentions) for a in listed}
        assert len(found) == len(listed)
        assert found == {
            actor: (speaking.get(actor, 0), naming.get(actor, 0))
            for actor in registered | speaking.keys() | naming.keys()
        }
        assert {a.id for a in listed if a.registered} == {i for i, _ in oracle.actors.values()}
        items = sources(store, ref, ref.revision)
        assert {s.id: (s.statements, s.title) for s in items} == {
            source: (count, oracle.title(source)) for source, count in cited.items()
        }
        store.close()

"""What an event touched, beside the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.statement.wording import spelling_key
from projections import queries
from projections.queries.touched import touched_at
from tests.histories import CODEC
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.random_histories import SPELLINGS, long_history


@pytest.mark.parametrize("seed", range(4))
def test_statements_are_what_they_were_at_each_event(tmp_path: Path, seed: int) -> None:
    """Kinds, tags and whoever is named, by every spelling that was theirs then, for statements
    one by one and two together; of one that is not there nothing."""
    history = long_history(seed, 200)
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    oracle = Oracle([])
    for stored in history.entries:
        oracle.apply(CODEC.open(stored))
        ids = [*oracle.statements][:3]
        for asked in ([id_] for id_ in ids), [ids[:2]], [["none"]]:
            for some in asked:
                found = touched_at(store.reader, ref.tl, some, stored.position)
                there = [id_ for id_ in some if id_ in oracle.statements]
                assert found.kinds == {oracle.statements[id_].kind for id_ in there}
                assert found.tags == {t for id_ in there for t in oracle.statements[id_].tags}
                named = {name for id_ in there for name in oracle.names(id_)}
                for spelling in SPELLINGS:
                    is_named = oracle.identity(spelling) in named
                    assert (spelling_key(spelling) in found.names) == is_named
    store.close()

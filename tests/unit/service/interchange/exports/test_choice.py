"""The statements that an export has chosen."""

from __future__ import annotations

from pathlib import Path

from projections import queries
from service.interchange.exports.choice import ChosenStatements
from tests.histories import History


def test_only_what_was_chosen_is_among_them(tmp_path: Path) -> None:
    """Of those that were recorded up to the export's revision; what came since never is."""
    history = History()
    history.open()
    for number in range(2, 40):
        history.record(f"s{number}")
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    ids = {f"s{number}" for number in range(2, 40)}
    for revision in range(7, 25):
        chosen = ChosenStatements(revision)
        chosen.choose([2, revision])
        chosen.choose([5])
        found = chosen.among(store.reader, ref, ids | {"none"})
        assert found == {"s2", "s5", f"s{revision}"}
    store.close()

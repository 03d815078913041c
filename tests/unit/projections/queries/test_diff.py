"""How much may differ between two moments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from events.errors import Rejected
from projections import queries
from projections.queries import diff as module
from tests.histories import History

MANY = 4
_CHANGES: dict[str, Callable[[History, int], int]] = {
    "recorded": lambda history, n: history.record(f"new{n}"),
    "corrected": lambda history, n: history.correct(f"s{n}", text="Another."),
    "related": lambda history, n: history.relate(f"s{n}", "repeats", "hub"),
    "unrelated": lambda history, n: history.unrelate(f"r{n}", "repeats", "hub"),
    "standing": lambda history, n: history.relate(f"s{n}", "disputes", f"t{n}"),
}


@pytest.mark.parametrize("kind", _CHANGES)
def test_differences_of_each_kind_are_bounded(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are admitted are told, one more is refused."""
    history = History()
    history.open()
    begin = history.record("hub")
    for number in range(MANY):
        for letter in "srt":
            begin = history.record(f"{letter}{number}")
        begin = history.relate(f"r{number}", "repeats", "hub")
    end = max(_CHANGES[kind](history, number) for number in range(MANY))
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    most = MANY * 2 if kind == "standing" else MANY  # a relation, and whom it disputes
    monkeypatch.setattr(module, "MOST", most)
    assert len(getattr(module.diff(store.reader, ref, begin, end), kind)) == MANY
    monkeypatch.setattr(module, "MOST", most - 1)
    with pytest.raises(Rejected):
        module.diff(store.reader, ref, begin, end)
    store.close()

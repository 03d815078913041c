"""What was recorded before statements had version 2, folded by this release.

`version_1.ndjson` are the lines of a timeline that the release before wrote, `version_1.json` the
statements that it showed of it, by revision.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from events.audit.line import cut
from events.event.types import StatementRecorded
from projections import queries
from projections.storage.store import Store
from tests.histories import CODEC, History, tables

HERE = Path(__file__).parent
SHOWN: dict[str, Any] = json.loads((HERE / "version_1.json").read_bytes())
NEW: dict[str, Any] = {"rating": None, "origin": None, "extra": {}, "retraction": None}
RETRACTED = {"b": ("so", None), "c": ("misread", "Desk")}
"""Why the statements were retracted, and by whom."""


def as_before() -> History:
    """The lines as entries of a log."""
    history = History()
    lines = (HERE / "version_1.ndjson").read_bytes().splitlines()
    history.entries = [cut(line).stored(n) for n, line in enumerate(lines, 1)]
    return history


def in_version_2(shown: dict[str, Any]) -> dict[str, Any]:
    """The same statement with what version 2 adds to it."""
    about = [{"actor": spelling, "role": None} for spelling in shown["about"]]
    said = shown["said"] | {"with": []}
    nothing = {"on": None, "source": None}
    relations = [nothing | relation for relation in shown["relations"]]
    added = {"about": about, "said": said, "relations": relations}
    if shown["standing"] == "retracted":
        reason, by = RETRACTED[shown["id"]]
        (revision,) = shown["because"]
        added["retraction"] = nothing | {"reason": reason, "by": by, "revision": revision}
    return NEW | shown | added


@pytest.mark.parametrize("revision", SHOWN)
def test_what_was_shown_is_shown(tmp_path: Path, revision: str) -> None:
    """As of several revisions each statement is what it was, with the defaults of what is new."""
    store = as_before().store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    filter_ = queries.StatementFilter()
    page = queries.list_statements(store.reader, ref, filter_, int(revision), order="recorded")
    store.close()
    wanted = [in_version_2(shown) for shown in SHOWN[revision]]
    assert [json.loads(item) for item in page.items] == wanted


def test_both_versions_fold_to_the_same_rows(tmp_path: Path) -> None:
    """The events recorded again by this release, in version 2: every row of every table is the
    same, but for what is said of the bytes of the last header."""
    before, again = as_before(), History()
    for stored in before.entries:
        _, header, event = CODEC.open(stored)
        assert event is not None
        assert header.version == 1
        again.add(header.subject, event)
        if isinstance(event, StatementRecorded):
            assert CODEC.open(again.entries[-1]).header.version == 2
    stores = [before.store(tmp_path / "1"), again.store(tmp_path / "2")]
    first, second = (_without_headers(store) for store in stores)
    for store in stores:
        store.close()
    assert first == second


def _without_headers(store: Store) -> dict[str, Any]:
    return {name: rows for name, rows in tables(store).items() if name != "checkpoints"}

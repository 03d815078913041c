"""What is true of statements while a batch is folded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import apsw

from projections.fold.fold import Fold
from projections.storage.store import Store
from tests.histories import CODEC, IDENTITY, History, commit

COUNT = 30


def recorded() -> History:
    """Revision 1 opens the timeline, 2 to COUNT + 1 are statements by as many speakers."""
    history = History()
    history.open()
    for n in range(COUNT):
        history.record(f"s{n}", f"Speaker {n}")
    return history


def queries_of(store: Store, history: History, known: int) -> Counter[str]:
    """How often each kind of query runs while everything behind the `known` events is folded as one
    batch."""
    commit(store, history.entries[:known])
    counted: Counter[str] = Counter()

    def count(_: apsw.Cursor, query: str, __: object) -> bool:
        counted[" ".join(query.split()[:4])] += 1
        return True

    fold = Fold(store.writer, CODEC, IDENTITY.partitions)
    with store.transaction():
        store.writer.exec_trace = count
        fold.fold(0, history.entries[known:])
        store.writer.exec_trace = None
    return counted


def test_what_a_batch_is_about_is_read_at_once(tmp_path: Path) -> None:
    """Thirty relations between statements that were folded before read numbers and versions with
    one query, and nothing of a statement by itself."""
    history = recorded()
    for n in range(COUNT):
        history.relate(f"s{n}", "disputes", f"s{(n + 1) % COUNT}")
    store = Store.open(tmp_path, IDENTITY)
    counted = queries_of(store, history, COUNT + 1)
    reads = {query: times for query, times in counted.items() if query.startswith("SELECT")}
    assert reads.pop("SELECT w.value, s.st, v.since,") == 1
    assert sum(reads.values()) <= 2, reads  # the state of the timeline
    store.close()


def test_a_version_that_a_batch_replaces_again_is_written_once(tmp_path: Path) -> None:
    """A statement that thirty events of a batch change is closed once in the table; each version is
    inserted with its end."""
    history = recorded()
    for n in range(1, COUNT):
        history.relate(f"s{n}", "repeats", "s0")
    store = Store.open(tmp_path, IDENTITY)
    counted = queries_of(store, history, COUNT + 1)
    assert counted["UPDATE statement_versions SET until"] == COUNT
    versions = store.writer.execute(
        "SELECT since, until, related FROM statement_versions WHERE st = 2 ORDER BY since"
    ).fetchall()
    ends = [since for since, _, _ in versions[1:]]
    assert [until for _, until, _ in versions[:-1]] == ends
    assert [related for _, _, related in versions] == list(range(COUNT))
    store.close()


def test_a_spelling_that_changes_hands_within_a_batch_counts_at_once(tmp_path: Path) -> None:
    """Who owns a spelling is remembered for a batch, but not beyond an event that gives it to
    another: a supporter turns out to be the speaker before the next support is looked at."""
    history = recorded()
    history.relate("s2", "supports", "s1")
    history.register("zero", "Speaker 0")
    history.alias("zero", "Speaker 2")
    history.relate("s2", "supports", "s0")
    store = Store.open(tmp_path, IDENTITY)
    queries_of(store, history, COUNT + 1)
    causes = store.writer.execute("SELECT st, revision FROM causes").fetchall()
    assert causes == [(3, COUNT + 2)]
    store.close()

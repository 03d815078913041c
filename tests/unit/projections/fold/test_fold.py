from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.event.types import TimelineDescribed
from events.statement.statement import Place, Source
from projections import answers, queries
from projections.fold.fold import Fold
from projections.fold.statements import Statements
from projections.storage.store import Store
from tests.histories import CODEC, IDENTITY, History, tables
from tests.searches import COSTLY
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.random_histories import histories, long_history


@COSTLY
@given(history=histories(), sizes=st.lists(st.integers(5, 30), min_size=1), data=st.data())
def test_a_model_that_crashed_anywhere_equals_a_rebuilt_one(
    history: History, sizes: list[int], data: st.DataObject
) -> None:
    """However the log is cut into batches, and whichever of them are lost before their commit,
    every table ends up row for row as if all was folded at once."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder, "live"), IDENTITY)
        fold = Fold(store.writer, CODEC, 1)
        while (done := store.checkpoint().position) < len(history.entries):
            size = sizes[done % len(sizes)]
            batch = history.entries[done : done + size]
            store.writer.execute("BEGIN IMMEDIATE")
            fold.fold(0, batch[: data.draw(st.integers(0, len(batch)))])
            crash = data.draw(st.sampled_from(("die", "roll back")))
            if crash == "die":  # with rows written and nothing committed
                store.close()
                store = Store.open(Path(folder, "live"), IDENTITY)
                fold = Fold(store.writer, CODEC, 1)
            else:
                store.writer.execute("ROLLBACK")
                fold.forget()
            with store.transaction():
                fold.fold(0, batch)
                store.save_checkpoint(batch[-1].position, batch[-1].header)
        rebuilt = history.store(Path(folder, "rebuilt"))
        assert tables(store) == tables(rebuilt)
        store.close()
        rebuilt.close()


@COSTLY
@given(history=histories())
def test_events_one_by_one_are_the_same_as_at_once(history: History) -> None:
    """The careful way, which is taken where a batch fails, folds to the same rows, with one
    memory all along."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder, "live"), IDENTITY)
        fold = Fold(store.writer, CODEC, 1)
        for stored in history.entries:
            with store.transaction():
                fold.fold_carefully(0, stored)
                store.save_checkpoint(stored.position, stored.header)
        rebuilt = history.store(Path(folder, "rebuilt"))
        assert tables(store) == tables(rebuilt)
        assert not fold.stalls
        store.close()
        rebuilt.close()


@COSTLY
@given(history=histories(timelines=1))
def test_every_statement_is_what_the_oracle_says(history: History) -> None:
    """Standing, causes, counts, relations and all else of every statement at every revision are
    what plain Python makes of the events; `changed` is when any of it last differed."""
    events = [CODEC.open(stored) for stored in history.entries]
    with tempfile.TemporaryDirectory() as folder:
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        changed: dict[str, int] = {}
        before: dict[str, object] = {}
        oracle = Oracle([])
        for revision, event in enumerate(events, 1):
            oracle.apply(event)
            for id_ in oracle.statements:
                wanted = oracle.shown(id_)
                if wanted != before.get(id_):
                    before[id_], changed[id_] = wanted, revision
                shown = queries.show_statement(store.reader, ref, id_, revision)
                assert shown is not None
                assert shown.changed == changed[id_]
                assert msgspec.json.decode(shown.json) == wanted | {"changed": changed[id_]}
                msgspec.json.decode(shown.json, type=answers.ShownStatement)
        store.close()


def test_an_older_log_is_folded_as_it_was(tmp_path: Path) -> None:
    """What nobody may write any more (a short year within a date, invisible characters, half a
    coordinate, blank texts) keeps the meaning that it had when it was recorded."""
    history = History()
    history.open("A\u202e title ")
    places = (Place(name="Orla "), Place(name="x", latitude=1.0))
    history.record("a", "Mara Vell", occurred="2024/25", on="199~", places=places)
    history.record("b", "Mara\u200b Vell", text=" ", sources=(Source(id="s", title="\u3164"),))
    history.relate("b", "supports", "a")
    history.register("m\u00ad", "Mara  Vell")
    history.alias("m\u00ad", "\u200dx")
    history.correct("a", text="\u00ad")
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    shown = queries.show_statement(store.reader, ref, "a", ref.revision)
    assert shown is not None
    statement = msgspec.json.decode(shown[0])
    assert statement["bounds"]["occurred"]["end"]["latest"] == "2599-12-31T23:59:59Z"
    assert statement["bounds"]["said"]["qualifiers"] == ["approximate"]
    assert statement["places"][0]["name"] == "Orla "
    assert (statement["text"], statement["standing"]) == ("\u00ad", "corroborated")
    filter_ = queries.StatementFilter(places=("Orla ",), by=("Mara Vell",))
    page = queries.list_statements(store.reader, ref, filter_, ref.revision)
    assert [msgspec.json.decode(item)["id"] for item in page.items] == ["a"]
    store.close()


def test_what_cannot_be_folded_again_together_is_folded_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error stops its timeline and nothing else, and each stop is reported once: rows and stalls
    are those of events that were folded one by one."""
    history = History()
    history.open()
    history.record("a")
    history.timeline = "other"
    history.open()
    history.add("timeline", TimelineDescribed(title="Other"), revision=9)
    history.timeline = "kursk"
    history.retract("a")
    history.record("b")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Statements, "retract", broken)
    found = []
    for name in ("together", "one by one"):
        store = Store.open(tmp_path / name, IDENTITY)
        fold = Fold(store.writer, CODEC, 1)
        with store.transaction():
            if name == "together":
                fold.fold_again(0, history.entries)
            else:
                for stored in history.entries:
                    fold.fold_carefully(0, stored)
        found.append((tables(store), [stall for stall, _ in fold.stalls]))
        store.close()
    assert found[0] == found[1]
    assert [(stall.timeline, stall.revision) for stall in found[0][1]] == [
        ("other", 2),
        ("kursk", 3),
    ]


def test_nothing_stays_of_a_timeline_that_is_folded_again(tmp_path: Path) -> None:
    """Every table that has rows of timelines is emptied of it before, whatever has ended or was
    corrected; what stays is its number and the list of its redactions."""
    history = long_history(3, 300)
    for begin in (0, 150):
        history.record(f"again{begin}", tags=("much", "more"))
    history.correct("again0", tags=("less",))
    store = history.store(tmp_path)
    assert store.reader.all("SELECT 1 FROM posting_ends LIMIT 1", ())
    names = store.writer.execute(
        "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'tl'"
        " WHERE m.type = 'table' AND m.name NOT IN ('timelines', 'redactions')"
    ).fetchall()
    with store.transaction():
        Fold(store.writer, CODEC, 1).restart(0, "kursk")
    assert len(names) > 15
    for (name,) in names:
        assert store.writer.execute(f"SELECT * FROM {name} WHERE tl = 0").fetchall() == [], name
    store.close()

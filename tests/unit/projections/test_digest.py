"""The digest as of a revision is that of a fold of the events up to it, and nothing else's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.audit.line import cut
from events.errors import CorruptEvent, QueryTooLong
from events.event.envelope import StoredEvent, line_of
from projections import queries
from projections.digest import SECTIONS, digest_at
from projections.fold.fold import Fold
from projections.fold.meaning import RedactionMet
from projections.replay import redaction_in, replaying
from projections.storage import reader
from projections.storage.schema import STILL
from projections.storage.store import Store
from tests.audits import kursk, redact
from tests.histories import CODEC, IDENTITY, History
from tests.searches import examples
from tests.unit.projections.random_histories import histories, long_history


def live(store: Store, revision: int) -> str:
    """The digest of a read model that holds more."""
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    return digest_at(store.reader, ref, revision)


def replayed(entries: Sequence[StoredEvent], revision: int) -> str:
    """The digest of a replay of the timeline's lines, its later redactions known."""
    lines = [cut(line_of(stored)) for stored in entries]
    found = (redaction_in(line, number) for number, line in enumerate(lines, 1))
    with replaying("kursk", dict(filter(None, found))) as replay:
        for line in lines[:revision]:
            replay.add(line)
        done = replay.finish()
    assert (done.timeline, done.revision) == ("kursk", revision)
    return done.digest


def own(history: History) -> list[StoredEvent]:
    """The entries of the timeline `kursk`, as its own partition would have them."""
    opened = [(stored, CODEC.open(stored).header) for stored in history.entries]
    return [
        stored._replace(position=header.revision)
        for stored, header in opened
        if header.timeline == "kursk"
    ]


def replayed_by_line(entries: Sequence[StoredEvent]) -> list[str]:
    """`replayed` as of each revision, by one replay that is finished after every line."""
    lines = [cut(line_of(stored)) for stored in entries]
    found = (redaction_in(line, number) for number, line in enumerate(lines, 1))
    digests = []
    with replaying("kursk", dict(filter(None, found))) as replay:
        for line in lines:
            replay.add(line)
            digests.append(replay.finish().digest)
    return digests


@given(history=histories(most=40), place=st.floats(0, 1))
@examples(1 / 4)
def test_a_replay_has_the_live_digest_at_every_revision(history: History, place: float) -> None:
    """Of two timelines that share a partition, from the first event to the last: the live model
    as of the revision equals a fold of nothing but the timeline's lines up to it, line by line
    and all at once."""
    entries = own(history)
    with tempfile.TemporaryDirectory() as folder:
        store = history.store(Path(folder))
        found = [live(store, revision) for revision in range(1, len(entries) + 1)]
        store.close()
    assert found == replayed_by_line(entries)
    for revision in {max(1, int(place * len(entries))), len(entries)} - {0}:
        assert found[revision - 1] == replayed(entries, revision)
    assert len(set(found)) == len(found)


@given(seed=st.integers(0, 2**32 - 1), place=st.floats(0, 1), gone=st.booleans())
@examples(1 / 5, least=8)
def test_a_redaction_leaves_both_the_same_at_every_date(
    seed: int,
    place: float,
    gone: bool,
) -> None:
    """A statement is redacted at the end of a long history, its text gone or still there: live
    and replayed agree as of any revision, before the redaction too."""
    history = long_history(seed, 150)
    whole = list(history.entries)
    redaction = redact(history, "s1")
    if not gone:
        history.entries[:-1] = whole
    revision = max(1, int(place * redaction))
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder), IDENTITY)
        fold = Fold(store.writer, CODEC, 1)
        with store.transaction():
            fold.redact(0, RedactionMet("kursk", "s1", redaction, redaction))
            fold.fold(0, history.entries)
        found = live(store, revision)
        store.close()
    assert found == replayed(history.entries, revision)


def test_each_column_counts(tmp_path: Path) -> None:
    """Whatever is changed of the first row of any table, the digest is another; what is no
    timeline's own (its number, positions in a partition), follows from the contents (how late
    something may begin) or from the batches (how postings are put together), is in none."""
    store = long_history(7, 400).store(tmp_path / "whole")
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    before = live(store, ref.revision)
    tables = {question.partition("FROM ")[2].split()[0] for question in SECTIONS.values()}
    tables = tables - {"redactions"} | {"postings", "posting_ends"}
    columns = [
        (table, str(column), str(kind))
        for table in sorted(tables)
        for column, kind in store.writer.execute(
            f"SELECT name, type FROM pragma_table_info('{table}')"
        ).fetchall()
        if column not in {"tl", "position", "occurred_late", "said_late"}
        and (table, column) not in {("postings", "first"), ("postings", "ended")}
    ]
    store.close()
    assert len(columns) > 50
    for table, column, kind in columns:
        folder = tmp_path / f"{table}.{column}"
        shutil.copytree(tmp_path / "whole", folder)
        touched = Store.open(folder, IDENTITY)
        other = {"INTEGER": "coalesce({0}, 0) + 1000000", "TEXT": "coalesce({0}, '') || 'x'"}
        ended = f"WHERE until < {STILL}" if column == "until" else ""
        value = other.get(kind, "CAST({0} || ' ' AS BLOB)").format(column)
        if column == "statements" and table == "postings":
            value = "json_insert(statements, '$[#]', 1)"
        keys = ", ".join(
            str(name)
            for (name,) in touched.writer.execute(
                f"SELECT name FROM pragma_table_info('{table}') WHERE pk ORDER BY pk"
            ).fetchall()
        )
        touched.writer.execute(
            f"UPDATE OR IGNORE {table} SET {column} = {value} WHERE ({keys}) ="
            f" (SELECT {keys} FROM {table} {ended} ORDER BY {keys} DESC LIMIT 1)"
        )
        assert touched.writer.changes() == 1, (table, column)
        assert live(touched, ref.revision) != before, (table, column)
        touched.close()


def test_a_replay_refuses_what_it_cannot_have_been(tmp_path: Path) -> None:
    """Data that its digest is not of, an event that is missing, lines of another timeline."""
    lines = [cut(line_of(stored)) for stored in kursk(6).entries]
    touched = lines[4]._replace(data=b"{}")
    for chosen in ([*lines[:4], touched], [*lines[:3], *lines[4:]]):
        with replaying("kursk", {}) as replay:
            for line in chosen:
                replay.add(line)
            with pytest.raises(CorruptEvent):
                replay.finish()
    with replaying("other", {}) as replay:
        replay.add(lines[0])
        with pytest.raises(CorruptEvent):
            replay.finish()


def test_the_digest_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader's limit ends it, in an error of ours, and another can be asked for."""
    monkeypatch.setattr(reader, "_STEPS", 100)
    store = long_history(1, 300).store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    store.reader.limit = -1.0
    with pytest.raises(QueryTooLong):
        digest_at(store.reader, ref, ref.revision)
    store.reader.limit = 5.0
    assert digest_at(store.reader, ref, ref.revision)
    store.close()

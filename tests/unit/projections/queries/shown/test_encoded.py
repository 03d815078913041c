"""Encoded statements: each version as the tables have it, and no more of them than there is room
for."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.event.types import StatementRedacted, StatementRelated
from projections import queries
from projections.answers.choices import Order
from projections.queries import ListedStatements, StatementFilter
from projections.queries.columns import cached_columns, current_columns, shelf
from projections.queries.columns.cached_columns import keep_true
from projections.queries.listing.page import ShownPage
from projections.queries.shown.encoded import EncodedStatements, encoded
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import IDENTITY, History, commit
from tests.searches import examples
from tests.unit.projections.random_histories import histories
from tests.writers import open_writer, said


def listed(reader: Reader, revision: int | None = None) -> list[bytes]:
    """All statements, as of a revision or at the head."""
    return page_of(reader, revision).items


def page_of(
    reader: Reader, revision: int | None = None, order: Order = "occurred"
) -> ListedStatements:
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    at = ref.revision if revision is None else revision
    return queries.list_statements(reader, ref, StatementFilter(), at, order=order)


def exported_of(reader: Reader, revision: int, order: Order) -> ShownPage:
    """A page of an export, with the revisions at which its statements changed last."""
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    return queries.show_page(
        reader, ref, StatementFilter(), revision, order=order, limit=3, after=None
    )


def names_of(reader: Reader, revision: int) -> set[str]:
    """The names of extra fields."""
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    return queries.extra_names(reader, ref, StatementFilter(), revision, after=0, limit=50)[0]


def of_tables(reader: Reader, revision: int, order: Order) -> ListedStatements:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cached_columns, "_FEWEST", 2**62)
        return page_of(reader, revision, order)


@examples(1 / 5, least=8)
@given(
    history=histories(timelines=1),
    pieces=st.lists(st.integers(1, 9), min_size=40, max_size=40),
    asked=st.lists(st.tuples(st.integers(0, 99), st.sampled_from(get_args(Order))), min_size=3),
    shelved=st.sampled_from((0, 12, 2**62)),
)
def test_whatever_was_asked_before_a_page_is_that_of_the_tables(
    history: History, pieces: Sequence[int], asked: Sequence[tuple[int, Order]], shelved: int
) -> None:
    """While events come, the same pages are asked again and again, at the head and as of earlier
    revisions: items, their digest and the next page's place are those of the tables, with a shelf
    from the beginning, with one that comes later, and without any. So are pages of exports."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cached_columns, "_FEWEST", 0)
        patch.setattr(current_columns, "_SHELVED", shelved)
        patch.setattr(shelf, "_OUTDATED", 2_000)
        store = Store.open(Path(folder), IDENTITY)
        entries = history.entries
        for size in pieces:
            commit(store, entries[:size])
            entries = entries[size:]
            ref = queries.timeline_at(store.reader, "kursk")
            assert ref is not None
            for back, order in asked:
                revision = max(1, ref.revision - back)
                found = page_of(store.reader, revision, order)
                assert found == of_tables(store.reader, revision, order)
                shown = exported_of(store.reader, revision, order)
                with pytest.MonkeyPatch.context() as tables:
                    tables.setattr(cached_columns, "_FEWEST", 2**62)
                    assert shown == exported_of(store.reader, revision, order)
        store.close()


async def test_what_named_a_redacted_statement_is_shown_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relation to a redacted statement is shown no more, though the other statement changed last
    at the same revision as before: what was kept of it is not shown. Nor do the names of its extra
    fields become columns of a table."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"))
        await writer.record(said("b", text="To be redacted.", extra={"secret": "1"}))
        done = await writer.do("a", StatementRelated(relation="supports", target="b"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        reader = writer.read_model.reader_of("kursk")
        before = listed(reader)
        assert names_of(reader, 4) == {"secret"}
        assert b"To be redacted." in b"".join(listed(reader))
        assert b'"relations":[]' not in before[0]
        done = await writer.do("b", StatementRedacted(revisions=(3,), reason="court"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        assert [b'"relations":[]' in item for item in listed(reader)] == [True]
        assert listed(reader, 4) == listed(reader)
        assert [names_of(reader, revision) for revision in (3, 4, 5)] == [set(), set(), set()]


async def test_what_is_redacted_is_dropped_though_nobody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a redaction is folded nothing of its timeline is in memory, or in the file that is its
    shelf; nothing else drops it."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(current_columns, "_SHELVED", 0)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"))
        done = await writer.record(said("b"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        reader = writer.read_model.reader_of("kursk")
        listed(reader)
        reader.memory.wait()
        keep_true(writer.read_model, ["kursk", "other"])
        (columns,) = reader.memory.columns.values()
        assert columns.shelf is not None
        assert columns.shelf.size > 0
        dropped = weakref.ref(columns.shelf)  # its file is closed with it
        del columns
        done = await writer.do("b", StatementRedacted(revisions=(3,), reason="court"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        assert dropped() is not None
        keep_true(writer.read_model, ["kursk"])
        assert reader.memory.columns == {}
        assert dropped() is None


def statement(number: int, size: int = 1_000) -> bytes:
    return encoded(b"%d" % number * size)


def test_what_is_asked_again_stays_and_the_rest_is_dropped() -> None:
    """Aging twice drops what was not asked for in between, and the size is that of the rest."""
    statements = EncodedStatements()
    statements.keep([(number, 9, statement(number)) for number in range(1, 5)])
    whole = statements.size
    statements.age()
    assert statements.find([2, 2, 7], [9, 8, 9]) == [statement(2), None, None]
    statements.age()
    assert statements.find([1, 2, 3, 4], [9] * 4) == [None, statement(2), None, None]
    assert statements.size * 4 == whole


def test_the_timelines_asked_longest_ago_make_room_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The encoded statements of all timelines together are bounded."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(cached_columns, "_ROOM", 5_000)
    history = History()
    for name in ("kursk", "other", "third"):
        history.timeline = name
        history.open()
        history.record("s", text="x" * 1_500)
    store = history.store(tmp_path)
    for name in ("kursk", "other", "kursk", "third"):
        ref = queries.timeline_at(store.reader, name)
        assert ref is not None
        queries.list_statements(store.reader, ref, StatementFilter(), ref.revision)
    sizes = [columns.encoded.size > 0 for columns in store.reader.memory.columns.values()]
    assert sizes == [False, True, True]
    store.close()

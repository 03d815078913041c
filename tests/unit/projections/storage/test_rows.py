"""Buffered rows: written together, and always before somebody reads their table."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import pytest

from projections.storage.rows import Rows, texts

ADD_A = "INSERT INTO a (n) VALUES (?)"
ADD_B = "INSERT INTO b (n) VALUES (?)"


@pytest.fixture
def connection() -> Iterator[apsw.Connection]:
    opened = apsw.Connection(":memory:")
    opened.execute("CREATE TABLE a (n); CREATE TABLE b (n);")
    yield opened
    opened.close()


def written(connection: apsw.Connection, table: str) -> list[int]:
    return [n for (n,) in connection.execute(f"SELECT n FROM {table} ORDER BY rowid")]


def test_reading_a_table_writes_its_rows_alone(connection: apsw.Connection) -> None:
    """Rows that were added are found, and what waits for another table goes on waiting; `flush`
    writes all of it, in order."""
    rows = Rows(connection)
    for n in (2, 1):
        rows.add(ADD_A, (n,))
        rows.add(ADD_B, (n,))
    assert rows.written("SELECT n FROM a", ()) == []
    assert rows.all("SELECT n FROM a ORDER BY n", ()) == [(1,), (2,)]
    assert written(connection, "b") == []
    rows.flush()
    assert written(connection, "b") == [1, 2]


def test_a_change_comes_behind_what_was_added(connection: apsw.Connection) -> None:
    """A change applies to rows that were added before it, and to none that is added later."""
    rows = Rows(connection)
    rows.add(ADD_A, (1,))
    rows.change("UPDATE a SET n = n + ?", (10,))
    rows.add(ADD_A, (2,))
    rows.flush()
    assert sorted(written(connection, "a")) == [2, 11]


def test_what_others_buffer_is_written_as_well(connection: apsw.Connection) -> None:
    """Whoever buffers the rows of a table is called before it is read, and by `flush`."""
    rows, waiting = Rows(connection), [1]

    def write() -> None:
        rows.insert(ADD_A, [(n,) for n in waiting])
        waiting.clear()

    rows.buffered_by("a", write)
    rows.all("SELECT n FROM b", ())
    assert waiting == [1]
    assert rows.all("SELECT x.n FROM b JOIN a x", ()) == []
    assert written(connection, "a") == [1]
    waiting.append(2)
    rows.flush()
    assert written(connection, "a") == [1, 2]


def test_what_is_dropped_after_a_rollback_is_never_written(connection: apsw.Connection) -> None:
    """No row that waited comes into a later transaction."""
    rows = Rows(connection)
    rows.add(ADD_A, (1,))
    rows.forget()
    rows.flush()
    assert written(connection, "a") == []


def test_many_values_are_one_value_of_a_query(connection: apsw.Connection) -> None:
    """Texts with any character."""
    rows = Rows(connection)
    asked = "SELECT value FROM carray(?)"
    assert rows.all(asked, (texts(["é", "a"]),)) == [("é",), ("a",)]

"""The table of statements: its columns and rows. `test_round_trips.py` sees what comes back."""

from __future__ import annotations

import csv
import io

from service.interchange.writers.tables.columns import (
    COLUMNS,
    SHOWN,
    ExtraColumns,
    table_mapping,
)
from service.interchange.writers.tables.csv_table import write_csv
from tests.unit.service.interchange.writers.made import exported, written


def _rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def test_the_columns_are_the_same_whatever_is_in_them() -> None:
    """Without extra fields the table has the fixed columns, and a row for each statement."""
    file = written(write_csv, [exported(id="a")], [], [exported(id="b", text="a, b\n'c'")])
    rows = _rows(file)
    assert list(rows[0]) == [*COLUMNS, *SHOWN]
    assert [(row["id"], row["text"]) for row in rows] == [("a", "It rained."), ("b", "a, b\n'c'")]
    assert file.endswith(b"\r\n")


def test_extra_fields_are_columns_of_all_rows() -> None:
    """A field that only the last batch has is a column of the first row too."""
    file = written(write_csv, [exported(id="a")], [exported(id="b", extra={"=z": "1", "h": "x"})])
    rows = _rows(file)
    assert [(row["extra.=z"], row["extra.h"]) for row in rows] == [("", ""), ("1", "x")]


def test_of_very_many_extra_fields_the_first_by_name_are_columns() -> None:
    """Whichever statements are read first, the same two hundred fields have columns of their own,
    and the others are together in one."""
    batches = [[exported(id=f"s{n}", extra={f"f{n:03}": "x"})] for n in range(250)]
    tables = [_rows(written(write_csv, *some)) for some in (batches, batches[::-1])]
    names = [name for name in tables[0][0] if name.startswith("extra")]
    assert names == [*(f"extra.f{n:03}" for n in range(200)), "extra"]
    assert tables[0] == tables[1][::-1]
    assert [row["extra"] for row in tables[0][199:201]] == ["", '{"f200":"x"}']


def test_what_follows_from_other_events_can_be_read() -> None:
    """Standing and relations are columns, which the mapping ignores."""
    relation = {
        "relation": "disputes",
        "statement": "b",
        "note": None,
        "on": None,
        "source": None,
        "revision": 9,
    }
    file = written(
        write_csv,
        [
            exported(
                standing="retracted",
                retraction={
                    "reason": "=wrong",
                    "by": None,
                    "on": None,
                    "source": None,
                    "revision": 7,
                },
                relations=[relation | {"direction": "out"}, relation | {"direction": "in"}],
            )
        ],
    )
    [row] = _rows(file)
    assert (row["standing"], row["relations"]) == ("retracted", "disputes b")
    assert row["retraction"] == "'=wrong"
    assert table_mapping(ExtraColumns())["ignore"] == list(SHOWN)

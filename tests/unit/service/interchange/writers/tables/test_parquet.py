"""Parquet, read back by `pyarrow`."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.tables import parquet
from service.interchange.writers.tables.parquet import write_parquet
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import as_exported, exported, written


def _rows(file: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(file)).to_pylist()
    return [row | {"extra": dict(row["extra"])} for row in rows]


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_every_field_is_read_back(shown: list[dict[str, Any]]) -> None:
    """Any statement comes back with all its fields as they were."""
    assert _rows(written(write_parquet, as_exported(shown), [])) == shown


def test_row_groups_are_written_as_they_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is written and let go of as soon as there is enough for a row group."""
    monkeypatch.setattr(parquet, "_GROUP", 2)
    file = written(write_parquet, [exported(id="a")], [exported(id="b"), exported(id="c")])
    assert pq.ParquetFile(io.BytesIO(file)).num_row_groups == 1
    assert [row["id"] for row in _rows(file)] == ["a", "b", "c"]


_ALONE: Final = """
import sys, service.app
from service.interchange.writers.tables.parquet import write_parquet
from tests.unit.service.interchange.writers.made import (written)
assert "pyarrow" not in sys.modules
written(write_parquet)
assert sys.modules["pyarrow"].default_memory_pool().backend_name == "system"
"""


def test_pyarrow_is_imported_by_nothing_else_and_has_no_heap_of_its_own() -> None:
    """The whole service is imported without it; memory that it has freed is free for all."""
    assert subprocess.run([sys.executable, "-c", _ALONE], check=False).returncode == 0

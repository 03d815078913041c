"""However short a timeline is, its columns are shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from projections.queries.columns import cached_columns, current_columns
from projections.storage import file_memory
from projections.storage.store import Store
from tests.histories import History


@pytest.fixture(autouse=True)
def _always_shared() -> Iterator[None]:
    """They are loaded in a thread, for which nobody has to be quiet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cached_columns, "_FEWEST", 0)
        patch.setattr(current_columns, "_SHELVED", 0)
        patch.setattr(current_columns, "_BEHIND", 8)
        patch.setattr(file_memory, "_QUIET", 0.0)
        yield


@pytest.fixture
def history() -> History:
    made = History()
    made.open()
    for number in range(30):
        made.record(f"s{number}", tags=("t", f"t{number % 3}"))
    made.correct("s3", text="Corrected.")
    made.relate("s4", "disputes", "s5")
    return made


@pytest.fixture
def store(history: History, tmp_path: Path) -> Iterator[Store]:
    with closing(history.store(tmp_path)) as store:
        yield store

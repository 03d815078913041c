"""However short a timeline is, its columns are shared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from projections.queries.columns import cached_columns, current
from projections.queries.columns.sharing import snapshots
from projections.storage import file_memory


@pytest.fixture(autouse=True)
def _always_shared() -> Iterator[None]:
    """They are loaded in a thread, for which nobody has to be quiet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cached_columns, "_FEWEST", 0)
        patch.setattr(current, "_SHELVED", 0)
        patch.setattr(current, "_BEHIND", 8)
        patch.setattr(file_memory, "_QUIET", 0.0)
        patch.setattr(snapshots, "_PAUSE", 0.001)
        yield

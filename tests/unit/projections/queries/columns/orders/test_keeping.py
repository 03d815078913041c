"""Places that are kept for the next page."""

from __future__ import annotations

import numpy as np
import pytest

from projections.queries.columns.orders import keeping
from projections.queries.columns.orders.keeping import KeptPlaces


def test_what_was_asked_for_longest_ago_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is kept than there is room for, each entry counting for a few places itself; what is
    larger than all room is not kept and drops nothing."""
    monkeypatch.setattr(keeping, "_MOST", 300)
    kept = KeptPlaces()
    kept.keep("a", np.arange(100))
    kept.keep("b", np.arange(100))
    assert kept.find("a") is not None
    kept.keep("c", np.arange(10))
    kept.keep("all", np.arange(301))
    assert [key for key in ("a", "b", "c", "all") if kept.find(key) is not None] == ["a", "c"]

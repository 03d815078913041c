"""Ranks that are cached for the next page."""

from __future__ import annotations

import numpy as np
import pytest

from projections.queries.columns.orders import rank_cache
from projections.queries.columns.orders.rank_cache import RankCache


def test_what_was_asked_for_longest_ago_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is cached than there is room for, where each entry counts for a few ranks itself;
    what is larger than all room is not cached and drops nothing."""
    monkeypatch.setattr(rank_cache, "_MOST", 300)
    cache = RankCache()
    cache.add("a", np.arange(100))
    cache.add("b", np.arange(100))
    assert cache.find("a") is not None
    cache.add("c", np.arange(10))
    cache.add("all", np.arange(301))
    assert [key for key in ("a", "b", "c", "all") if cache.find(key) is not None] == ["a", "c"]

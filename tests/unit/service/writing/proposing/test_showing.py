"""Pages of proposals, against the application and a log in memory."""

from __future__ import annotations

from typing import Any

import pytest

from service.writing.proposing import showing
from tests.unit.service.writing.proposing.desk import Desk, statement


@pytest.mark.parametrize(("most", "pages"), [(1, 5), (700, 3), (1 << 20, 1)])
async def test_large_proposals_make_short_pages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, pages: int
) -> None:
    """A page ends behind the proposal that fills it, whatever its limit, so that none is as large
    as all of them together; the pages have every proposal once, in order, and none is empty."""
    monkeypatch.setattr(showing, "_MOST_BYTES", most)
    made = [await desk.propose(body=statement(f"p{n}", "It rained. " * 10)) for n in range(5)]
    listed, counts = list[str](), list[int]()
    query: dict[str, Any] = {"limit": "500"}
    while True:
        page = (await desk.ask("ed", "GET", "/proposals", params=query)).json()
        listed += [each["proposal"] for each in page["items"]]
        counts.append(len(page["items"]))
        if page["next"] is None:
            break
        query = {"cursor": page["next"]}
    assert listed == made
    assert (len(counts), min(counts) > 0) == (pages, True)

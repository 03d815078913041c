"""Windows as conditions on rows: what touches them, and what lies inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projections.answers.choices import Match
from projections.queries.columns.columns import Columns
from projections.queries.columns.conditions import RowCheck
from projections.queries.columns.orders.windows import WindowEdges, edges_of
from projections.queries.listing.filter import StatementFilter, Window
from projections.storage.schema import OPEN_END, OPEN_START

Span = tuple[int, int]

_MISSING: Span = (OPEN_END, OPEN_START)
_SECONDS = st.integers(0, 9)
_SPANS = st.tuples(
    st.one_of(_SECONDS, st.just(OPEN_START)), st.one_of(_SECONDS, st.just(OPEN_END))
).map(lambda span: (min(span), max(span)))
_DATES = st.lists(st.one_of(_SPANS, st.just(_MISSING)), min_size=1, max_size=20)
_WINDOWS = st.builds(Window, st.none() | _SECONDS, st.none() | _SECONDS)
_CERTAIN: Final[Match] = "certain"
_MATCHES: st.SearchStrategy[Match] = st.sampled_from(["possible", "certain"])


def _columns(dates: Sequence[Span]) -> Columns:
    columns = Columns(0)
    columns.starts["said"].extend([start for start, _ in dates])
    columns.ends["said"].extend([end for _, end in dates])
    return columns


def _passed(checks: Sequence[RowCheck], rows: Sequence[int]) -> list[int]:
    at = np.array(rows, np.intp)
    for check in checks:
        at = at[check(at)]
    return [*map(int, at)]


def _is_in(window: Window, match: Match, date: Span) -> bool:
    start, end = date
    earliest = OPEN_START if window.earliest is None else window.earliest
    latest = OPEN_END if window.latest is None else window.latest
    if date == _MISSING:
        return False
    if match == "possible":
        return end >= earliest and start <= latest
    return start >= earliest and end <= latest


@given(_DATES, _WINDOWS, _MATCHES)
def test_dates_touch_a_window_or_lie_inside(
    dates: list[Span], window: Window, match: Match
) -> None:
    """The conditions are true of these dates, and of no row without a date; of what starts within
    the limits, as a sorting finds it, those of the ends are enough."""
    columns, edges = _columns(dates), WindowEdges.of(window, match)
    rows = range(len(dates))
    wanted = [row for row in rows if _is_in(window, match, dates[row])]
    assert _passed(edges.checks(columns, "said"), rows) == wanted
    near = [
        row for row in rows if dates[row] != _MISSING and edges.low <= dates[row][0] <= edges.high
    ]
    assert _passed(edges.checks_of_ends(columns, "said"), near) == wanted
    assert all(dates[row][1] >= edges.reach for row in wanted)


def test_each_window_has_its_clock() -> None:
    """A filter without windows limits nothing."""
    day, match = Window(3, 5), _CERTAIN
    assert edges_of(StatementFilter()) == {}
    assert edges_of(StatementFilter(said=day, match=match)) == {"said": WindowEdges.of(day, match)}
    both = edges_of(StatementFilter(said=day, occurred=Window(None, 7)))
    assert both == {
        "occurred": WindowEdges(OPEN_START, 7, OPEN_START, OPEN_END),
        "said": WindowEdges(OPEN_START, 5, 3, OPEN_END),
    }

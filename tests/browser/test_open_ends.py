"""Statements of which an end is open or unknown, where their known time is out of sight."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.browser.charts import opened, record, window
from tests.serving import said

PASSING = """async () => {
    const { layout } = await import("/page/drawing/layout.js");
    const { mayTouch, middleOf } = await import("/page/drawing/marks.js");
    const { reach } = await import("/page/drawing/spans.js");
    const { TimeScale } = await import("/page/drawing/scale.js");
    const day = (n) => (n === null ? null : new Date(n * 864e5).toISOString());
    const one = ([from, to]) => ({ bounds: { occurred: {
        start: { earliest: day(from), latest: day(from) },
        end: { earliest: day(to), latest: day(to) }, qualifiers: [],
    } } });
    const scale = new TimeScale([1000 * 86400, 2000 * 86400], [100, 1100]);
    const x = (seconds) => scale.x(seconds);
    const room = { top: 40, header: 0, left: 100, width: 1100 };
    const laid = (dates) => layout(dates.map(one), "occurred", () => ["A"],
        { steady: x, now: x }, room, (names) => names.slice(0, 1));
    const dates = [[500, 1300], [1100, 1250], [10, null], [null, 2500], [10, 20], [2400, null]];
    const told = (mark) => {
        const { left, right } = reach(mark.span, scale);
        return [mayTouch(mark, scale), left <= 100, right >= 1100];
    };
    const many = (number, date) => Array(number).fill(date);
    const through = laid([...many(150, [10, null]), ...dates]);
    const { marks: laidOut } = laid(dates);
    const marks = dates.map(([from, to]) => laidOut.find(({ span: { se, el } }) =>
        se === (from && from * 86400) && el === (to && to * 86400)));
    return {
        marks: marks.map((mark) => told(mark)),
        middles: [marks[0], marks[1]].map((mark) => middleOf(mark, scale)),
        rows: laid([[10, null], [1100, 1200], [1500, 1600]]).marks.map(({ row }) => row),
        left: [through.left, through.lanes[0].crowd === undefined],
        counted: laid(many(150, [10, null])).lanes[0].crowd.marks.length,
    };
}"""


def test_an_open_end_reaches_what_is_in_sight(modules: Page) -> None:
    """A mark whose known time is out of sight goes through it, in a row of its own, to the other
    edge, and lies beyond neither; so many that none could be read are left out, and counted as
    that, where others can be drawn. One zooms to the middle of what is in sight of a mark."""
    found = modules.evaluate(PASSING)
    assert found["marks"] == [
        [True, True, False],
        [True, False, False],
        [True, True, True],
        [True, True, True],
        [False, True, False],
        [False, False, True],
    ]
    assert found["middles"] == [250, 275]
    assert found["rows"] == [0, 1, 1]
    assert (found["left"], found["counted"]) == ([152, True], 150)


def test_the_time_of_many_without_a_beginning_is_that_of_their_ends(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Where so many are open or unknown at their beginning that they would be counted, and none
    begins at a known time, the chart opens at all of their ends, and draws each."""
    months = [f"{year}-{1 + n % 12:02}" for year in (2022, 2023, 2024) for n in range(700)]
    items = [said(f"s{n}", occurred=f"{'..' * (n % 2)}/{month}") for n, month in enumerate(months)]
    record(api, fresh, items)
    chart = opened(page, f"/t/{fresh}")
    first, last = window(page)
    assert first < "2022-01"
    assert last > "2025-01"
    expect(page.get_by_test_id("edge-earlier")).to_contain_text("0 earlier")
    expect(chart).to_have_attribute("data-marks", re.compile(r"^\d{3,}$"))

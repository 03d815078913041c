"""Where everything stands in the chart: marks, lanes, the parts of the axis."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta

import httpx
from playwright.sync_api import Page, expect

from tests.browser.charts import opened, record, window
from tests.browser.questions import follow
from tests.browser.strips import heard
from tests.browser.until import until
from tests.serving import said

SHAPES = {
    "2024-03-05": "2024-03-05",
    "2024-11-05": "2024-11-05",
    "2024-06": "2024-06-01",
    "2024-06-01/2024-09": "2024-06-01",
    "2024-06-01/..": "2024-06-01",
    "../2024-06-01": "2024-06-01",
    "/2024-06-01": "2024-06-01",
    "2024-06-01~": "2024-06-01",
    "2024-06-01/": "2024-06-01",
}
"""Dates, and the first day that each of them knows."""


def test_a_mark_stands_at_its_time(page: Page, api: httpx.Client, fresh: str) -> None:
    """The sign of every shape of date is drawn where its time begins, or at the bound that is
    known, within three pixels, in a wide window and on a phone."""
    record(api, fresh, [said(f"s{n}", occurred=shape) for n, shape in enumerate(SHAPES)])
    for width in (1400, 390):
        page.set_viewport_size({"width": width, "height": 900})
        opened(page, f"/t/{fresh}")
        marks_stand_at_their_times(page)


def marks_stand_at_their_times(page: Page) -> None:
    found = page.get_by_test_id("chart")
    at: dict[str, float] = {}
    for n, shape in enumerate(SHAPES):
        page.evaluate(
            """address => {
                history.replaceState(null, "", address);
                dispatchEvent(new PopStateEvent("popstate"));
            }""",
            f"?statement=s{n}",
        )
        expect(page.get_by_test_id("detail")).to_contain_text(f"This is s{n}.")
        expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
        at[shape] = float((found.get_attribute("data-chosen") or "").split(",")[0])
    known = {shape: datetime.fromisoformat(day).timestamp() for shape, day in SHAPES.items()}
    (first, last) = ("2024-03-05", "2024-11-05")
    second = (at[last] - at[first]) / (known[last] - known[first])
    wanted = {shape: at[first] + (known[shape] - known[first]) * second for shape in SHAPES}
    assert {shape: x for shape, x in at.items() if abs(x - wanted[shape]) > 4} == {}


def test_a_sign_is_never_outside_of_what_is_known(modules: Page) -> None:
    """For any bounds, open or not, the sign is within them, and within three pixels of the first
    one that is known if that is in sight."""
    chosen = random.Random(5)
    spans = []
    for _ in range(500):
        bounds: list[float | None] = [*sorted(chosen.uniform(-300, 1_300) for _ in range(4))]
        if chosen.random() < 0.3:
            bounds[:2] = [None, None]
        elif chosen.random() < 0.4:
            bounds[2:] = [None, None]
        spans.append(bounds)
    found = modules.evaluate(
        """async (spans) => {
            const { signAt } = await import("/page/drawing/marks.js");
            const { TimeScale } = await import("/page/drawing/scale.js");
            const scale = new TimeScale([0, 1000], [100, 1100]);
            return spans.map(([se, sl, ee, el]) =>
                signAt({ span: { se, sl, ee, el, point: false, qualifiers: [] } }, scale));
        }""",
        spans,
    )
    for bounds, x in zip(spans, found, strict=True):
        known = [each + 100 for each in bounds if each is not None]
        assert min(known) - 0.001 <= x <= max(known) + 0.001
        if 100 <= min(known) <= 1_100:
            assert x - min(known) <= 3.001


def test_lanes_keep_their_order(page: Page, api: httpx.Client, fresh: str) -> None:
    """What arrives changes neither the order of the lanes nor the window; a new speaker comes
    last, and what lies beyond the window, however it is read, is counted at its edge."""
    items = [said(f"a{n}", by="A", occurred=f"2024-0{n + 1}") for n in range(3)]
    items += [said(f"b{n}", by="B", occurred=f"2024-0{n + 1}") for n in range(2)]
    record(api, fresh, items)
    found = opened(page, f"/t/{fresh}")
    expect(found).to_have_attribute("data-lanes", "A\nB")
    before = window(page)
    record(api, fresh, [said(f"c{n}", by="B", occurred="2024-02") for n in range(4)])
    later = [said("e", by="A", occurred="2030"), said("f", by="A", occurred="../2031")]
    record(api, fresh, [said("d", by="C", occurred="2024-01"), *later])
    expect(found).to_have_attribute("data-lanes", "A\nB\nC")
    assert window(page) == before
    expect(page.get_by_test_id("edge-later")).to_have_text("1 later ›")


PARTS: list[tuple[str, str, set[str], set[str]]] = [
    ("2023-11-20", "2025-02-03", {"2023", "2024", "2025"}, {"Dec", "Jan"}),
    ("2024-10-07", "2024-11-09", {"October 2024", "November 2024"}, {"11", "1"}),
    ("2024-10-12", "2024-10-13", {"12 October 2024", "13 October 2024"}, {"06:00", "12:00"}),
    ("1950-01-01", "2024-01-01", set(), {"1960", "2020"}),
    ("-0400-01-01", "0400-01-01", set(), {"300 BCE", "100 BCE", "1", "300"}),
]
"""The ends of an axis, all that stands above its ticks, and some of the ticks."""


def test_days_and_months_stand_below_their_year(modules: Page) -> None:
    """Above the ticks of the axis is what they are part of, also where it began before."""
    script = """async (days) => {
        const { ticks } = await import("/page/drawing/ticks.js");
        const { secondsOf } = await import("/page/words/instant.js");
        const { fine, coarse } = ticks(days.map((day) => secondsOf(`${day}T00:00:00`)), 900);
        return [fine, coarse].map((all) => all.map(({ text }) => text));
    }"""
    for first, last, coarse, fine in PARTS:
        found = modules.evaluate(script, [first, last])
        assert set(found[1]) == coarse
        assert fine <= set(found[0])
        assert 4 <= len(found[0]) <= 40


ENDLESS = """async () => {
    const { layout } = await import("/page/drawing/layout.js");
    const none = { earliest: null, latest: null };
    const year = { earliest: "2020-01-01T00:00:00Z", latest: "2029-12-31T23:59:59Z" };
    const one = (side) => ({ bounds: { occurred: { start: side, end: side, qualifiers: [] } } });
    const x = (seconds) => seconds / 1e7;
    const room = { top: 40, header: 0, left: 100, width: 900 };
    const scales = { steady: x, now: x };
    const statements = [one(none), one(year)];
    const names = (found) => [...new Set(found)];
    return layout(statements, "occurred", () => ["A"], scales, room, names).marks
        .map(({ row }) => row);
}"""


EMPHASIZED = """() => {
    return [...(window.written.chart ?? [])].some((text) => text.startsWith("KCNA emphasized"));
}"""


def test_a_date_without_any_bound_has_a_row_of_its_own(page: Page) -> None:
    """It is drawn over the whole width. Where nothing is free beside a mark, its text stands in
    it."""
    opened(page, "/t/kursk")
    assert len(set(page.evaluate(ENDLESS))) == 2
    heard(page)
    until(page, EMPHASIZED)


def test_who_disputes_it_is_named_where_out_of_sight(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Of the chosen statement, with a way there; not where the arc ends in sight."""
    items = [said(f"s{n}", by=f"Speaker {n:02}", occurred=f"2024-0{1 + n % 9}") for n in range(24)]
    record(api, fresh, items)
    for name in ("s1", "s23"):
        body = {"relation": "disputes", "target": "s0"}
        api.post(f"/v1/timelines/{fresh}/statements/{name}/relations", json=body)
    api.get(f"/v1/timelines/{fresh}", params={"min_revision": 27}).raise_for_status()
    opened(page, f"/t/{fresh}?statement=s0")
    away = page.get_by_test_id("edge-related")
    expect(away).to_have_text("↓ Speaker 23 disputes it")
    away.click()
    expect(away).to_have_text("↑ Speaker 01 disputes it")
    follow(page, "?statement=s5")
    expect(away).to_be_hidden()


NARROW = """async () => {
    const { drawAxis } = await import("/page/drawing/axis.js");
    const { TimeScale } = await import("/page/drawing/scale.js");
    const ink = document.createElement("canvas").getContext("2d");
    const written = [];
    ink.fillText = (text) => written.push(text);
    const days = [["2024-09-25", "2024-11-20"], ["2024-12-28T20:00Z", "2024-12-29T18:00Z"]];
    for (const ends of days) {
        const window = ends.map((each) => Date.parse(each) / 1000);
        const how = { width: 332, height: 60, gutter: 0, palette: { sans: "sans-serif" } };
        drawAxis(ink, new TimeScale(window, [0, 320]), how);
    }
    return written;
}"""


def test_a_short_piece_of_a_month_has_its_name(modules: Page) -> None:
    """Without the year, which the next one has, where there is no room for it; a day too."""
    written = modules.evaluate(NARROW)
    assert {"Sep", "October 2024", "28 Dec", "29 December 2024"} <= {*written}


def test_too_many_that_overlap_are_counted(page: Page, api: httpx.Client, fresh: str) -> None:
    """Hundreds that begin on one day do not make hundreds of rows: they are counted, the chosen one
    is drawn, keys go from one to the next, and each is drawn where zoomed in or asked for."""
    days = [date(2022, 6, 1) + timedelta(days=9 * n) for n in range(60)]
    items = [said(f"b{n}", by="A", occurred="2022-02-24/2022-03") for n in range(300)]
    items += [said(f"p{n}", by="A", occurred=str(day)) for n, day in enumerate(days)]
    items += [said(f"o{n}", by="B", occurred=f"2022-0{n + 1}") for n in range(9)]
    record(api, fresh, items)
    found = opened(page, f"/t/{fresh}?statement=b7")
    frame = page.locator("#chart-frame")
    assert frame.evaluate("frame => frame.scrollHeight") < 320
    expect(page.locator("#chart-note")).to_have_text("1 row is counted, too many overlap there")
    expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
    found.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("statement=b8$"))
    follow(page, "?statement=p40")
    for _ in range(3):
        page.get_by_test_id("zoom-in").click()
    expect(page.locator("#chart-note")).to_have_text("")
    expect(found).to_have_attribute("data-marks", re.compile(r"^1\d$"))
    each = page.get_by_role("button", name="Show each")
    expect(each).to_be_hidden()
    page.get_by_test_id("fit").click()
    each.click()
    expect(each).to_have_attribute("aria-pressed", "true")
    assert frame.evaluate("frame => frame.scrollHeight") > 300 * 8

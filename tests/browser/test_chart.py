"""The chart with real data: what it shows at first, where it leads, and where everything stands."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.serving import Service, said

OLD = said("old", by="Herodotus", occurred="-0800")


def record(api: httpx.Client, timeline: str, items: Sequence[dict[str, Any]]) -> None:
    """Record statements, and wait until they are read."""
    path = f"/v1/timelines/{timeline}"
    revision = "0"
    for first in range(0, len(items), 700):
        answer = api.post(f"{path}/statements", json=items[first : first + 700])
        revision = answer.raise_for_status().headers["Onrecord-Revision"]
    api.get(path, params={"min_revision": revision}).raise_for_status()


def three_years(many: int) -> list[dict[str, Any]]:
    """Statements spread over 2022 to 2024."""
    chosen = random.Random(17)
    days = [date(2022, 1, 1) + timedelta(days=chosen.randrange(1096)) for _ in range(many)]
    return [said(f"s{n}", occurred=str(day)) for n, day in enumerate(days)]


def chart(page: Page) -> Locator:
    return page.get_by_test_id("chart")


def opened(page: Page, path: str) -> Locator:
    """The chart of a page that has been read."""
    page.goto(path)
    expect(chart(page)).to_have_attribute("data-marks", re.compile(r"\d"))
    expect(page.locator("html")).to_have_attribute("data-reading", "shown")
    return chart(page)


def window(page: Page) -> tuple[str, str]:
    found = chart(page)
    return found.get_attribute("data-from") or "", found.get_attribute("data-to") or ""


@pytest.mark.parametrize("many", [3, 40, 2_100])
def test_one_old_date_does_not_make_the_others_a_line(
    page: Page, api: httpx.Client, fresh: str, many: int
) -> None:
    """The chart opens at the time that most statements need, drawn or counted; its edge has the
    number of those before it, leads there, and back."""
    record(api, fresh, [*three_years(many), OLD])
    opened(page, f"/t/{fresh}")
    expect(page.get_by_test_id("edge-earlier")).to_have_text("‹ 1 earlier")
    expect(page.get_by_test_id("edge-later")).to_be_hidden()
    first, last = window(page)
    assert "2021" < first < "2024"
    assert "2022" < last < "2026"
    page.get_by_role("button", name="1 earlier").click()
    expect(chart(page)).to_have_attribute("data-from", re.compile("^-80"))
    expect(chart(page)).to_have_attribute("data-marks", "1")
    expect(page.get_by_test_id("edge-later")).to_have_text(f"{many:,} later ›")
    page.get_by_test_id("edge-later").click()
    expect(chart(page)).to_have_attribute("data-to", re.compile("^20"))
    expect(page.get_by_test_id("fit")).to_have_text("Show most")
    page.get_by_test_id("fit").click()
    expect(chart(page)).to_have_attribute("data-from", first)
    expect(page.get_by_test_id("fit")).to_have_text("Show all")
    page.get_by_test_id("fit").click()
    expect(chart(page)).to_have_attribute("data-from", re.compile("^-9"))
    expect(chart(page)).to_have_attribute("data-to", re.compile("^2"))


@pytest.fixture(scope="module")
def spread(server: Service, request: pytest.FixtureRequest) -> str:
    """A timeline with so many statements over three years, all said in one month."""
    name = f"spread-{uuid.uuid4().hex[:12]}"
    month = {"by": "KCNA", "on": "2021-07"}
    with server.client() as api:
        assert api.put(f"/v1/timelines/{name}", json={"title": "Spread"}).status_code == 201
        record(api, name, [item | {"said": month} for item in three_years(request.param)])
    return name


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("from=2023-06&to=2023-10", ("2023-06-01T00:00:00Z", "2023-10-31T23:59:59Z")),
        ("from=2023-06-12~&to=2023-23", ("2023-06-12T00:00:00Z", "2023-11-30T23:59:59Z")),
        ("from=202X&to=2024", ("2020-01-01T00:00:00Z", "2024-12-31T23:59:59Z")),
        ("on=said&said_from=2021&said_to=2021", ("2021-01-01T00:00:00Z", "2021-12-31T23:59:59Z")),
    ],
)
@pytest.mark.parametrize("spread", [40, 2_100], indirect=True)
def test_a_window_sets_what_is_shown(
    page: Page, spread: str, asked: str, shown: tuple[str, str]
) -> None:
    """The chart shows exactly the window of the address; when it is removed, all again."""
    opened(page, f"/t/{spread}?{asked}")
    assert window(page) == shown
    for _ in range(2):
        page.get_by_test_id("chip").first.click()
    expect(chart(page)).not_to_have_attribute("data-from", shown[0])


def test_zooming_goes_to_where_statements_are(page: Page, api: httpx.Client, fresh: str) -> None:
    """However often one zooms in by button or key, a statement stays in sight, though the middle
    of the time is empty; and one comes into sight if none was."""
    record(api, fresh, [said("a", occurred="2010-03-04"), said("b", occurred="2024-10-12")])
    found = opened(page, f"/t/{fresh}")
    for _ in range(12):
        page.get_by_test_id("zoom-in").click()
    expect(found).to_have_attribute("data-marks", "1")
    found.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(found).to_have_attribute("data-marks", "0")
    page.keyboard.press("+")
    expect(found).to_have_attribute("data-marks", "1")
    page.keyboard.press("0")
    expect(found).to_have_attribute("data-marks", "2")


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


@pytest.mark.parametrize("width", [390, 1400])
def test_a_mark_stands_at_its_time(page: Page, api: httpx.Client, fresh: str, width: int) -> None:
    """The sign of every shape of date is drawn where its time begins, or at the bound that is
    known, within three pixels."""
    page.set_viewport_size({"width": width, "height": 900})
    record(api, fresh, [said(f"s{n}", occurred=shape) for n, shape in enumerate(SHAPES)])
    found = opened(page, f"/t/{fresh}")
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


def test_a_sign_is_never_outside_of_what_is_known(page: Page) -> None:
    """For any bounds, open or not, the sign is within them, and within three pixels of the first
    one that is known if that is in sight."""
    page.goto("/t/kursk")
    chosen = random.Random(5)
    spans = []
    for _ in range(500):
        bounds: list[float | None] = [*sorted(chosen.uniform(-300, 1_300) for _ in range(4))]
        if chosen.random() < 0.3:
            bounds[:2] = [None, None]
        elif chosen.random() < 0.4:
            bounds[2:] = [None, None]
        spans.append(bounds)
    found = page.evaluate(
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


@pytest.mark.parametrize("many", [40, 2_100])
@pytest.mark.parametrize("which", ["old", "s7"])
def test_a_linked_statement_is_brought_into_sight(
    page: Page, api: httpx.Client, fresh: str, many: int, which: str
) -> None:
    """A link to a statement shows its mark, however far from the others, and however many there
    are; so does a relation that is followed, and a row of the list that is opened."""
    record(api, fresh, [*three_years(many), OLD])
    note = {"relation": "disputes", "target": "s7" if which == "old" else "old"}
    api.post(f"/v1/timelines/{fresh}/statements/{which}/relations", json=note).raise_for_status()
    found = opened(page, f"/t/{fresh}?statement={which}")
    expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
    page.get_by_test_id("detail").get_by_role("link", name=re.compile("This is")).first.click()
    expect(found).to_have_attribute("data-from", re.compile("^20" if which == "old" else "^-80"))
    expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
    page.get_by_test_id("fit").click()
    page.locator('[data-statement-id="old"]').click()
    expect(found).to_have_attribute("data-from", re.compile("^-80"))


def test_a_question_without_an_answer_keeps_the_time_in_sight(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """A search that finds nothing leaves the chart at the time that it showed."""
    record(api, fresh, three_years(9))
    opened(page, f"/t/{fresh}")
    before = window(page)
    page.get_by_test_id("search").fill("nothing has this")
    expect(page.get_by_test_id("statement")).to_have_count(0)
    expect(chart(page)).to_have_attribute("data-marks", "0")
    assert window(page) == before


def test_lanes_keep_their_order(page: Page, api: httpx.Client, fresh: str) -> None:
    """What arrives changes neither the order of the lanes nor the window; a new speaker comes
    last, and what lies beyond the window is counted at its edge."""
    items = [said(f"a{n}", by="A", occurred=f"2024-0{n + 1}") for n in range(3)]
    items += [said(f"b{n}", by="B", occurred=f"2024-0{n + 1}") for n in range(2)]
    record(api, fresh, items)
    found = opened(page, f"/t/{fresh}")
    expect(found).to_have_attribute("data-lanes", "A\nB")
    before = window(page)
    record(api, fresh, [said(f"c{n}", by="B", occurred="2024-02") for n in range(4)])
    record(api, fresh, [said("d", by="C", occurred="2024-01"), said("e", by="A", occurred="2030")])
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


def test_days_and_months_stand_below_their_year(page: Page) -> None:
    """Above the ticks of the axis is what they are part of, also where it began before."""
    page.goto("/t/kursk")
    script = """async (days) => {
        const { ticks } = await import("/page/drawing/ticks.js");
        const { secondsOf } = await import("/page/words/instant.js");
        const { fine, coarse } = ticks(days.map((day) => secondsOf(`${day}T00:00:00`)), 900);
        return [fine, coarse].map((all) => all.map(({ text }) => text));
    }"""
    for first, last, coarse, fine in PARTS:
        found = page.evaluate(script, [first, last])
        assert set(found[1]) == coarse
        assert fine <= set(found[0])
        assert 4 <= len(found[0]) <= 40


def test_what_most_need_leaves_out_few_and_saves_much(page: Page) -> None:
    """Whatever the dates, two thirds of the statements at least stay, and any left out at least
    halve the time for each twentieth of them; evenly spread dates are all kept."""
    page.goto("/t/kursk")
    chosen = random.Random(23)
    year = 365 * 86_400
    cases = []
    for _ in range(300):
        centre, spread = chosen.uniform(-3e3, 3e3) * year, 10 ** chosen.uniform(0, 3) * year
        tail = chosen.random() < 0.5
        begins = [
            centre + spread * (chosen.random() ** 9 if tail else chosen.random())
            for _ in range(chosen.randint(1, 60))
        ]
        cases.append([{"from": b, "to": b + chosen.random() * year, "count": 1} for b in begins])
    even = [{"from": n * year, "to": n * year, "count": 1} for n in range(40)]
    found = page.evaluate(
        """async (cases) => {
            const { neededByMost } = await import("/page/chart/fit.js");
            return cases.map(neededByMost);
        }""",
        [*cases, even],
    )
    assert found.pop() == [0, 39 * year]
    for case, (first, last) in zip(cases, found, strict=True):
        kept = [each for each in case if each["from"] >= first and each["to"] <= last]
        out = (len(case) - len(kept)) / len(case)
        whole = max(e["to"] for e in case) - min(e["from"] for e in case)
        assert out <= 1 / 3
        assert last - first <= whole
        if out:
            assert max(60 * 86_400, last - first) <= whole * 0.5 ** (out * 20) * 1.001


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
    expect(page.locator("#chart-note")).to_have_text("360 are counted, too many overlap")
    expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
    found.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("statement=b8$"))
    opened(page, f"/t/{fresh}?statement=p40")
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


def test_the_chart_tells_its_window_in_utc(page: Page, api: httpx.Client, fresh: str) -> None:
    """The window is written as RFC 3339 where years have four digits, and as a year beyond."""
    record(api, fresh, [said("a", occurred="Y-20000"), said("b", occurred="Y12000")])
    opened(page, f"/t/{fresh}")
    first, last = window(page)
    assert int(first) < -20_000
    assert int(last) > 12_000
    opened(page, "/t/kursk")
    for end in window(page):
        assert datetime.fromisoformat(end).tzinfo == UTC

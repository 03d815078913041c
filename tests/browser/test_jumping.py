"""What comes later moves nothing that one reads: notes, tools, signs and the mark have their
room."""

from __future__ import annotations

import uuid
from typing import Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts import record
from tests.browser.questions import follow, visit
from tests.serving import Service, said

WATCH = """
window.jumps = [];
const named = ({ node }) => node?.id || node?.className || String(node?.nodeName);
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) window.jumps.push([value, ...sources.map(named)]);
}).observe({ type: "layout-shift", buffered: true });
"""
LITTLE: Final = 0.02
"""What the strips take to find their place beside the names is less."""

ABOUT = "Who is said to have been where, by whom and since when, as far as anybody has written it."


@pytest.fixture(scope="module")
def crowd(server: Service) -> str:
    """A timeline with more in one row than is drawn, a dozen rows, and some without a date."""
    name = f"crowd-{uuid.uuid4().hex[:12]}"
    items = [said(f"a{n}", by="A", occurred="2022-02-24/2022-03", tags=["t"]) for n in range(300)]
    items += [said(f"b{n}", by=f"B{n}", occurred=f"2022-03-{n + 10}") for n in range(12)]
    items += [said(f"c{n}", kind="report") for n in range(20)]
    with server.client() as api:
        api.put(f"/v1/timelines/{name}", json={"title": "A crowd", "description": f"{ABOUT} " * 2})
        answer = api.post(f"/v1/timelines/{name}/statements", json=items)
        revision = answer.raise_for_status().headers["Onrecord-Revision"]
        api.get(f"/v1/timelines/{name}", params={"min_revision": revision}).raise_for_status()
    return name


WINDOWS: list[tuple[str, str, int, int]] = [
    ("t", "", 1400, 900),
    ("t", "?kind=claim", 1400, 900),
    ("t", "", 1200, 800),
    ("t", "?kind=claim", 1500, 900),
    ("t", "", 800, 1000),
    ("embed", "", 1100, 800),
    ("embed", "", 680, 700),
    ("embed", "", 360, 640),
]
"""Where the note is long, and where it is short."""

COVERED = """() => {
    const box = (part) => part.getBoundingClientRect();
    const note = box(document.getElementById("chart-note"));
    const parts = "#chart-frame, .chart-tools button, .chart-tools label, .key li, .panes";
    return [...document.querySelectorAll(parts)].filter((part) => {
        const { left, right, top, bottom } = box(part);
        const beside = left >= note.right || right <= note.left;
        const apart = beside || top >= note.bottom || bottom <= note.top;
        return part.checkVisibility() && !apart;
    }).map((part) => part.textContent);
}"""


def test_what_the_chart_leaves_out_is_said_where_nothing_moves(page: Page, crowd: str) -> None:
    """The note, the tool that draws each and the signs of areas come with the chart, after the
    list: they move nothing, and the note covers nothing."""
    page.add_init_script(WATCH)
    moved = {}
    for room, query, width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        visit(page, f"/{room}/{crowd}{query}")
        expect(page.get_by_test_id("live")).to_have_text("live")
        note = page.locator("#chart-note")
        expect(note).to_contain_text("counted, too many overlap")
        expect(note).to_be_in_viewport(ratio=1)
        assert page.evaluate(COVERED) == [], (room, query, width)
        jumps = page.evaluate("window.jumps")
        if sum(value for value, *_ in jumps) >= LITTLE:
            moved[room, query, width] = jumps
    assert moved == {}


@pytest.mark.parametrize("many", [0, 1, 3])
def test_a_timeline_of_few_statements_has_a_low_chart_at_once(
    page: Page, api: httpx.Client, fresh: str, many: int
) -> None:
    """The list has its place before the chart is drawn, for which so few need little height."""
    items = [said(f"s{n}", by=f"B{n}", occurred=f"2022-03-{n + 10}") for n in range(many)]
    if items:
        record(api, fresh, items)
    page.add_init_script(WATCH)
    for room, width, height in (("t", 1400, 900), ("t", 800, 1000), ("embed", 680, 700)):
        page.set_viewport_size({"width": width, "height": height})
        visit(page, f"/{room}/{fresh}")
        expect(page.get_by_test_id("live")).to_have_text("live")
        jumps = page.evaluate("window.jumps")
        assert sum(value for value, *_ in jumps) < LITTLE, (room, width, jumps)


def test_the_title_keeps_its_lines_when_the_mark_says_another_word(page: Page, crowd: str) -> None:
    """A description that has one line beside the shorter word has one beside the longer one."""
    mark = page.get_by_test_id("live")
    words = page.locator(".headline")
    for width in (1920, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        visit(page, f"/t/{crowd}")
        expect(mark).to_have_text("live")
        before = words.bounding_box()
        for word in ("reconnecting", "paused"):
            mark.evaluate("(mark, word) => { mark.textContent = word; }", word)
            assert words.bounding_box() == before, (width, word)


def test_a_long_list_begins_with_few_rows(page: Page, crowd: str) -> None:
    """The rows of a screen or more are laid out with the chart, and the others when they come near:
    a list that has no more than two hundred is there as a whole."""
    rows = page.get_by_test_id("statement")
    visit(page, f"/t/{crowd}?by=A&to=2022-03")
    expect(page.locator("#count")).to_have_text("300 statements")
    expect(rows).to_have_count(50)
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(250)
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(300)
    follow(page, "?kind=report")
    expect(rows).to_have_count(20)

"""The overview: which part of the time the chart shows."""

from __future__ import annotations

import re
from datetime import datetime

import httpx
from playwright.sync_api import Page, expect

from tests.browser.questions import follow
from tests.browser.strips import WRITTEN, drag, opened, strip
from tests.browser.until import frames, until
from tests.serving import said


def test_the_window_is_moved_and_resized_in_the_strip(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """An end of the window that is dragged makes it shorter, the window itself moves, a click
    elsewhere goes there; keys do the same, and what is shown is said in words, too."""
    items = [said(f"s{n}", occurred=f"20{n:02}") for n in range(1, 25)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    chart = opened(page, fresh)
    happened = strip(page, "happened")
    first, last = chart.get_attribute("data-from"), chart.get_attribute("data-to")
    drag(page, happened, 0.999, 0.4)
    expect(chart).to_have_attribute("data-from", first or "")
    expect(chart).to_have_attribute("data-to", re.compile("^20(09|10|11)"))
    drag(page, happened, 0.2, 0.5)
    expect(chart).to_have_attribute("data-from", re.compile("^200[678]"))
    expect(chart).to_have_attribute("data-to", re.compile("^20(17|18|19)"))
    drag(page, happened, 0.9, 0.9)
    expect(chart).to_have_attribute("data-to", re.compile("^20(28|29|30)"))
    happened.focus()
    page.keyboard.press("0")
    expect(chart).to_have_attribute("data-to", last or "")
    page.keyboard.press("ArrowRight")
    expect(chart).not_to_have_attribute("data-to", last or "")
    expect(page.get_by_role("slider", name=re.compile("the chart shows"))).to_have_attribute(
        "aria-valuetext", re.compile(r"^\d+ \w+ 200\d to \d+ \w+ 20\d\d$")
    )


def test_a_time_stands_above_itself(page: Page, api: httpx.Client, fresh: str) -> None:
    """The strip has the edges of the chart's axis, and every year of it is named, in a wide window
    and on a phone."""
    speaker = "A speaker whose name is long"
    items = [said(id_, occurred=day, by=speaker) for id_, day in DAYS.items()]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    page.add_init_script(WRITTEN)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        opened(page, f"{fresh}?statement=a")
        the_edges_are_the_same(page, width)


NARROWED = """width => {
    document.body.style.width = `${width}px`;
    const strips = [...document.querySelectorAll(".overview canvas, .chart-frame")];
    const ends = strips.map((each) => each.getBoundingClientRect().right);
    document.body.style.width = "";
    return Math.max(...ends);
}"""
"""Where what is drawn ends in a narrower page, before it is drawn again."""


def test_no_strip_sticks_out_of_a_page_that_becomes_narrower(page: Page) -> None:
    """Not even until it is drawn again."""
    opened(page, "kursk")
    assert page.evaluate(NARROWED, 700) <= 700
    assert page.evaluate(NARROWED, 2_000) > 1_900


DAYS = {"a": "2021-12-20", "b": "2023-02-11"}
NAMED = """() => {
    return /2022.*2023/s.test([...(window.written["overview-happened"] ?? [])].join());
}"""
"""Both years are written below the strip."""


def the_edges_are_the_same(page: Page, width: int) -> None:
    at: dict[str, float] = {}
    chart = page.get_by_test_id("chart")
    for id_ in DAYS:
        follow(page, f"?statement={id_}")
        expect(page.get_by_test_id("detail")).to_contain_text(f"This is {id_}.")
        expect(chart).to_have_attribute("data-chosen", re.compile(r"\d"))
        at[id_] = float((chart.get_attribute("data-chosen") or "").split(",")[0])
    if width < 640:
        page.locator("#options").evaluate("button => button.click()")
    known = {id_: datetime.fromisoformat(day).timestamp() for id_, day in DAYS.items()}
    pixels = (at["b"] - at["a"]) / (known["b"] - known["a"])
    ends = [
        at["a"] + (datetime.fromisoformat(end).timestamp() - known["a"]) * pixels
        for end in (chart.get_attribute(f"data-{edge}") or "" for edge in ("from", "to"))
    ]
    until(page, NAMED)
    box, below = strip(page, "happened").bounding_box(), chart.bounding_box()
    assert box is not None
    assert below is not None
    left, right = ends[0] + below["x"], ends[1] + below["x"]
    assert abs(box["x"] + 4 - left) < 5, width
    assert abs(box["x"] + box["width"] - 4 - right) < 5, width


def test_a_strip_that_is_drawn_again_looks_the_same(page: Page) -> None:
    """Its ticks are as wide as they were, and as those of the chart."""
    opened(page, "kursk")
    expect(page.locator("#facets h2").first).to_be_visible()
    happened, look = strip(page, "happened"), "canvas => canvas.toDataURL()"
    before = happened.evaluate(look)
    page.locator("#chart-frame").dispatch_event("scroll")
    frames(page)
    assert happened.evaluate(look) == before

"""The strips of the overview: a pointer and a slider in them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.questions import visit
from tests.browser.until import until


def strip(page: Page, name: str) -> Locator:
    return page.get_by_test_id("overview").locator(f"#overview-{name}")


def drag(page: Page, strip: Locator, start: float, end: float) -> None:
    """From one part of a strip's width to another."""
    box = strip.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
    page.mouse.up()


def opened(page: Page, timeline: str) -> Locator:
    """The chart of a page that has been read."""
    visit(page, f"/t/{timeline}")
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-marks", re.compile(r"\d"))
    return chart


TICKS = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const tall = height - 13;
    const at = (x, y) => data.slice((y * width + x) * 4, (y * width + x) * 4 + 3).join();
    const ground = at(1, 1);
    const marked = (x) => [...Array(tall).keys()].filter((y) => at(x, y) !== ground).length / tall;
    const found = [...Array(width - 30).keys()].map(marked);
    return found.filter((part, x) => part > 0.4 && !(found[x - 1] > 0.4));
}"""
"""The part of the height that each tick has."""

HEIGHTS = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const at = (x, y) => data.slice((y * width + x) * 4, (y * width + x) * 4 + 3).join();
    const rows = [...Array(height - 20).keys()].map((row) => row + 4);
    return new Set([...Array(width - 60).keys()].map((x) => {
        return rows.find((y) => at(x + 30, y) !== at(30, 4)) ?? height;
    })).size;
}"""
"""How many different heights the amounts in a strip have."""

WRITTEN = """
const write = CanvasRenderingContext2D.prototype.fillText;
window.written = {};
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  (window.written[this.canvas.id] ??= new Set()).add(text);
  return write.call(this, text, ...where);
};
"""
"""Keeps what is written in each canvas."""


DRAWN = """width => {
    const chart = document.getElementById("chart");
    const late = chart.width / devicePixelRatio - chart.clientWidth;
    return innerWidth === width && Math.abs(late) <= 1;
}"""


def heard(page: Page, script: str = WRITTEN) -> None:
    """Run a script that keeps what is drawn, and have all of it drawn again. A page that ran it
    from its beginning could not be wiped for the next test."""
    page.evaluate(f"() => {{ {script} }}")
    size = page.viewport_size
    assert size is not None
    width = size["width"] - 10
    page.set_viewport_size({"width": width, "height": size["height"]})
    until(page, DRAWN, width)


def stands(recorded: Locator, x: float, *, by: float) -> None:
    """The slider is at a pixel of the strip, give or take some."""
    recorded.evaluate(
        """async (canvas, [x, by]) => {
            const late = performance.now() + 20_000;
            while (Math.abs(Number(canvas.dataset.moment) - x) > by) {
                if (performance.now() > late) throw new Error(`it is at ${canvas.dataset.moment}`);
                await new Promise(requestAnimationFrame);
            }
        }""",
        [x, by],
    )

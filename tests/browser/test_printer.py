"""What a printer gets: the notes, and the whole chart in the colours of paper."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.until import until

LIGHT = """canvas => {
    const ink = canvas.getContext("2d");
    return ink.getImageData(canvas.width - 2, canvas.height - 2, 1, 1).data[0] > 200;
}"""


def test_the_chart_is_whole_and_light_on_paper(dark: Page) -> None:
    """Every lane is drawn, in the colours of paper on a dark screen too, and as before after it; it
    says how many lie beyond it."""
    page = dark
    page.set_viewport_size({"width": 1000, "height": 600})
    page.goto("/t/kursk")
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    chart = page.get_by_test_id("chart")
    page.get_by_test_id("zoom-in").click()
    page.get_by_test_id("zoom-in").click()
    expect(page.get_by_test_id("edge-earlier")).to_have_text("‹ 2 earlier")
    height = chart.evaluate("canvas => canvas.height")
    assert not chart.evaluate(LIGHT)
    page.emulate_media(media="print")
    expect(page.locator("#print-notes")).to_be_attached()
    expect(page.get_by_text("Beyond what is drawn: 2 earlier")).to_be_visible()
    assert chart.evaluate(LIGHT)
    assert chart.evaluate("canvas => canvas.height") > 1.5 * height
    assert chart.evaluate("canvas => canvas.height") >= page.locator("#chart-space").evaluate(
        "space => space.clientHeight"
    )
    page.emulate_media(media="screen")
    expect(page.locator("#print-notes")).to_have_count(0)
    until(page, f"() => !({LIGHT})(document.getElementById('chart'))")


LAST_LANE = """() => {
    const canvas = document.getElementById("chart");
    const ink = canvas.getContext("2d");
    const [width, sharp] = [canvas.width, canvas.width / 720];
    const { data } = ink.getImageData(0, canvas.height - 30 * sharp, width, 24 * sharp);
    const dark = [...Array(data.length / 4).keys()].filter((at) => data[at * 4] < 60).length;
    return { tall: canvas.height / sharp, dark };
}"""


def test_a_printer_gets_the_whole_chart(dark: Page, tmp_path: Path) -> None:
    """A browser says that it prints while the page still has the size of the screen, where the
    chart scrolls: its last lane is drawn all the same, and afterwards the screen is as before. So
    it is with the notes, which are made before and gone after."""
    page = dark
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto("/t/kursk?statement=gerasimov-full-control")
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-chosen", re.compile(","))
    place = chart.get_attribute("data-chosen")
    frame = page.locator("#chart-frame").bounding_box()
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.drawn = ({LAST_LANE})(); }})")
    page.evaluate(
        """() => addEventListener("beforeprint", () =>
            { window.printed = document.querySelector("#print-notes")?.textContent; })"""
    )
    page.pdf(path=tmp_path / "page.pdf")
    assert "To refer to this" in page.evaluate("window.printed")
    expect(page.locator("#print-notes")).to_have_count(0)
    drawn = page.evaluate("window.drawn")
    assert drawn["tall"] > 500
    assert drawn["dark"] > 100
    expect(chart).to_have_attribute("data-chosen", str(place))
    assert page.locator("#chart-frame").bounding_box() == frame

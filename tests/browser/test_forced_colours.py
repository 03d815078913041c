"""Colours that a reader forces on every page."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import Axe
from tests.browser.questions import follow, reading, visit
from tests.serving import Service


def test_forced_colours_reach_everything(browser: Browser, server: Service) -> None:
    """The chart is drawn in the colours that the reader forces, what was chosen is marked by an
    outline, and axe finds nothing. Standings, which have one colour there, keep their patterns."""
    context = browser.new_context(
        base_url=server.url, forced_colors="active", color_scheme="dark", bypass_csp=True
    )
    page = context.new_page()
    visit(page, "/t/kursk?statement=gerasimov-full-control")
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    colours = page.get_by_test_id("chart").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const found = new Set();
            for (let at = 0; at < data.length; at += 4) {
                const [r, g, b] = data.subarray(at, at + 3);
                if (Math.max(r, g, b) - Math.min(r, g, b) > 24) found.add(`${r} ${g} ${b}`);
            }
            return [...found];
        }"""
    )
    assert colours == []
    row = page.locator('[data-statement-id="gerasimov-full-control"]')
    assert row.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    assert Axe(page).judge()[0] == []
    looks = page.locator("#legend .area").evaluate_all(
        "all => all.map((each) => getComputedStyle(each).backgroundImage)"
    )
    assert len(set(looks)) == 5
    what_is_out_of_date_is_shown(page)
    context.close()


def what_is_out_of_date_is_shown(page: Page) -> None:
    """Neither grey nor hatching is left there: each row that may be out of date has a broken line,
    and so has what it is in; what answers the address has none."""
    follow(page, "")
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    row = page.get_by_test_id("statement").first
    before = "row => getComputedStyle(row).borderInlineStartStyle"
    around = "part => getComputedStyle(part).outlineStyle"
    parts = [page.locator(part) for part in (".summary", ".chart-frame", "#list")]
    assert row.evaluate(before) == "none"
    page.route("**/v1/**", lambda route: route.abort())
    page.get_by_test_id("search").fill("control")
    reading(page, "failed")
    assert row.evaluate(before) == "dashed"
    assert [part.evaluate(around) for part in parts] == ["dashed"] * 3

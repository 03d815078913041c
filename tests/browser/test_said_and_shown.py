"""What is said of what is shown is true in each state that a page can be in, one after another."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.questions import follow, reading, visit

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

SAID = [
    "#moment-words",
    "#pinned",
    "#unfinished",
    "#export-link",
    "#count",
    "#summary",
    "#arrivals",
]
SHOWN = ["#statements", "#chart"]


def in_sight(page: Page, selectors: list[str]) -> list[str]:
    found = [each for each in selectors if page.locator(each).filter(visible=True).count()]
    return [each for each in found if page.locator(each).inner_text() or each == "#chart"]


def ask_from(page: Page, text: str) -> None:
    page.get_by_test_id("filter-from").fill(text)
    page.get_by_test_id("filter-from").press("Enter")


def test_what_is_refused_is_neither_shown_nor_spoken_of(page: Page) -> None:
    """Refused, failed, refused again and answered: the strip, the counts and the file are told of
    where there are statements, and of which moment these are."""
    visit(page, "/t/kursk")
    it_is_not_spoken_of(page, "")
    follow(page, "?as_of=50")
    it_is_not_spoken_of(page, "?as_of=50")


def it_is_not_spoken_of(page: Page, moment: str) -> None:
    strip = "#pinned" if moment else "#moment-words"
    told = page.locator(strip)
    now = "As known" if moment else "now: revision"
    expect(told).to_contain_text(now)
    assert in_sight(page, SHOWN) == SHOWN
    ask_from(page, "2024-13")
    reading(page, "refused")
    assert in_sight(page, SAID + SHOWN) == []
    expect(page.get_by_text("Nothing is shown until")).to_be_visible()
    page.route("**/v1/**", lambda route: route.abort())
    ask_from(page, "2024-10")
    reading(page, "failed")
    expect(told).to_contain_text("Still shown")
    expect(page.get_by_text(re.compile("^(now|As known)")).filter(visible=True)).to_have_count(0)
    assert in_sight(page, SHOWN) == SHOWN
    page.unroute("**/v1/**")
    ask_from(page, "2024-13")
    reading(page, "refused")
    assert in_sight(page, SAID + SHOWN) == []
    ask_from(page, "")
    reading(page, "shown")
    expect(told).to_contain_text(now)
    expect(page.locator("#export-link")).to_be_visible()
    assert in_sight(page, SHOWN) == SHOWN


def test_where_nothing_is_drawn_there_are_no_tools_for_it(page: Page, fresh: str) -> None:
    """An empty timeline has nothing to zoom into, and no signs to explain."""
    visit(page, f"/t/{fresh}")
    expect(page.get_by_text("There is nothing to draw.")).to_be_visible()
    for part in ("key", "zoom-in", "fit"):
        expect(page.get_by_test_id(part)).to_be_hidden()


def test_rows_stay_hatched_while_a_failed_read_is_repeated(page: Page) -> None:
    """Also where the service does not answer the second time, and nothing tells yet that it will
    not. The count is called one of before until there is an answer."""
    behind = "count => getComputedStyle(count, '::after').content"
    count = page.locator("#count")
    page.goto("/t/kursk")
    reading(page, "shown")
    page.route("**/v1/**", lambda route: route.abort())
    page.get_by_test_id("search").fill("troops")
    reading(page, "failed")
    assert count.evaluate(behind) == '" before · no answer yet"'
    asked: list[Route] = []
    page.unroute("**/v1/**")
    page.route("**/v1/**", lambda route: asked.append(route))  # noqa: PLW0108 - it has to be a function
    page.get_by_test_id("retry").click()
    reading(page, "asked")
    rows = page.locator("#list")
    expect(rows).to_have_attribute("data-stale", "")
    expect(rows).to_have_css("filter", "grayscale(1)")
    expect(page.get_by_test_id("retry")).to_be_visible()
    expect(page.locator("#moment-words")).to_contain_text("Still shown")
    assert "before" in count.evaluate(behind)
    for route in asked:
        route.abort()
    reading(page, "failed")
    page.unroute("**/v1/**")
    page.get_by_test_id("retry").click()
    reading(page, "shown")
    expect(page.locator("[data-stale]")).to_have_count(0)
    assert count.evaluate(behind) == "none"

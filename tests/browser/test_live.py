"""The page while the record grows: arrivals and pauses."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.browser.timelines import record


def test_a_statement_appears_as_it_is_recorded(page: Page, api: httpx.Client, fresh: str) -> None:
    """What others record is in the list without a touch, once, and changes are seen too."""
    record(api, fresh, "a")
    visit(page, f"/t/{fresh}")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(page.get_by_test_id("statement")).to_have_count(1)
    record(api, fresh, "b", "c")
    expect(page.get_by_test_id("statement")).to_have_count(3)
    expect(page.locator("#count")).to_have_text("3 statements")
    path = f"/v1/timelines/{fresh}/statements/c"
    api.post(f"{path}/relations", json={"relation": "disputes", "target": "a"})
    row = page.locator('[data-statement-id="a"]')
    expect(row).to_have_attribute("data-standing", "disputed")
    follow(page, "?tag=x")
    filters_hold_for_what_arrives(page, api, fresh)
    follow(page, "")
    it_is_paused_by_hand_and_misses_nothing(page, api, fresh)


def filters_hold_for_what_arrives(page: Page, api: httpx.Client, fresh: str) -> None:
    """Only what the address asks for appears."""
    expect(page.get_by_test_id("statement")).to_have_count(0)
    record(api, fresh, "d")
    record(api, fresh, "e", tags=["x"])
    expect(page.locator('[data-statement-id="e"]')).to_be_visible()
    expect(page.get_by_test_id("statement")).to_have_count(1)


def it_is_paused_by_hand_and_misses_nothing(page: Page, api: httpx.Client, fresh: str) -> None:
    """While it is paused nothing moves; going on brings what was recorded meanwhile."""
    expect(page.get_by_test_id("statement")).to_have_count(5)
    mark = page.get_by_test_id("live")
    expect(mark).to_have_text("live")
    mark.click()
    expect(mark).to_have_text("paused")
    record(api, fresh, "f")
    page.get_by_label("Order").select_option("-recorded")
    expect(mark).to_have_text("paused")
    mark.click()
    expect(mark).to_have_text("live")
    record(api, fresh, "g")
    expect(page.get_by_test_id("statement")).to_have_count(7)


@pytest.mark.parametrize("width", [1400, 390])
def test_what_one_reads_stays_in_its_place(
    page: Page, api: httpx.Client, fresh: str, width: int
) -> None:
    """Statements that arrive above leave the row in sight where it is."""
    record(api, fresh, *(f"s{n}" for n in range(60)), occurred="2024")
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, f"/t/{fresh}")
    expect(page.get_by_test_id("live")).to_have_text("live")
    row = page.locator('[data-statement-id="s40"]')
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    record(api, fresh, *(f"early{n}" for n in range(5)), occurred="1999")
    expect(page.get_by_test_id("statement")).to_have_count(65)
    expect(page.get_by_test_id("statement").first).to_have_attribute("data-statement-id", "early0")
    assert before is not None
    page.wait_for_function(  # the browser moves the page back when it lays it out again
        "y => Math.abs(document.querySelector('[data-statement-id=s40]')"
        ".getBoundingClientRect().top - y) < 2",
        arg=before["y"],
        timeout=5_000,
    )

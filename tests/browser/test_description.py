"""The description of a timeline: whole where there is room, and where there is little it opens."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.browser.questions import visit
from tests.serving import said

LONG = "Who said what about the bridge, and when, by the papers of the town and its council. " * 2


def test_a_description_whose_end_is_cut_opens(phone: Page, api: httpx.Client, fresh: str) -> None:
    """By a finger and by the keyboard; the first statement stays on the first screen."""
    api.put(f"/v1/timelines/{fresh}", json={"title": "The bridge", "description": LONG})
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", occurred="2024")])
    visit(phone, f"/t/{fresh}")
    about = phone.locator("#description")
    expect(about).to_have_role("button")
    expect(phone.get_by_test_id("statement").locator(".row-text")).to_be_in_viewport(ratio=1)
    low = "about => about.offsetHeight / parseFloat(getComputedStyle(about).lineHeight)"
    assert round(about.evaluate(low)) == 1
    about.tap()
    expect(about).to_have_attribute("aria-expanded", "true")
    assert about.evaluate("about => about.scrollHeight <= about.clientHeight")
    about.press("Enter")
    expect(about).to_have_attribute("aria-expanded", "false")
    assert round(about.evaluate(low)) == 1
    phone.set_viewport_size({"width": 1280, "height": 800})
    expect(about).not_to_have_attribute("role", "button")  # there it is whole


def test_a_description_that_is_whole_is_no_button(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """There is nothing to open, and no stop on the way through the page."""
    api.put(f"/v1/timelines/{fresh}", json={"title": "The bridge", "description": "In short."})
    visit(page, f"/t/{fresh}")
    about = page.locator("#description")
    expect(about).to_have_text("In short.")
    expect(about).not_to_have_attribute("role", "button")
    expect(about).not_to_have_attribute("tabindex", "0")

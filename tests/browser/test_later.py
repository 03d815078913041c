"""A moment to compare with that is later than the one that is shown, and a window that ends before
it begins: what is said of both sides, and what is still shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, reading, rows, shown

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

LATER = "Revision 5, to compare with, is later than revision 4, which is shown."


def test_a_comparison_with_what_came_later_is_refused_alone(page: Page, later: str) -> None:
    """The list and the chart are those of the moment; the field says both revisions, and leads to
    the moment without a comparison, as paper does."""
    page.goto(f"/t/{later}?as_of=4&compare=5")
    rows(page, "old")
    shown(page)
    expect(page.locator("#compare-fault")).to_have_text(LATER)
    expect(page.get_by_test_id("difference")).to_be_hidden()
    expect(page.get_by_test_id("moment")).to_contain_text("revision 4 of 5")
    expect(page.get_by_test_id("summary")).to_contain_text("1 statement")
    expect(page.locator("#count")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print-notes")).to_contain_text(f"/t/{later}?as_of=4")
    expect(page.locator("#print-notes")).not_to_contain_text("compare")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    follow(page, "?as_of=5&compare=5")
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.get_by_test_id("difference")).to_contain_text("nothing has changed")
    follow(page, "?as_of=4&compare=5")
    expect(page.get_by_test_id("difference")).to_be_hidden()
    page.get_by_role("button", name="Remove “What changed since”").click()
    expect(page).to_have_url(re.compile(r"\?as_of=4$"))
    expect(page.locator(".fault")).to_have_count(0)
    rows(page, "old")


def test_an_article_says_it_above_all(page: Page, later: str) -> None:
    """It has no field for it, but a button that takes it away."""
    page.goto(f"/embed/{later}?as_of=4&compare=5")
    rows(page, "old")
    expect(page.locator("#problem-words")).to_have_text(LATER)
    page.get_by_role("button", name="Remove “what changed since: 5”").click()
    expect(page.locator("#problem")).to_be_hidden()
    rows(page, "old")


def test_a_window_that_ends_before_it_begins_says_both_ends(page: Page, two: str) -> None:
    """At its end, in words of the field's own value and of the other's."""
    page.goto(f"/t/{two}?from=2025-03&to=2024")
    reading(page, "refused")
    expect(page.locator("#filter-to-fault")).to_have_text(
        "The window ends before it begins: 2024 is over before 2025-03."
    )

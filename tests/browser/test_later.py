"""A moment to compare with that there is not, or that is later than the one that is shown, and a
window that ends before it begins: what is said of both sides, and what is still shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, reading, rows, shown, visit

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

LATER = "Revision 5, to compare with, is later than revision 4: take an earlier one."
ENDED = (
    "The window ends before it begins: 2024 is over before 2025-03."
    " Write a later end or an earlier start."
)


def test_a_comparison_with_what_came_later_is_refused_alone(page: Page, later: str) -> None:
    """The list and the chart are those of the moment; the field says both revisions, and leads to
    the moment without a comparison, as paper does."""
    visit(page, f"/t/{later}?as_of=4&compare=5")
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
    for moment, says in (
        ("70", "The timeline is at revision 5"),
        ("xx", "Write a revision, a day"),
    ):
        follow(page, f"?compare={moment}")
        rows(page, "old", "new")
        expect(page.locator("#compare-fault")).to_contain_text(says)
        expect(page.get_by_test_id("live")).to_have_text("live")
        expect(page.locator("#refused")).to_be_hidden()


def test_an_article_says_it_above_all(page: Page, later: str) -> None:
    """It has no field for it, but a button that takes it away; so it is with a window."""
    visit(page, f"/embed/{later}?as_of=4&compare=5")
    rows(page, "old")
    expect(page.locator("#problem-words")).to_have_text(LATER)
    page.get_by_role("button", name="Remove “what changed since: 5”").click()
    expect(page.locator("#problem")).to_be_hidden()
    rows(page, "old")
    follow(page, "?from=2025-03&to=2024", "refused")
    expect(page.locator("#problem-words")).to_have_text(ENDED)


def test_a_window_that_ends_before_it_begins_says_both_ends(page: Page, later: str) -> None:
    """At its end, in words of the field's own value and of the other's, and what to write; the
    facets count what the other filters select, and the strip of recording stays."""
    page.goto(f"/t/{later}?as_of=4&from=2025-03&to=2024&kind=claim")
    reading(page, "refused")
    expect(page.locator("span#filter-to-fault")).to_have_text(ENDED)
    facets = page.get_by_role("group", name="Standing")
    expect(facets).to_contain_text("not contested1")
    expect(page.locator("#as-of-slider")).to_have_value("4")
    facets.get_by_role("checkbox").check()
    reading(page, "refused")
    expect(page.locator("#filter-to-fault")).to_be_visible()
    expect(facets.get_by_role("checkbox")).to_be_checked()

"""Statements that are opened in a comparison."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import visit


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_what_is_closed_leads_back_to_the_comparison(
    screen: str, request: pytest.FixtureRequest
) -> None:
    """A statement that was opened far down in a comparison leaves that where it was; closed, by
    button as by Escape, the focus is on what led to it, which is in sight."""
    page: Page = request.getfixturevalue(screen)
    visit(page, "/t/kursk?compare=1")
    links = page.get_by_test_id("difference").locator(".row-text a")
    heading = page.get_by_test_id("detail").get_by_role("heading", level=2)
    for number, close in ((12, "Enter"), (17, "Escape")):
        link = links.nth(number)
        link.scroll_into_view_if_needed()
        link.focus()
        before = page.locator("#list").evaluate("list => list.scrollTop")
        text = link.inner_text()
        page.keyboard.press("Enter")
        expect(heading).to_have_text(text)
        if close == "Enter":
            page.get_by_role("button", name="Close").focus()
        page.keyboard.press(close)
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport(ratio=1)
        assert page.locator("#list").evaluate("list => list.scrollTop") == before

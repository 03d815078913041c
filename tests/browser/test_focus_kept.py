"""Where the focus is when what had it is replaced: whoever uses the keyboard goes on from there."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import shown, visit
from tests.browser.timelines import record

CLAIM = "gerasimov-full-control"


@pytest.mark.parametrize(("room", "width"), [("t", 390), ("t", 1400), ("embed", 600)])
def test_the_way_back_leads_to_the_row(page: Page, room: str, width: int) -> None:
    """The statement that a row has opened goes with the browser's way back, as with its button: the
    focus, which was in it, is on the row again."""
    page.set_viewport_size({"width": width, "height": 700})
    visit(page, f"/{room}/kursk")
    if room == "embed":  # which has no history of its own
        page.evaluate(f"history.pushState(null, '', '?statement={CLAIM}')")
        page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    else:
        page.locator(f'[data-statement-id="{CLAIM}"] a').first.press("Enter")
    detail = page.get_by_test_id("detail")
    expect(detail.get_by_role("heading", level=2)).to_be_visible()
    detail.get_by_role("button", name="Verify").first.focus()
    page.go_back()
    shown(page)
    expect(detail.get_by_role("heading", level=2)).to_have_count(0)
    expect(page.locator(f'[data-statement-id="{CLAIM}"] a:focus')).to_have_count(1)


def test_a_statement_that_is_replaced_keeps_the_focus(page: Page, two: str) -> None:
    """Another one is there by the way back: the focus, which was in it, is on the heading of what
    took its place."""
    visit(page, f"/t/{two}?statement=a")
    heading = page.get_by_test_id("detail").get_by_role("heading", level=2)
    page.evaluate("history.pushState(null, '', '?statement=b')")
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    expect(heading).to_have_text("Pears fell.")
    page.get_by_test_id("detail").get_by_role("button", name="Verify").focus()
    page.go_back()
    expect(heading).to_have_text("Apples fell.")
    expect(heading).to_be_focused()


def test_what_arrives_takes_no_focus_away(page: Page, api: httpx.Client, two: str) -> None:
    """A correction of the statement that is read has its parts made again: the focus stays in
    them. What arrives beside it moves no focus at all."""
    visit(page, f"/t/{two}?statement=a")
    detail = page.get_by_test_id("detail")
    expect(page.get_by_test_id("live")).to_have_text("live")
    verify = detail.get_by_role("button", name="Verify")
    verify.focus()
    record(api, two, "c")
    expect(page.get_by_test_id("statement")).to_have_count(3)
    expect(verify).to_be_focused()
    change = {"changes": {"text": "Apples fell down."}, "reason": "late"}
    api.post(f"/v1/timelines/{two}/statements/a/corrections", json=change).raise_for_status()
    heading = detail.get_by_role("heading", level=2)
    expect(heading).to_have_text("Apples fell down.")
    expect(heading).to_be_focused()

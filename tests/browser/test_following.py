"""Following a link from one statement to another: where it leads, and the way back."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.serving import said

CLAIM, DENIAL = "gerasimov-full-control", "ukraine-disputes-control"


@pytest.fixture
def phone(phone: Page) -> Page:
    phone.set_viewport_size({"width": 390, "height": 844})
    return phone


def test_a_link_out_of_the_filters_says_so(page: Page) -> None:
    """Where the filters leave out what a link leads to, the detail says it, and its button brings
    the row into the list and into sight."""
    visit(page, "/t/kursk?standing=disputed")
    page.get_by_test_id("statement").get_by_role("link", name="Ukraine: ").click()
    detail, told = page.get_by_test_id("detail"), page.get_by_test_id("left-out")
    expect(detail.get_by_role("heading", level=2)).to_contain_text("Ukraine strongly disputed")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Remove the filters").click()
    expect(page).to_have_url(f"/t/kursk?statement={DENIAL}")
    row = page.locator(f'[data-statement-id="{DENIAL}"]')
    expect(row).to_have_attribute("aria-current", "true")
    expect(row).to_be_in_viewport()
    expect(told).to_be_hidden()
    expect(detail.get_by_role("heading", level=2)).to_be_focused()


def test_other_filters_are_told_of_what_is_open(page: Page) -> None:
    """A filter that leaves out the open statement says so, and says it no more once it is gone."""
    visit(page, f"/t/kursk?statement={CLAIM}")
    told = page.get_by_test_id("left-out")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    expect(told).to_be_hidden()
    page.get_by_test_id("filter-kind").select_option("denial")
    expect(told).to_be_visible()
    page.get_by_test_id("filter-kind").select_option("claim")
    expect(told).to_be_hidden()
    follow(page, f"?statement={CLAIM}&kind=denial")
    expect(told).to_be_visible()


@pytest.fixture
def long(api: httpx.Client, fresh: str) -> str:
    """A timeline with more claims than a page loads: a hundred with a day of their own, the others
    alike; and two denials, one of them with a day."""
    alike = [said(f"alike-{n}") for n in range(2_000)]
    days = [said(f"day-{n}", occurred=f"2024-{n // 28 + 1:02}-{n % 28 + 1:02}") for n in range(100)]
    odd = [said("odd", kind="denial"), said("odd-day", kind="denial", occurred="2024-02-02")]
    for some in (alike[:1_000], alike[1_000:], days + odd):
        answer = api.post(f"/v1/timelines/{fresh}/statements", json=some)
        assert answer.status_code == 201
    return fresh


def test_a_long_list_is_told_of_what_is_open(page: Page, long: str) -> None:
    """Whether a statement matches is known of one that is not loaded; where too many are alike to
    find one among them, the page does not pretend to know."""
    told = page.get_by_test_id("left-out")
    may = "The filters may leave this statement out of the list, which is too long to tell."
    visit(page, f"/t/{long}?kind=claim&order=recorded&statement=odd-day")
    for id_, says in {
        "odd-day": "The filters leave this statement out of the list.",
        "odd": may,
        "alike-1999": may,
    }.items():
        follow(page, f"?kind=claim&order=recorded&statement={id_}")
        expect(page.locator("#count")).to_have_text("2,100 statements")
        expect(told.locator("span")).to_have_text(says)
        expect(told).to_be_visible()
    with page.expect_response(re.compile("statements.*kind=claim.*from=2024-04-16")):
        follow(page, "?kind=claim&order=recorded&statement=day-99")
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()
    expect(told).to_be_hidden()


def test_the_detail_leads_to_who_disputes_it(phone: Page) -> None:
    """Beside the standing, and in the history, those who dispute a statement are links."""
    visit(phone, f"/t/kursk?statement={CLAIM}")
    detail = phone.get_by_test_id("detail")
    heading = detail.get_by_role("heading", level=2)
    detail.locator(".facts").get_by_role("link", name="Ukraine: ").tap()
    expect(heading).to_contain_text("Ukraine strongly disputed")
    detail.locator(".history").get_by_role("link", name="Valery Gerasimov").tap()
    expect(heading).to_contain_text("Gerasimov claimed")


def test_the_keyboard_stays_in_what_covers_the_page(phone: Page) -> None:
    """Where a statement covers the page, Tab goes through the statement alone; closed, the focus
    is where it was opened, by button as by Escape."""
    visit(phone, "/t/kursk")
    link = phone.locator(f'[data-statement-id="{CLAIM}"] .row-text a')
    for close in ("Enter", "Escape"):
        link.focus()
        phone.keyboard.press("Enter")
        detail = phone.get_by_test_id("detail")
        expect(detail.get_by_role("heading", level=2)).to_be_focused()
        phone.keyboard.press("Shift+Tab")
        button = detail.get_by_role("button", name="Close")
        expect(button).to_be_focused()
        for _ in range(3):
            phone.keyboard.press("Shift+Tab")
            assert phone.evaluate("document.activeElement.matches('body, #detail *')")
        if close == "Enter":
            button.focus()
        phone.keyboard.press(close)
        expect(link).to_be_focused()


def test_a_frame_shows_the_row_of_what_was_closed(page: Page) -> None:
    """Closed, a statement leaves its row in sight, and a frame that scrolls as a whole is where it
    was; from there a button leads back to the top."""
    visit(page, "/embed/kursk")
    expect(page.get_by_test_id("live")).to_have_text("live")
    scrolled = []
    for width, height in ((600, 640), (600, 500), (320, 500)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        scrolled.append(the_row_is_shown(page))
    assert scrolled == [False, True, True]


def the_row_is_shown(page: Page) -> bool:
    """Whether the frame scrolls as a whole."""
    row = page.locator(f'[data-statement-id="{CLAIM}"]')
    row.locator(".row-text a").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    row.locator(".row-text a").click()
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(row.locator(".row-text a")).to_be_in_viewport(ratio=1)
    last = row.locator(".row-below").bounding_box()
    foot = page.locator(".colophon-embed").bounding_box()
    assert last is not None
    assert foot is not None
    assert last["y"] + last["height"] <= foot["y"]
    top = page.get_by_role("button", name="Back to the top")
    if before == 0:
        expect(top).to_be_hidden()
        return False
    assert abs(page.evaluate("scrollY") - before) < 200
    top.click()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    return True


def test_a_phone_says_that_a_statement_was_redacted(
    phone: Page, api: httpx.Client, fresh: str
) -> None:
    """A link to it does not open the list as if nothing had been asked for."""
    path = f"/v1/timelines/{fresh}/statements"
    api.post(path, json=[said("gone"), said("here")])
    api.post(f"{path}/gone/redactions", json={"reason": "by order of a court"})
    visit(phone, f"/t/{fresh}?statement=gone")
    detail = phone.get_by_test_id("detail")
    expect(detail).to_be_visible()
    expect(detail).to_contain_text("This statement was redacted")
    detail.get_by_role("button", name="Close").tap()
    expect(detail).to_be_hidden()
    expect(phone.get_by_test_id("statement")).to_be_visible()

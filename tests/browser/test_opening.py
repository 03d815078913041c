"""What is opened is seen from its beginning: a statement, and a comparison."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.article import Opener
from tests.browser.questions import follow, visit
from tests.browser.until import until

SIZES = [(320, 640), (768, 600), (1100, 500), (1400, 800)]
"""It fills the window, or stands beside the list: in a low window beside all of the page."""

ROWS = (3, 12, 5)
_ROW_IS_SHOWN = """number => {
    const row = document.querySelectorAll('[data-testid="statement"]')[number];
    const { left, top } = row.getBoundingClientRect();
    return row.contains(document.elementFromPoint(left + 4, top + 8));
}"""
CLAIM = "gerasimov-full-control"


def read_to_its_end(page: Page) -> None:
    """What is open has more than there is room for."""
    detail = page.get_by_test_id("detail")
    assert detail.evaluate("box => (box.scrollTop = box.scrollHeight, box.scrollTop)") > 0


def heading_of(page: Page) -> Locator:
    return page.get_by_test_id("detail").get_by_role("heading", level=2)


def test_another_statement_is_seen_from_its_beginning(page: Page) -> None:
    """The one before was read to its end: whether it is still open or was closed, and whether the
    other is pressed, reached by keys, or linked."""
    visit(page, "/t/kursk")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        others_begin_in_sight(page)


def others_begin_in_sight(page: Page) -> None:
    heading = heading_of(page)
    rows = page.get_by_test_id("statement")
    for row in ROWS:
        said = rows.nth(row).locator(".row-text").text_content()
        rows.nth(row).evaluate("row => row.click()")
        expect(heading).to_have_text(said or "")
        expect(heading).to_be_in_viewport(ratio=1)
        read_to_its_end(page)
    page.keyboard.press("Escape")
    expect(heading).to_have_count(0)
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(heading).to_be_in_viewport(ratio=1)
    read_to_its_end(page)
    follow(page, f"?statement={CLAIM}")
    expect(heading).to_be_in_viewport(ratio=1)
    follow(page, "")


def test_a_low_window_scrolls_to_what_has_no_row(page: Page) -> None:
    """The filters leave out the statement that is linked, and the chart fills the window."""
    page.set_viewport_size({"width": 1100, "height": 500})
    visit(page, f"/t/kursk?q=nothing+has+this&statement={CLAIM}")
    expect(heading_of(page)).to_be_in_viewport(ratio=1)


@pytest.mark.usefixtures("a_failed_request_is_no_complaint")
def test_what_comes_behind_a_bad_moment_is_seen_from_its_beginning(page: Page) -> None:
    """The statement before was read to its end, and hidden with the moment that there is not."""
    page.set_viewport_size({"width": 320, "height": 640})
    visit(page, "/t/kursk?statement=syrskyi-numbers")
    read_to_its_end(page)
    follow(page, "?as_of=999&statement=syrskyi-numbers", "refused")
    follow(page, f"?statement={CLAIM}")
    expect(heading_of(page)).to_be_in_viewport(ratio=1)


def test_a_frame_that_has_grown_shows_heading_and_row(page: Page, open_article: Opener) -> None:
    """A statement was read to its end in a small frame: in a larger one the next one begins in
    sight, and beside it stands its row."""
    article = open_article("kursk", 320)
    rows = article.frame.get_by_test_id("statement")
    heading = article.frame.get_by_test_id("detail").get_by_role("heading", level=2)
    for row, width in ((3, 600), (12, 1100)):
        rows.nth(row).evaluate("row => row.click()")
        expect(heading).to_have_text(rows.nth(row).locator(".row-text").text_content() or "")
        assert article.shows(heading)
        article.frame.get_by_test_id("detail").evaluate("box => (box.scrollTop = box.scrollHeight)")
        article.resize(width)
    until(page.frames[1], _ROW_IS_SHOWN, 12)


def test_a_comparison_is_seen_from_its_beginning(page: Page) -> None:
    """The list was scrolled to its end, or another comparison; so is the list when it ends."""
    visit(page, "/t/kursk")
    pane = page.locator("#list")
    title = pane.get_by_role("heading", name="Changes")
    for query, seen in (
        ("?compare=1", title),
        ("?compare=50", title),
        ("", page.locator("#count")),
    ):
        assert pane.evaluate("list => (list.scrollTop = list.scrollHeight, list.scrollTop)") > 0
        follow(page, query)
        expect(seen).to_be_in_viewport(ratio=1)

"""A read that fails: what the page shows then, and how it comes to answer its address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.questions import follow, reading, rows, visit

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

AWAY = {"type": "/problems/unavailable", "title": "The service is busy", "status": 503}


class Fault:
    """Requests that match fail until it ends: with a 503, or with a lost connection."""

    def __init__(self, page: Page, pattern: str, *, lost: bool) -> None:
        self._page, self._pattern, self._lost = page, re.compile(pattern), lost
        page.route(self._pattern, self._fail)

    def _fail(self, route: Route) -> None:
        if self._lost:
            route.abort("connectionreset")
        else:
            route.fulfill(status=503, json=AWAY, content_type="application/problem+json")

    def end(self) -> None:
        self._page.unroute(self._pattern)


def in_front(box: Locator) -> None:
    """It is in sight as a whole, and nothing covers it."""
    expect(box).to_be_in_viewport(ratio=1)
    uncovered = """box => {
        const { left, top, width, height } = box.getBoundingClientRect();
        return box.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }"""
    assert box.evaluate(uncovered)


def test_a_search_that_failed_is_repeated_by_itself(page: Page, two: str) -> None:
    """Rows of the earlier question look out of date, and are replaced by the answer; whether the
    service was busy or the connection was lost."""
    page.clock.install()
    visit(page, f"/t/{two}")
    for lost in (False, True):
        follow(page, "")
        rows(page, "a", "b")
        it_is_repeated(page, lost=lost)


def it_is_repeated(page: Page, *, lost: bool) -> None:
    fault = Fault(page, r"/statements\?.*q=pears", lost=lost)
    page.get_by_test_id("search").fill("pears")
    page.clock.run_for(250)
    reading(page, "failed")
    expect(page.locator("#list")).to_have_attribute("data-stale", "")
    expect(page.get_by_role("alert")).to_contain_text("try again by itself")
    fault.end()
    page.clock.run_for(1_000)
    rows(page, "b")
    reading(page, "shown")
    expect(page.locator("[data-stale]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_moment_that_cannot_be_read_is_not_called_now(page: Page, two: str) -> None:
    """The strip says what is still shown, and looks out of date; the moment comes when the service
    is back. So it is with the present, and with an earlier moment. What succeeds elsewhere
    meanwhile does not hide a failure."""
    page.clock.install(time="2026-01-01T00:00:00Z")
    visit(page, f"/t/{two}")
    for hour, before in enumerate(("", "?as_of=2"), 1):
        follow(page, before)
        page.clock.pause_at(f"2026-01-01T0{hour}:00:00Z")  # or it would be repeated by itself
        it_is_still_shown(page, before)
    follow(page, "")
    a_success_elsewhere_does_not_hide_a_failure(page)


def it_is_still_shown(page: Page, before: str) -> None:
    fault = Fault(page, "/v1/", lost=True)
    page.get_by_test_id("as-of").fill("1")
    page.get_by_test_id("as-of").press("Enter")
    reading(page, "failed")
    strip = page.locator("#pinned" if before else "#moment-words")
    expect(strip).to_contain_text("Still shown: ")
    expect(strip).to_contain_text("revision 2 of 3" if before else "revision 3 ")
    expect(strip).to_have_css("filter", "grayscale(1)")
    expect(page.get_by_text("now: revision")).to_have_count(0)
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    reading(page, "shown")
    expect(page.get_by_test_id("moment")).to_contain_text(
        re.compile("^As known on .*revision 1 of 3")
    )
    expect(page.get_by_text("Still shown").filter(visible=True)).to_have_count(0)


def a_success_elsewhere_does_not_hide_a_failure(page: Page) -> None:
    """A statement is chosen after a failed search: the search is repeated with it."""
    rows(page, "a", "b")
    page.clock.pause_at("2026-01-01T03:00:00Z")  # or the search would be repeated by itself
    fault = Fault(page, r"/statements\?.*q=pears", lost=False)
    page.get_by_test_id("search").fill("pears")
    page.clock.run_for(250)
    reading(page, "failed")
    with page.expect_response(re.compile("q=pears")):
        page.get_by_test_id("statement").first.click()
    reading(page, "failed")
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    rows(page, "b")
    expect(page.get_by_test_id("detail")).to_contain_text("Apples fell.")


def test_the_first_load_is_repeated_by_a_button(page: Page, two: str) -> None:
    """Whichever of the first reads fails, or all, the button brings the whole page, and it is
    live."""
    page.clock.install(time="2026-01-01T00:00:00Z")
    for hour, what in enumerate((r"timelines/[^/?]+\?", "/statements", "/facets", "/actors"), 1):
        page.clock.pause_at(f"2026-01-01T0{hour}:00:00Z")  # or it would be repeated by itself
        fault = Fault(page, f"/v1/.*{what}", lost=False)
        page.goto(f"/t/{two}")
        reading(page, "failed")
        fault.end()
        page.get_by_test_id("retry").click()
        page.clock.resume()
        rows(page, "a", "b")
        expect(page.locator("h1")).to_have_text("A new one")
        expect(page.get_by_role("group", name="Actors")).to_contain_text("Zoe")
        expect(page.get_by_test_id("live")).to_have_text("live")
        expect(page.get_by_test_id("retry")).to_be_hidden()
    a_reader_of_a_page_that_failed_first_can_sign_in(page, two)


def a_reader_of_a_page_that_failed_first_can_sign_in(page: Page, two: str) -> None:
    """Nothing is called out of date where nothing is shown yet; who the reader is comes with the
    answer."""
    page.clock.pause_at("2026-01-01T05:00:00Z")  # or it would be repeated by itself
    fault = Fault(page, "/v1/", lost=False)
    page.goto(f"/t/{two}")
    reading(page, "failed")
    expect(page.get_by_role("alert")).not_to_contain_text("out of date")
    expect(page.locator("[data-unanswered]")).to_have_count(0)
    expect(page.get_by_test_id("sign-in")).to_have_count(0)
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    rows(page, "a", "b")
    expect(page.get_by_test_id("sign-in")).to_be_visible()


def test_who_asks_further_down_is_told(page: Page) -> None:
    """On a phone the message stays in sight: the row that was chosen is far below its place, or the
    statement that is open covers it."""
    page.set_viewport_size({"width": 390, "height": 700})
    visit(page, "/t/kursk")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    row = page.get_by_test_id("statement").last
    it_is_told(page, row)
    follow(page, "?statement=ukraine-disputes-control")
    expect(page.locator("#problem")).to_be_hidden()
    it_is_told(page, page.get_by_test_id("detail").locator(".relation a").first)


def it_is_told(page: Page, link: Locator) -> None:
    link.scroll_into_view_if_needed()
    fault = Fault(page, "/v1/", lost=True)
    link.click()
    reading(page, "failed")
    in_front(page.locator("#problem"))
    fault.end()


def test_who_opens_a_statement_in_vain_is_told(page: Page) -> None:
    """On a phone the statement, which could not be loaded, covers the page already."""
    page.set_viewport_size({"width": 390, "height": 700})
    fault = Fault(page, "/v1/", lost=True)
    page.goto("/t/kursk?statement=ukraine-disputes-control")
    reading(page, "failed")
    in_front(page.locator("#problem"))
    fault.end()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()


def test_the_list_of_timelines_is_repeated(page: Page, two: str) -> None:
    """The first document says that it could not be loaded, and loads by itself later."""
    page.clock.install()
    fault = Fault(page, r"/v1/timelines\?", lost=True)
    page.goto("/")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    fault.end()
    page.clock.run_for(1_000)
    expect(page.locator(f'a[href="/t/{two}"]')).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_history_is_repeated_by_its_button(page: Page, two: str) -> None:
    """A history that could not be loaded says so in its place, and is there after its button."""
    fault = Fault(page, "/v1/.*/history", lost=True)
    visit(page, f"/t/{two}?statement=a")
    detail = page.get_by_test_id("detail")
    expect(detail).to_contain_text("The history could not be loaded")
    fault.end()
    detail.get_by_role("button", name="Try again").click()
    expect(detail).to_contain_text("Recorded at revision 2")

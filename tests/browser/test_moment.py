"""A moment at which nothing was on record, or not yet what is asked for: the page says so, and when
it was."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import asked, follow, shown, visit
from tests.serving import said

pytestmark = pytest.mark.usefixtures("what_is_not_there_is_no_complaint")


def test_nothing_was_on_record_yet(page: Page, later: str) -> None:
    """Before the timeline was opened and before its first statement it is told once, and as no
    fault, with the way to the first statement. What is asked for at such a moment is not denied."""
    it_is_opened(page, f"/t/{later}?as_of=2001-01-01&statement=new", 404)
    nothing_was_on_record(page, is_early=True)
    follow(page, "?as_of=3&statement=new")
    nothing_was_on_record(page, is_early=False)
    follow(page, "?as_of=3&kind=denial")
    no_filter_hides_it(page)
    follow(page, "?as_of=2001-01-01")
    what_is_taken_home_is_empty(page)
    for moment in ("2001-01-01", "4"):
        follow(page, f"?as_of={moment}&statement=new")
        a_statement_that_was_recorded_later_is_not_denied(page)
    follow(page, "?compare=2001-01-01")
    what_changed_since_is_everything(page)


def it_is_opened(page: Page, path: str, status: int) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    shown(page)


def test_an_embed_says_it_too(page: Page, later: str) -> None:
    """Of a revision before the first."""
    it_is_opened(page, f"/embed/{later}?as_of=0&statement=new", 404)
    nothing_was_on_record(page, is_early=True)


def nothing_was_on_record(page: Page, *, is_early: bool) -> None:
    summary = page.get_by_test_id("summary")
    expect(summary).to_have_text(
        re.compile(
            r"^Nothing was on record yet\. The first statement was recorded on .* CET, "
            r"whatever had been said before\.$"
        )
    )
    expect(page.locator("#count")).to_have_text("0 statements")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.locator("#more")).to_be_empty()
    expect(page.get_by_test_id("live")).to_have_text("paused")
    expect(page.get_by_test_id("moment")).to_contain_text("of 5")
    early = page.get_by_text(re.compile("^Before this record was opened on .*at revision 1 of 5"))
    expect(early).to_have_count(int(is_early))
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-from", re.compile("^1850-0[12]"))
    expect(chart).to_have_attribute("data-to", re.compile("^1851-0[5-7]"))
    summary.get_by_role("link").click()
    expect(page).to_have_url(re.compile("as_of=4"))
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(page.get_by_test_id("moment")).to_contain_text("revision 4 of 5")


def no_filter_hides_it(page: Page) -> None:
    """Nor is there a statement to choose."""
    expect(page.get_by_test_id("summary")).to_contain_text("Nothing was on record yet.")
    for words in ("Remove a filter", "Choose a statement"):
        expect(page.get_by_text(words).filter(visible=True)).to_have_count(0)


def what_is_taken_home_is_empty(page: Page) -> None:
    """The file has the heading of its columns and no row; it is no refusal."""
    page.get_by_test_id("export-format").focus()
    expect(page.get_by_test_id("export-loss")).to_contain_text("0 of 0 statements.")
    with page.expect_download() as taken:
        page.get_by_test_id("export-link").click()
    assert len(taken.value.path().read_text().splitlines()) == 1


def a_statement_that_was_recorded_later_is_not_denied(page: Page) -> None:
    """The detail says when it was recorded, on a phone too, and leads to what was known then."""
    detail = page.get_by_test_id("detail")
    way = detail.get_by_role("link", name=re.compile("^It was recorded on"))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        expect(detail).to_contain_text("This statement was not on record yet.")
        way.click(trial=True)
    way.click()
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 5")
    expect(detail.get_by_role("heading", level=2)).to_be_visible()


def what_changed_since_is_everything(page: Page) -> None:
    """A comparison with a moment before the timeline was opened begins with its opening."""
    difference = page.get_by_test_id("difference")
    expect(difference).to_contain_text("From the opening, revision 1, ")
    expect(difference.get_by_role("heading", name="Recorded: 2")).to_be_visible()


def test_who_asks_for_no_statement_is_led_to_some(page: Page, later: str) -> None:
    """What there never was is denied, at an earlier moment too. Its id is sought in all that was
    said, or all is shown; neither keeps the filters."""
    visit(page, f"/t/{later}?kind=denial&statement=Old")
    it_leads_to_some(page, "Search for “Old”", 1, {"q": ["Old"]})
    follow(page, "?kind=denial&statement=Old")
    it_leads_to_some(page, "show all statements", 2, {})
    follow(page, "?as_of=4&statement=never")
    expect(page.get_by_test_id("detail")).to_contain_text("There is no statement 'never' here.")


def it_leads_to_some(page: Page, way: str, found: int, then: dict[str, list[str]]) -> None:
    page.get_by_test_id("detail").get_by_role("link", name=way).click()
    expect(page.get_by_test_id("statement")).to_have_count(found)
    shown(page)
    assert asked(page) == then
    expect(page.get_by_test_id("detail")).to_contain_text("Choose a statement")


def test_an_empty_timeline_has_no_time_to_draw(page: Page, api: httpx.Client, fresh: str) -> None:
    """It says once that there are no statements, and shows the axis of no month; the first dated
    statement brings its time."""
    page.goto(f"/t/{fresh}")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(page.get_by_test_id("summary")).to_have_text("There are no statements yet.")
    expect(page.locator("#more")).to_be_empty()
    chart = page.get_by_test_id("chart")
    expect(chart).to_be_hidden()
    expect(page.get_by_text("There is nothing to draw.")).to_be_visible()
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", occurred="1850-03")])
    expect(chart).to_be_visible()
    expect(chart).to_have_attribute("data-from", re.compile("^1850-02"))
    expect(page.get_by_text("There is nothing to draw.")).to_be_hidden()

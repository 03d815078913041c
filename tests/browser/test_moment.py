"""A moment at which nothing was on record, or not yet what is asked for: the page says so, and when
it was."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import asked, shown
from tests.serving import said

pytestmark = pytest.mark.usefixtures("what_is_not_there_is_no_complaint")


@pytest.mark.parametrize(
    ("frame", "moment", "status"), [("t", "2001-01-01", 404), ("embed", "0", 404), ("t", "3", 200)]
)
def test_nothing_was_on_record_yet(
    page: Page, later: str, frame: str, moment: str, status: int
) -> None:
    """Before the timeline was opened and before its first statement it is told once, and as no
    fault, with the way to the first statement."""
    answer = page.goto(f"/{frame}/{later}?as_of={moment}&statement=new")
    assert answer is not None
    assert answer.status == status
    summary = page.get_by_test_id("summary")
    expect(summary).to_have_text(
        re.compile(
            r"^Nothing was on record yet\. The first statement was recorded on .* CET, "
            r"whatever had been said before\.$"
        )
    )
    shown(page)
    expect(page.locator("#count")).to_have_text("0 statements")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.locator("#more")).to_be_empty()
    expect(page.get_by_test_id("live")).to_have_text("paused")
    expect(page.get_by_test_id("moment")).to_contain_text("of 5")
    early = page.get_by_text(re.compile("^Before this record was opened on .*at revision 1 of 5"))
    expect(early).to_have_count(int(status == 404))
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-from", re.compile("^1850-0[12]"))
    expect(chart).to_have_attribute("data-to", re.compile("^1851-0[5-7]"))
    summary.get_by_role("link").click()
    expect(page).to_have_url(re.compile("as_of=4"))
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(page.get_by_test_id("moment")).to_contain_text("revision 4 of 5")


def test_what_is_taken_home_of_such_a_moment_is_empty(page: Page, later: str) -> None:
    """The file has the heading of its columns and no row; it is no refusal."""
    page.goto(f"/t/{later}?as_of=2001-01-01")
    shown(page)
    page.get_by_test_id("export-format").focus()
    expect(page.get_by_test_id("export-loss")).to_contain_text("0 of 0 statements.")
    with page.expect_download() as taken:
        page.get_by_test_id("export-link").click()
    assert len(taken.value.path().read_text().splitlines()) == 1


@pytest.mark.parametrize("moment", ["2001-01-01", "4"])
def test_a_statement_that_was_recorded_later_is_not_denied(
    page: Page, later: str, moment: str
) -> None:
    """The detail says when it was recorded, on a phone too, and leads to what was known then."""
    page.goto(f"/t/{later}?as_of={moment}&statement=new")
    detail = page.get_by_test_id("detail")
    way = detail.get_by_role("link", name=re.compile("^It was recorded on"))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        expect(detail).to_contain_text("This statement was not on record yet.")
        way.click(trial=True)
    way.click()
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 5")
    expect(detail.get_by_role("heading", level=2)).to_be_visible()


def test_a_statement_that_there_never_was_is_denied(page: Page, later: str) -> None:
    """At an earlier moment too."""
    page.goto(f"/t/{later}?as_of=4&statement=never")
    expect(page.get_by_test_id("detail")).to_contain_text("There is no statement 'never' here.")


@pytest.mark.parametrize(
    ("way", "found", "q"), [("Search for “Old”", 1, "Old"), ("show all statements", 2, None)]
)
def test_who_asks_for_no_statement_is_led_to_some(
    page: Page, later: str, way: str, found: int, q: str | None
) -> None:
    """Its id is sought in all that was said, or all is shown; neither keeps the filters."""
    page.goto(f"/t/{later}?kind=denial&statement=Old")
    page.get_by_test_id("detail").get_by_role("link", name=way).click()
    expect(page.get_by_test_id("statement")).to_have_count(found)
    shown(page)
    assert asked(page) == ({"q": [q]} if q else {})
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


def test_no_filter_hides_what_was_not_on_record(page: Page, later: str) -> None:
    """Nor is there a statement to choose."""
    page.goto(f"/t/{later}?as_of=3&kind=denial")
    expect(page.get_by_test_id("summary")).to_contain_text("Nothing was on record yet.")
    for words in ("Remove a filter", "Choose a statement"):
        expect(page.get_by_text(words).filter(visible=True)).to_have_count(0)


def test_what_changed_since_before_the_opening_is_everything(page: Page, later: str) -> None:
    """A comparison with a moment before the timeline was opened begins with its opening."""
    page.goto(f"/t/{later}?compare=2001-01-01")
    difference = page.get_by_test_id("difference")
    expect(difference).to_contain_text("From the opening, revision 1, ")
    expect(difference.get_by_role("heading", name="Recorded: 2")).to_be_visible()

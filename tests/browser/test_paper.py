"""The page on paper: moment, every statement, sources as notes, address."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, reading, shown, visit
from tests.serving import Service, said


def test_paper_has_all_of_it(dark: Page, server: Service) -> None:
    """Title, moment, chart, statements with the numbers of their sources, the sources, and an
    address that shows the same for ever; no controls."""
    page = dark
    visit(page, "/t/kursk?tag=control&as_of=60")
    expect(page.get_by_test_id("statement")).to_have_count(3)
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    shown(page)
    page.emulate_media(media="print")
    notes = page.locator("#print-notes")
    expect(notes.get_by_role("heading", name="Sources")).to_be_visible()
    expect(notes).to_contain_text("Untitled article on North Korean troops in the Kursk region")
    expect(notes).to_contain_text("“North Korean troops in Kursk”. onrecord, timeline kursk")
    expect(notes).to_contain_text(f"{server.url}/t/kursk?tag=control&as_of=60")
    for row in page.get_by_test_id("statement").all():
        expect(row.locator("sup")).to_have_text(re.compile(r"^ \[1, paragraph \d+.*\]$"))
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_test_id("moment")).to_contain_text("revision 60 of 60")
    expect(page.get_by_test_id("chip")).to_be_visible()
    expect(page.locator(".cross")).to_have_count(1)
    expect(page.locator(".cross")).to_be_hidden()
    for hidden in ("search", "live", "filter-actor", "as-of", "detail"):
        expect(page.get_by_test_id(hidden)).to_be_hidden()
    page.emulate_media(media="screen")
    expect(notes).to_have_count(0)
    expect(page.locator("sup")).to_have_count(0)


@pytest.mark.parametrize("path", ["/t", "/embed"])
def test_upright_paper_is_not_blank_where_a_statement_is_open(dark: Page, path: str) -> None:
    """Paper is narrower than most screens: what a statement covers on a narrow one is printed."""
    page = dark
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{path}/kursk?statement=gerasimov-full-control")
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()
    shown(page)
    page.set_viewport_size({"width": 560, "height": 500})  # what is left of A4 beside its margins
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    for row in page.get_by_test_id("statement").all():
        expect(row).to_be_visible()
    expect(page.get_by_test_id("detail")).to_be_visible()


def test_paper_tells_which_statement_was_opened(dark: Page) -> None:
    """Its row says so, its detail is below the list without controls, and the address opens it."""
    page = dark
    visit(page, "/t/kursk?tag=control&statement=gerasimov-full-control")
    detail, opened = page.get_by_test_id("detail"), page.locator(".opened-here")
    expect(detail.locator(".history")).to_contain_text("Ukraine disputes this")
    shown(page)
    page.emulate_media(media="print")
    row = page.locator('#statements > [data-statement-id="gerasimov-full-control"]')
    expect(row).to_contain_text("Opened: its detail is below the list")
    expect(opened).to_have_count(1)
    expect(detail).to_contain_text("The statement that was opened")
    expect(detail.get_by_role("heading", level=2)).to_contain_text("Gerasimov claimed")
    for words in ("Disputed by Ukraine", "supported by", "Evidence", "Ukraine disputes this"):
        expect(detail).to_contain_text(words)
    expect(detail.get_by_role("button")).to_have_count(0)
    expect(detail.get_by_role("heading", name="Proof")).to_have_count(0)
    below, above = detail.bounding_box(), page.locator("#list").bounding_box()
    assert below is not None
    assert above is not None
    assert below["y"] >= above["y"] + above["height"]
    asked = "/t/kursk?tag=control&statement=gerasimov-full-control&as_of=60"
    expect(page.locator("#print-notes")).to_contain_text(asked)
    page.emulate_media(media="screen")
    expect(opened).to_have_count(0)
    expect(page.locator(".opened-title")).to_have_count(0)
    paper_says_that_a_detail_was_still_awaited(page)


def paper_says_that_a_detail_was_still_awaited(page: Page) -> None:
    """Not that of the statement before, under the name of the one that was opened."""
    detail = page.get_by_test_id("detail")
    page.route("**/statements/ukraine-disputes-control**", lambda route: route.abort())
    page.locator('[data-statement-id="ukraine-disputes-control"] .row-text a').click()
    reading(page, "failed")
    page.emulate_media(media="print")
    expect(detail).to_be_hidden()
    said = page.locator(".opened-title")
    expect(said).to_contain_text("ukraine-disputes-control was opened, and its detail could not")
    expect(said).to_contain_text("cannot be reached")


def test_paper_refers_to_revisions_on_both_sides_of_a_comparison(
    dark: Page, server: Service
) -> None:
    """A day is another moment tomorrow: the address has the revisions that it stands for today."""
    page = dark
    visit(page, "/t/kursk?as_of=9999-12-31&compare=9999-12-31")
    expect(page.get_by_test_id("difference")).to_contain_text("From revision 60")
    shown(page)
    page.emulate_media(media="print")
    expect(page.locator("#print-notes")).to_contain_text("/t/kursk?as_of=60&compare=60")
    page.emulate_media(media="screen")
    follow(page, "?as_of=2001-01-01")
    paper_of_a_moment_before_the_opening_cites_that_moment(page, server)


def test_paper_is_in_order_below_a_title_from_right_to_left(
    dark: Page, api: httpx.Client, fresh: str
) -> None:
    """The reference reads from left to right, and sources have their numbers before them."""
    page = dark
    api.put(f"/v1/timelines/{fresh}", json={"title": "الجسر في فارنا"})
    source = {"id": "q", "title": "الجسر", "publisher": "الجريدة"}
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", sources=[source])])
    visit(page, f"/t/{fresh}")
    expect(page.get_by_test_id("summary")).to_contain_text("1 statement")
    shown(page)
    page.emulate_media(media="print")
    notes = page.locator("#print-notes")
    direction = "part => getComputedStyle(part).direction"
    assert notes.locator("p", has_text="onrecord, timeline").evaluate(direction) == "ltr"
    assert notes.locator("li").evaluate(direction) == "ltr"
    assert notes.locator("li span").evaluate(direction) == "rtl"


def test_the_moment_that_is_printed_can_be_asked_for(dark: Page) -> None:
    """The time of the reference, typed back, shows the same revision."""
    page = dark
    visit(page, "/t/kursk?as_of=60")
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    shown(page)
    page.emulate_media(media="print")
    text = page.locator("#print-notes").inner_text()
    (time,) = re.findall(r"\((\d{4}-\d\d-\d\dT[^)]+Z)\)", text)
    page.emulate_media(media="screen")
    follow(page, f"?as_of={time}")
    expect(page.get_by_test_id("moment")).to_contain_text("revision 60 of 60")


def test_paper_says_why_it_has_no_answer(dark: Page) -> None:
    """A moment that there is not, or a search that failed: nothing of the question before is
    printed or cited, and after the right answer all of it is."""
    visit(dark, "/t/kursk?as_of=60")
    for refused in (True, False):
        follow(dark, "?as_of=60")
        expect(dark.get_by_test_id("summary")).to_contain_text("22 statements")
        paper_says_why(dark, refused=refused)
        dark.emulate_media(media="screen")


def paper_says_why(page: Page, *, refused: bool) -> None:
    if refused:
        page.get_by_test_id("as-of").fill("some day")
        page.get_by_test_id("as-of").press("Enter")
    else:
        page.route("**/v1/**", lambda route: route.abort())
        page.get_by_test_id("search").fill("control")
    reading(page, "refused" if refused else "failed")
    page.emulate_media(media="print")
    notes = page.locator("#print-notes")
    expect(notes).to_contain_text("“What was known by”" if refused else "cannot be reached")
    expect(notes).to_contain_text("?as_of=some+day" if refused else "?as_of=60&q=control")
    expect(notes).to_contain_text("It was refused on " if refused else "It failed on ")
    expect(notes).to_contain_text(re.compile(r"\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\): "))
    for text in ("revision 60", "To refer to this", "try again", "out of date"):
        expect(notes).not_to_contain_text(text)
    expect(page.locator("h1")).to_be_visible()
    for part in (page.get_by_test_id("statement").first, page.get_by_test_id("chart")):
        expect(part).to_be_hidden()
    page.emulate_media(media="screen")
    page.unroute("**/v1/**")
    if refused:
        page.get_by_role("button", name="Back to now").click()
    else:  # it may be tried again by itself before a button is pressed
        page.evaluate("dispatchEvent(new Event('online'))")
    shown(page)
    page.emulate_media(media="print")
    expect(notes).to_contain_text("revision 60" if refused else "&as_of=60")
    expect(page.get_by_test_id("statement").first).to_be_visible()


def paper_of_a_moment_before_the_opening_cites_that_moment(page: Page, server: Service) -> None:
    """Not the revision with which the timeline was opened later."""
    expect(page.get_by_test_id("summary")).to_contain_text("Nothing was on record yet.")
    shown(page)
    page.emulate_media(media="print")
    notes = page.locator("#print-notes")
    expect(notes).to_contain_text("Before this record was opened on")
    expect(notes).to_contain_text(f"{server.url}/t/kursk?as_of=2001-01-01")
    expect(page.get_by_test_id("chart")).to_be_hidden()
    page.set_viewport_size({"width": 700, "height": 1000})  # of paper: all of it is on one sheet
    expect(notes).to_be_in_viewport(ratio=1)

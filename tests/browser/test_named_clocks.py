"""Which of its three times a row tells, and in which order the rows are."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, shown, visit
from tests.serving import said


def test_a_row_names_its_clocks(page: Page, api: httpx.Client, fresh: str) -> None:
    """When it happened, when it was said; in the order of recording also when it was recorded."""
    items = [said("a", occurred="2024-10", on="2024-11-02"), said("b")]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    visit(page, f"/t/{fresh}")
    first, second = (page.locator(f"[data-statement-id={name}]") for name in "ab")
    expect(first.locator(".row-when")).to_have_text("happened some time in October 2024")
    expect(first.locator(".row-below")).to_contain_text("said 2 November 2024")
    expect(second.locator(".row-when")).to_have_text("happened at a time not known")
    expect(second.locator(".row-below")).to_contain_text("said at a time not known")
    expect(first).not_to_contain_text("recorded")
    page.get_by_label("Order").select_option("-recorded")
    expect(first.locator(".row-below")).to_contain_text(re.compile(r"recorded \d+ \w{3} \d{4}, "))
    page.get_by_label("Order").select_option("said")
    expect(first).not_to_contain_text("recorded")


BOUNDS = {
    "2022-02-24/..": "begins on 24 February 2022; goes on",
    "-0044-03/..": "begins between 1 March 45 BCE and 31 March 45 BCE; goes on",
    "2022-02-24/": "begins on 24 February 2022; ends at an unknown time",
    "../2024-10": "begins at any time; ends between 1 October 2024 and 31 October 2024",
    "/2024-10": "begins at an unknown time; ends between 1 October 2024 and 31 October 2024",
}


def test_an_open_end_is_not_called_unknown(page: Page, api: httpx.Client, fresh: str) -> None:
    """Nor the other way round: what goes on has no end that somebody could know."""
    items = [said(f"s{n}", occurred=date) for n, date in enumerate(BOUNDS)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    visit(page, f"/t/{fresh}")
    for n, words in enumerate(BOUNDS.values()):
        follow(page, f"?statement=s{n}")
        expect(page.locator("#detail .facts small").get_by_text(words, exact=True)).to_be_visible()


def test_one_day_is_one_day(modules: Page) -> None:
    """Its bounds are not said beside it, and an interval from a day to itself is that day."""
    told = modules.evaluate(
        """async () => {
            const { dateWords, boundsWords } = await import("/page/words/dates.js");
            const side = (from, to = from) =>
                ({ earliest: `${from}T00:00:00Z`, latest: `${to}T23:59:59Z` });
            const point = (...ends) =>
                ({ start: side(...ends), end: side(...ends), qualifiers: ["approximate"] });
            const [day, may] = [point("2024-05-05"), point("2024-05-01", "2024-05-31")];
            return [dateWords("2024-05-05/2024-05-05", day), dateWords("[2024-05-05]", day),
                boundsWords(day), boundsWords(may)];
        }"""
    )
    assert told == [
        *("5 May 2024", "about 5 May 2024", ""),
        "no earlier than 1 May 2024, no later than 31 May 2024",
    ]


def test_paper_tells_the_order(page: Page) -> None:
    """Which is chosen on the screen, where the choice says it."""
    page.goto("/t/kursk?order=-said")
    shown(page)
    expect(page.get_by_test_id("statement")).to_have_count(22)
    told = page.get_by_text("In this order: said, latest first")
    expect(told).to_have_count(0)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(told).to_be_visible()
    expect(page.get_by_label("Order")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(told).to_have_count(0)


def test_the_detail_says_what_a_statement_disputes(page: Page) -> None:
    """Beside its standing, which says nothing of it, and not again below."""
    visit(page, "/t/kursk?statement=ukraine-disputes-control")
    detail = page.get_by_test_id("detail")
    disputed = detail.locator(".facts dd").first.locator(".row-note.disputes")
    expect(disputed).to_contain_text(
        "Disputes Valery Gerasimov: Gerasimov claimed that Russia regained"
    )
    expect(detail.locator(".relation").filter(has_text="full control")).to_have_count(1)
    expect(detail.locator(".history time").first).to_be_attached()
    for width in (1280, 1400):  # what the detail has below its end makes no page scroll
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(detail.locator(".history .exact").first).to_have_css("width", "1px")
    expect(detail.get_by_text("SHA-256").first).not_to_have_css("width", "1px")


def test_the_detail_marks_what_a_search_found(page: Page, api: httpx.Client, fresh: str) -> None:
    """In text, quote, title, place and tag, of the search that is in the address now."""
    source = {"id": "paper", "title": "All on bridges", "quote": "A bridge, they say."}
    place = {"name": "Bridge street"}
    item = said("a", text="The bridge is shut.", sources=[source], tags=["bridge"], places=[place])
    api.post(f"/v1/timelines/{fresh}/statements", json=[item])
    visit(page, f"/t/{fresh}?statement=a&q=bridge")
    detail = page.get_by_test_id("detail")
    expect(detail.locator("h2 mark")).to_have_text("bridge")
    expect(detail.locator(".source mark")).to_have_text(["bridge"])
    expect(detail.locator(".facts mark")).to_have_text(["Bridge", "bridge"])
    page.get_by_test_id("search").fill("bridge*")
    expect(detail.locator(".source mark")).to_have_text(["bridges", "bridge"])
    page.get_by_test_id("search").fill("")
    expect(detail.locator("h2")).to_have_text("The bridge is shut.")
    expect(detail.locator("mark")).to_have_count(0)

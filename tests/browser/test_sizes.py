"""Windows of several sizes, and magnified pages: what has room, and what stays in its place."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.questions import follow, shown, visit


def test_a_wide_window_has_room_for_all_of_it(page: Page) -> None:
    """What the chart says takes no row of its tools; the description, a sentence of 130 letters, is
    whole; an earlier moment moves nothing; the list is wider than the detail."""
    visit(page, "/t/kursk")
    for width in (940, 1100):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("#chart-note")).to_contain_text("2 without a date")
        the_note_has_room(page, width)
    the_description_is_whole(page)
    an_earlier_moment_moves_nothing(page)
    follow(page, "?statement=gerasimov-full-control")
    the_list_is_wider_than_the_detail(page)


def the_note_has_room(page: Page, width: int) -> None:
    """It stands beside the legend, covers nothing of it, and is read whole."""
    note, tools = page.locator("#chart-note"), page.locator(".chart-tools")
    tall = "part => part.getBoundingClientRect().height"
    with_note = tools.evaluate(tall)
    legend, said = page.locator("#legend li").last.bounding_box(), note.bounding_box()
    assert legend is not None
    assert said is not None
    assert legend["x"] + legend["width"] < said["x"] < said["x"] + said["width"] <= width
    key = page.get_by_test_id("key").bounding_box()
    assert key is not None
    assert key["y"] <= said["y"] < said["y"] + said["height"] <= key["y"] + key["height"]
    words = note.text_content()
    note.evaluate("note => { note.textContent = ''; }")
    assert tools.evaluate(tall) == with_note
    note.evaluate("(note, words) => { note.textContent = words; }", words)


def test_a_tablet_has_one_row_of_tools(page: Page) -> None:
    """The tools for which there is no room unfold, and what the chart says stands beside the
    others; two statements of the list are on the first screen."""
    page.set_viewport_size({"width": 768, "height": 1024})
    visit(page, "/t/kursk")
    note, tools = page.locator("#chart-note"), page.locator(".chart-tools")
    expect(note).to_contain_text("2 without a date")
    tops = "row => [...row.querySelectorAll('button, label, .chart-note')]"
    tops += ".filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect())"
    places = tools.evaluate(f"row => ({tops})(row).map(({{ top, bottom }}) => (top + bottom) / 2)")
    assert len(places) >= 6
    assert max(places) - min(places) < 4
    expect(page.get_by_test_id("statement").nth(1).locator(".row-text")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("was said")).to_be_hidden()
    page.get_by_role("button", name="Options").click()
    expect(page.get_by_label("was said")).to_be_visible()
    expect(page.get_by_role("button", name="Choose dates")).to_be_visible()


@pytest.mark.parametrize("frame", ["t", "embed"])
def test_a_page_at_twice_its_size_is_whole(page: Page, frame: str) -> None:
    """At 200 percent (half of the pixels) nothing is cut off: nothing scrolls sideways but the key,
    and each row, control and part of the detail can be scrolled to."""
    page.set_viewport_size({"width": 640, "height": 450})
    visit(page, f"/{frame}/kursk")
    it_is_whole(page, "statement", "link")
    if frame == "t":
        follow(page, "?statement=syrskyi-numbers")
        it_is_whole(page, "detail", "button")


def it_is_whole(page: Page, part: str, last: Literal["link", "button"]) -> None:
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over == 0
    found = page.get_by_test_id(part).get_by_role(last).last
    found.scroll_into_view_if_needed()
    expect(found).to_be_in_viewport()


LARGE: list[tuple[int, int, str]] = [
    (24, 390, ""),
    (24, 360, "?as_of=55"),
    (24, 390, "?compare=10"),
    (32, 390, "?statement=gerasimov-full-control"),
    (32, 360, "?as_of=55"),
]


def test_large_letters_have_room_on_a_phone(context: BrowserContext) -> None:
    """Who reads letters of one and a half times or twice the size scrolls down alone: nothing
    stands beside the page, or on something else, and the words for a fact have its line."""
    page = context.new_page()
    line = context.new_cdp_session(page)
    for size, width, query in LARGE:
        page.set_viewport_size({"width": width, "height": 700})
        line.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        visit(page, f"/t/kursk{query}")
        expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
        over = page.evaluate("[document.documentElement.scrollWidth, document.body.clientWidth]")
        assert over == [width, width], (size, width, query)
        mark, field = page.locator("#live").bounding_box(), page.locator("#search").bounding_box()
        assert mark is not None
        assert field is not None
        assert mark["y"] + mark["height"] <= field["y"], (size, width, query)
        if "statement=" in query:
            words = page.locator(".facts dd").first.bounding_box()
            assert words is not None
            assert words["width"] > width / 2


def the_description_is_whole(page: Page) -> None:
    words = page.locator("#description")
    expect(words).to_contain_text("Who said what about North Korean soldiers")
    expect(words).to_have_attribute("title", re.compile("April 2025"))
    for width in (768, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        assert words.evaluate("words => words.scrollHeight - words.clientHeight") <= 1


def the_list_is_wider_than_the_detail(page: Page) -> None:
    """A statement is open in a window in which both stand beside the filters."""
    detail = page.get_by_test_id("detail")
    expect(detail.get_by_role("heading", level=2)).to_be_visible()
    broad = "part => part.getBoundingClientRect().width"
    for width in (1024, 1400):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.locator("#list").evaluate(broad) > detail.evaluate(broad) >= 320, width


def an_earlier_moment_moves_nothing(page: Page) -> None:
    """The strip that one drags in keeps its width, and what is below it its place."""
    places = [page.locator(part) for part in (".recorded", "#as-of", "#chart-frame", "#list")]
    for width in (1024, 1100, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("#moment-words")).to_contain_text("now: revision 60")
        before = [place.bounding_box() for place in places]
        page.get_by_test_id("as-of").fill("55")
        page.get_by_test_id("as-of").press("Enter")
        expect(page.get_by_test_id("moment")).to_contain_text("revision 55")
        assert [place.bounding_box() for place in places] == before, width
        page.get_by_role("button", name="Back to now").click()
        shown(page)


def test_a_low_window_shows_the_linked_statement(page: Page) -> None:
    """Where the whole page scrolls, the detail stays in sight beside the row that it is of."""
    page.set_viewport_size({"width": 1100, "height": 600})
    visit(page, "/t/kursk?statement=ukraine-disputes-control")
    row = page.locator('[data-statement-id="ukraine-disputes-control"]')
    expect(row).to_be_in_viewport()
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_in_viewport()

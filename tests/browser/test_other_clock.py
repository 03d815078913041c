"""The chart of statements that have a date by one clock only leads to that clock."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.serving import said


@pytest.mark.parametrize("place", ["t", "embed"])
def test_what_has_only_a_date_of_being_said_is_led_to(
    page: Page, api: httpx.Client, fresh: str, place: str
) -> None:
    """The button says how many, the address has the clock that is shown, and goes back with it."""
    items = [
        said("a", on="1850-03"),
        said("b", on="/1850-05"),
        said("c"),
    ]
    answer = api.post(f"/v1/timelines/{fresh}/statements", json=items)
    assert answer.status_code == 201, answer.text
    page.goto(f"/{place}/{fresh}")
    nothing = page.get_by_test_id("nothing-drawn")
    expect(nothing).to_contain_text(
        "There is nothing to draw. 2 have a date on which they were said."
    )
    page.get_by_test_id("other-clock").click()
    expect(page).to_have_url(re.compile(r"\?on=said$"))
    expect(nothing).to_be_hidden()
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-marks", "2")
    expect(chart).to_have_attribute("data-from", re.compile("^1850-0[123]"))
    expect(page.get_by_label("was said")).to_be_checked()


def test_what_has_only_a_date_of_happening_is_led_to(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """The other way round, also where the chart had something to draw before, and for statements
    that arrive."""
    visit(page, f"/t/{fresh}?on=said")
    expect(page.get_by_test_id("live")).to_have_text("live")
    api.post(
        f"/v1/timelines/{fresh}/statements",
        json=[
            said("x", text="Dated.", occurred="1999"),
            said("y", kind="denial", occurred="1999", on="2000"),
        ],
    )
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-marks", "1")
    expect(page.get_by_test_id("nothing-drawn")).to_be_hidden()
    page.get_by_test_id("search").fill("Dated")
    expect(page.get_by_test_id("nothing-drawn")).to_contain_text(
        "1 has a date on which it happened."
    )
    page.get_by_test_id("other-clock").press("Enter")
    expect(page).not_to_have_url(re.compile("on="))
    expect(page.get_by_test_id("nothing-drawn")).to_be_hidden()
    expect(chart).to_have_attribute("data-marks", "1")


def test_the_tools_say_what_is_drawn(page: Page) -> None:
    """An address may name a clock, or rows, that there are not: the chart draws the usual ones, and
    those are checked; so they are when the reader goes back to it."""
    visit(page, "/t/kursk?on=then&lanes=places")
    follow(page, "?on=said&lanes=kind")
    expect(page.get_by_label("was said")).to_be_checked()
    follow(page, "?on=then&lanes=places")
    expect(page.get_by_label("happened", exact=True)).to_be_checked()
    expect(page.get_by_label("speaker", exact=True)).to_be_checked()
    expect(page.get_by_test_id("chart")).to_have_attribute("data-lanes", re.compile("KCNA"))

"""An address that leads nowhere: what a reader and a program get there, and the way on."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")


def test_an_unknown_timeline_leads_to_those_that_there_are(page: Page) -> None:
    """It says that there is no such timeline, shows no empty parts, and links to all of them."""
    answer = page.goto("/t/nothing-here")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading")).to_have_text("There is no timeline “nothing-here” here.")
    expect(page.get_by_test_id("chart")).to_have_count(0)
    page.get_by_role("link", name="All timelines").click()
    expect(page.get_by_test_id("timeline-card").first).to_be_visible()


def test_an_address_with_a_slash_too_many_leads_to_the_one_that_was_meant(page: Page) -> None:
    """The page for an unknown address offers the timeline whose address was lengthened."""
    page.goto("/t/kursk/")
    page.get_by_role("link", name="/t/kursk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North Korean troops in Kursk")


UNKNOWN = ["/nope", "/nope/", "/t/a%20b", "/t/a%2Fb", "/embed", "/page/chart", "/docs/"]


def test_an_unknown_address_is_a_page_that_leads_on(page: Page) -> None:
    """A browser gets a page with a way to the timelines, with status 404."""
    way = page.get_by_role("link", name="All timelines")
    for path in UNKNOWN:
        answer = page.goto(path)
        assert answer is not None
        varies = "Accept" in answer.headers["vary"].split(", ")
        assert (path, answer.status, varies) == (path, 404, True)
        expect(page.get_by_role("heading", level=1)).to_contain_text("There is no")
        expect(way).to_be_visible()
        expect(way).to_have_attribute("href", "/")
    way.click()
    expect(page.get_by_test_id("timeline-card").first).to_be_visible()


@pytest.mark.parametrize("path", ["/nope", "/nope/", "/t/nope", "/t/kursk?as_of=0", "/t/a%2Fb"])
def test_a_program_gets_problem_details_for_an_unknown_address(
    api: httpx.Client, path: str
) -> None:
    """A client that does not ask for HTML gets JSON, as for every other error; below /v1 all do."""
    for address, accepted in ((path, "*/*"), (f"/v1{path}", "text/html")):
        answer = api.get(address, headers={"Accept": accepted})
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"

"""The path of a reader who has never seen it: from the first look to who disputes the claim about
control of Kursk, and to what was known on a day. On the page, in an article, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser.article import Site
from tests.browser.questions import visit
from tests.serving import Service

SIZES: dict[str, dict[str, Any]] = {
    "page": {"viewport": {"width": 1400, "height": 900}},
    "embed": {"viewport": {"width": 1000, "height": 800}},
    "low embed": {"viewport": {"width": 1000, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 664}, "is_mobile": True, "has_touch": True},
}


@pytest.fixture(params=SIZES)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(browser: Browser, server: Service, how: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=server.url, reduced_motion="reduce", timezone_id="Europe/Berlin", **SIZES[how]
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def place(reader: BrowserContext, server: Service, how: str) -> Iterator[Page | FrameLocator]:
    """Where the reader looks: a page of the service, or a frame of 600 pixels in an article."""
    page = reader.new_page()
    if "embed" not in how:
        visit(page, "/t/kursk")
        yield page
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        Thread(target=site.serve_forever).start()
        height = 500 if how == "low embed" else 640
        asked = {"url": f"{server.url}/embed/kursk", "width": 600, "height": height}
        page.goto(f"http://127.0.0.1:{site.server_port}/?{urlencode(asked)}")
        page.evaluate("scrollTo(0, 650)")  # the reader has come to the frame
        yield page.frame_locator("iframe")
        site.shutdown()


def test_a_reader_finds_the_way(place: Page | FrameLocator, api: httpx.Client, how: str) -> None:
    """From the dispute to what was known on a day, and to what a search finds: one visit. A low
    frame differs in what is in sight of a dispute."""
    a_reader_finds_who_disputes_the_claim(place)
    if how == "low embed":
        return
    a_reader_sees_what_was_known_on_a_day(place, api)
    a_reader_finds_the_claim_by_searching(place, how)


def a_reader_finds_who_disputes_the_claim(place: Page | FrameLocator) -> None:
    """The summary says that one statement is disputed; pressing that shows its row, which says by
    whom, without scrolling; its detail says it too, and leads to the other side and back."""
    place.get_by_test_id("summary").get_by_role("link", name="1 is disputed").click()
    row = place.get_by_test_id("statement")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Gerasimov claimed that Russia regained full control")
    expect(row).to_contain_text("Disputed by Ukraine: Ukraine strongly disputed Gerasimov’s")
    expect(row.locator(".row-note.disputes")).to_be_in_viewport(ratio=1)
    row.locator(".row-text a").click()
    detail = place.get_by_test_id("detail")
    heading = detail.get_by_role("heading", level=2)
    expect(heading).to_contain_text("Gerasimov claimed")
    expect(detail.locator(".facts")).to_contain_text("Disputed by Ukraine: Ukraine strongly")
    expect(detail.locator(".facts .row-note")).to_be_in_viewport(ratio=1)
    expect(detail).to_contain_text("until about April 2025, start unknown")
    detail.locator(".relation").get_by_role("link", name="Ukraine: ").click()
    expect(heading).to_contain_text("Ukraine strongly disputed")
    expect(detail.locator("blockquote").first).to_contain_text("Ukraine")
    detail.get_by_role("button", name="Close").click()
    place.get_by_test_id("chip").click()
    expect(place.get_by_test_id("statement")).to_have_count(22)


def a_reader_sees_what_was_known_on_a_day(place: Page | FrameLocator, api: httpx.Client) -> None:
    """A day in the field shows what was known at its end, and says so; for a day before anything
    was recorded it says that; then it goes back to now."""
    claim = place.locator('[data-statement-id="gerasimov-full-control"]')
    expect(claim).to_have_attribute("data-standing", "disputed")
    field = place.get_by_test_id("as-of")
    day = api.get("/v1/timelines/kursk").json()["updated_at"][:10]
    field.fill(day)
    field.press("Enter")
    expect(place.get_by_test_id("moment")).to_contain_text("revision 60 of 60")
    expect(place.get_by_test_id("live")).to_have_text("paused")
    expect(claim).to_have_attribute("data-standing", "disputed")
    field.fill("50")
    field.press("Enter")
    expect(place.get_by_test_id("moment")).to_contain_text("revision 50 of 60")
    expect(claim).to_have_attribute("data-standing", "asserted")
    expect(place.get_by_test_id("summary")).to_contain_text("None is disputed")
    field.fill((date.fromisoformat(day) - timedelta(days=2)).isoformat())
    field.press("Enter")
    expect(place.get_by_test_id("summary")).to_contain_text("Nothing was on record yet.")
    expect(place.get_by_test_id("moment")).to_contain_text("Before this record was opened on")
    place.get_by_role("button", name="Back to now").click()
    expect(claim).to_have_attribute("data-standing", "disputed")
    expect(place.get_by_test_id("live")).to_have_text("live")


def a_reader_finds_the_claim_by_searching(place: Page | FrameLocator, how: str) -> None:
    """Where there is a field for it, `control Kursk` finds both sides of the dispute."""
    if "embed" in how:  # an article shows what its author chose
        expect(place.get_by_test_id("search")).to_be_hidden()
        return
    place.get_by_test_id("search").fill("full control Kursk")
    expect(place.get_by_test_id("statement")).to_have_count(2)
    expect(place.locator('.statements [data-standing="disputed"]')).to_be_visible()
    expect(place.get_by_test_id("statement").first).to_contain_text("isputed by Ukraine")

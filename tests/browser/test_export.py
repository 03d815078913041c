"""What a reader may take home: files of what the filters select, and feeds."""

from __future__ import annotations

import csv

import httpx
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.serving import said


def test_a_reader_takes_home_what_the_filters_select(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """The file is of the filters and the moment that the page shows, and what its format cannot
    hold is said before it is loaded."""
    path = f"/v1/timelines/{fresh}"
    recorded = [said("a", tags=["x"]), said("b", tags=["x"], occurred="2024-10"), said("c")]
    assert api.post(f"{path}/statements", json=recorded).status_code == 201
    visit(page, f"/t/{fresh}?tag=x")
    expect(page.get_by_test_id("statement")).to_have_count(2)
    page.locator("#filters").evaluate("filters => filters.open = true")
    page.get_by_test_id("export-format").focus()
    expect(page.get_by_test_id("export-loss")).to_have_text(
        "2 of 2 statements. Nothing is lost of them."
    )
    with page.expect_download() as begun:
        page.get_by_test_id("export-link").click()
    assert begun.value.suggested_filename == f"{fresh}-4.csv"
    with begun.value.path().open(newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["b", "a"]
    page.get_by_test_id("export-format").select_option("ics")
    expect(page.get_by_test_id("export-loss")).to_have_text(
        "1 of 2 statements. It cannot hold all of: when it happened."
    )
    follow(page, "?as_of=2&order=recorded")
    link = page.get_by_test_id("export-link")
    expect(link).to_have_attribute("href", f"{path}/export?as_of=2&format=ics&order=recorded")


def test_feed_readers_find_the_feeds(page: Page, api: httpx.Client, fresh: str) -> None:
    """The head of the page names both feeds, and each of them is there."""
    api.put(f"/v1/timelines/{fresh}", json={"title": 'A "title"'})
    visit(page, f"/t/{fresh}")
    links = page.locator("link[rel=alternate]")
    expect(links).to_have_count(2)
    for at in range(2):
        address = links.nth(at).get_attribute("href")
        media_type = links.nth(at).get_attribute("type")
        assert address is not None
        assert api.get(address).headers["Content-Type"] == media_type

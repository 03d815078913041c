"""What a reader sees first: the timeline in words, how it is drawn, names, changes and reasons."""

from __future__ import annotations

import re
import uuid

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.questions import follow, visit
from tests.serving import Service, said


@pytest.fixture(scope="module")
def bridge(server: Service) -> str:
    """A timeline whose actors are written by id and alias, with a dispute, a correction and a
    retraction; tests only read it."""
    name = f"bridge-{uuid.uuid4().hex[:12]}"
    with server.client() as api:
        build(api, f"/v1/timelines/{name}")
    return name


def build(api: httpx.Client, path: str) -> None:
    assert api.put(path, json={"title": "A new one"}).status_code == 201
    api.put(f"{path}/actors/min", json={"name": "Ministry", "type": "organisation"})
    api.put(f"{path}/actors/mayor", json={"name": "Elena Petrova", "type": "person"})
    api.put(f"{path}/actors/mayor/aliases/Mayor")
    source = {"id": "src-1", "title": "What we know", "publisher": "Daily"}
    items = [
        said("hurt", text="At least nine people were hurt.", by="min", sources=[source]),
        said("checked", text="It was inspected.", by="Mayor", occurred="2024-04", about=["min"]),
        said("never", text="Nobody inspected it.", by="Union", occurred="2024"),
        said("arrests", text="Two were arrested.", by="Daily"),
    ]
    api.post(f"{path}/statements", json=items)
    link = {"relation": "disputes", "target": "checked", "note": "no record of it"}
    api.post(f"{path}/statements/never/relations", json=link)
    changes = {"text": "At least twelve people were hurt.", "occurred": "2024-06-11"}
    fix = {"changes": changes, "reason": "A later count."}
    api.post(f"{path}/statements/hurt/corrections", json=fix)
    back = {"reason": "The police denied it.", "by": "min"}
    api.post(f"{path}/statements/arrests/retractions", json=back)
    assert api.get(path, params={"min_revision": 11}).status_code == 200


def test_the_timeline_is_shown_in_words(page: Page, bridge: str) -> None:
    """How many, by whom, about when, what is disputed, corrected and retracted; its words lead
    on. Rows and detail have names, who disputes it, and what was changed."""
    visit(page, f"/t/{bridge}")
    summary = page.get_by_test_id("summary")
    expect(summary).to_contain_text("4 statements by 4 speakers")
    expect(summary).to_contain_text("about 2024")
    expect(summary).to_contain_text("1 is disputed")
    expect(summary).to_contain_text("1 was corrected, 1 was retracted")
    for words, id_, chip in (
        ("1 is disputed", "checked", "standing: disputed ×"),
        ("1 was retracted", "arrests", "standing: retracted ×"),
        ("1 was corrected", "hurt", "corrected ×"),
    ):
        summary.get_by_role("link", name=words).click()
        expect(page.get_by_test_id("statement")).to_have_count(1)
        expect(page.get_by_test_id("statement")).to_have_attribute("data-statement-id", id_)
        expect(page.get_by_test_id("chip")).to_have_text(chip)
        expect(summary).to_contain_text("1 of 4 statements by")
        page.get_by_test_id("chip").click()
        expect(page.get_by_test_id("statement")).to_have_count(4)
    page.get_by_test_id("as-of").fill("8")
    page.get_by_test_id("as-of").press("Enter")
    expect(summary).to_contain_text("None is disputed")
    expect(summary).to_contain_text("None was corrected or retracted")
    follow(page, "?statement=checked&source=src-1&standing=disputed")
    names_stand_for_ids(page)
    follow(page, "?standing=disputed")
    who_disputes_it_stands_in_the_row(page)
    follow(page, "?statement=hurt")
    a_change_is_shown_where_one_reads(page)


@pytest.mark.parametrize("place", ["t", "embed"])
def test_the_summary_is_of_what_is_shown(page: Page, bridge: str, place: str) -> None:
    """With filters it describes what they select and says of how many that is, which leads to all;
    its links lead to as many as they say, with the filters that are there."""
    page.goto(f"/{place}/{bridge}?q=inspected")
    summary = page.get_by_test_id("summary")
    expect(summary).to_have_text(
        "2 of 4 statements by Union and Elena Petrova, about 2024. "
        "1 is disputed. None was corrected or retracted."
    )
    follow(page, "?q=inspected&by=mayor")
    expect(summary).to_have_text(
        "1 of 4 statements by Elena Petrova, about April 2024. 1 is disputed. "
        "None was corrected or retracted."
    )
    expect(summary.get_by_role("link", name="disputed")).to_have_count(0)
    follow(page, "?corrected=false&kind=denial")
    expect(summary).to_have_text("None of 4 statements.")
    summary.get_by_role("link", name="4 statements").click()
    expect(page.get_by_test_id("statement")).to_have_count(4)
    expect(summary).to_contain_text("1 was corrected, 1 was retracted")
    expect(page.locator("#list")).to_be_focused()


def test_of_centuries_only_years_are_named(page: Page, api: httpx.Client, fresh: str) -> None:
    """A year in which nothing but a year is known has no January."""
    items = [said("a", occurred="-0800"), said("b", occurred="2024-10")]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    visit(page, f"/t/{fresh}")
    expect(page.get_by_test_id("summary")).to_contain_text("about 801 BCE to 2024. None is")


def test_the_key_to_what_is_drawn_is_on_the_page(page: Page) -> None:
    """What a bar, a band, an arrow, dots and signs mean stands at the chart, and nowhere is it said
    that something was asserted."""
    visit(page, "/t/kursk?statement=kcna-kursk-liberated")
    key = page.get_by_test_id("key")
    for words in ("certainly then", "some time within", "goes on", "unknown", "about", "perhaps"):
        expect(key).to_contain_text(words)
    for words in ("not contested", "corroborated", "disputed", "superseded", "retracted"):
        expect(key).to_contain_text(words)
    expect(page.get_by_test_id("detail")).to_contain_text("Recorded")
    expect(page.locator("body")).not_to_contain_text(re.compile("asserted", re.IGNORECASE))


def names_stand_for_ids(page: Page) -> None:
    """Rows, detail, chips, choices and history have names; what was written stands beside them."""
    detail = page.get_by_test_id("detail")
    expect(detail).to_contain_text("Elena Petrova (as written: Mayor)")
    expect(detail).to_contain_text("Ministry (as written: min)")
    expect(detail.locator(".relation")).to_contain_text("Union: Nobody inspected it.")
    expect(detail.locator(".history")).to_contain_text("Union disputes this")
    expect(page.get_by_test_id("chip").first).to_have_text("source: What we know ×")
    expect(page.get_by_role("group", name="Sources")).to_contain_text("What we know")
    follow(page, "")
    speaker = page.locator('[data-statement-id="hurt"] .row-top')
    expect(speaker).to_contain_text("Ministry (as written: min)")
    follow(page, "?compare=8")
    expect(page.get_by_test_id("difference")).to_contain_text(
        "Union: Nobody inspected it. disputes"
    )
    expect(page.get_by_test_id("difference")).not_to_contain_text("/text")
    expect(page.get_by_test_id("difference")).to_contain_text("A later count.")
    expect(page.get_by_test_id("difference")).to_contain_text("The police denied it.")


def who_disputes_it_stands_in_the_row(page: Page) -> None:
    """A row names who disputes its statement and what they say, loaded or not, and leads there."""
    found = page.get_by_test_id("statement")
    expect(found).to_contain_text("Disputed by Union: Nobody inspected it.")
    found.get_by_role("link", name="Union").click()
    heading = page.get_by_test_id("detail").get_by_role("heading", level=2)
    expect(heading).to_have_text("Nobody inspected it.")


def a_change_is_shown_where_one_reads(page: Page) -> None:
    """The row and the detail say when, what and why: the words that went and those that came. The
    row of a retracted statement says who took it back, and why."""
    places = (page.locator('[data-statement-id="hurt"]'), page.get_by_test_id("detail"))
    for place in places:
        change = place.get_by_test_id("change")
        expect(change).to_contain_text(re.compile(r"Corrected \d+ \w+ \d{4}: “A later count.”"))
        expect(change.locator("del").first).to_have_text("nine ")
        expect(change.locator("ins").first).to_have_text("twelve ")
        expect(change).to_contain_text("“A later count.” · Text: ")
        expect(change).to_contain_text("Happened: 11 June 2024")
    change = page.locator('[data-statement-id="arrests"]').get_by_test_id("change")
    page.locator('[data-statement-id="arrests"]').scroll_into_view_if_needed()
    expect(change).to_contain_text("by Ministry (as written: min): “The police denied it.”")


def test_names_beyond_the_first_page_come_later(page: Page, api: httpx.Client, fresh: str) -> None:
    """Of more than 500 actors the others are loaded while the page is read already."""
    path = f"/v1/timelines/{fresh}"
    api.put(f"{path}/actors/zz", json={"name": "Zed", "type": "person"})
    items = [said(f"s{n}", by=f"Speaker {n:03}") for n in range(501)]
    api.post(f"{path}/statements", json=[*items, said("last", by="zz", occurred="1900")])
    assert api.get(path, params={"min_revision": 504}).status_code == 200
    visit(page, f"/t/{fresh}")
    summary = page.get_by_test_id("summary")
    expect(summary).to_contain_text("502 statements by 502 speakers")
    row = page.locator('[data-statement-id="last"]')
    expect(row).to_contain_text("Zed (as written: zz)")


def test_names_that_are_too_many_are_not_called_all(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Of more than twenty pages of actors the others are not asked for: there are more speakers
    than are known."""
    items = [said("a", by="Ann"), said("z", by="zz")]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    zed = {"id": "zz", "name": "Zed", "aliases": [], "statements": 1}
    asked = []

    def endless(route: Route) -> None:
        asked.append(route.request.url)
        items = [zed] if len(asked) == 20 else []
        route.fulfill(json={"items": items, "next": "more"})

    page.route("**/actors*", endless)
    visit(page, f"/t/{fresh}")
    row = page.locator('[data-statement-id="z"]')
    expect(row).to_contain_text("Zed (as written: zz)", timeout=20_000)  # twenty answers
    expect(page.get_by_test_id("summary")).to_contain_text("2 statements by more than 1 speakers")
    assert len(asked) == 20

"""Days and times as moments: one that is not over, one to come, and the words of the page."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, shown, visit
from tests.serving import said

pytestmark = pytest.mark.usefixtures("what_is_not_there_is_no_complaint")


def recorded(api: httpx.Client, timeline: str) -> datetime:
    """When the last revision was recorded, whole."""
    return datetime.fromisoformat(api.get(f"/v1/timelines/{timeline}").json()["updated_at"])


def rows(page: Page) -> list[str | None]:
    shown(page)
    return [
        each.get_attribute("data-statement-id") for each in page.get_by_test_id("statement").all()
    ]


@pytest.mark.parametrize("frame", ["t", "embed"])
def test_a_day_that_is_not_over_is_the_revision_that_is_shown(
    page: Page, api: httpx.Client, later: str, frame: str
) -> None:
    """Whoever opens the address later sees the same: it has the revision. The page says what became
    of the day."""
    page.goto(f"/{frame}/{later}")
    shown(page)
    for after in (timedelta(days=400), timedelta(0)):
        follow(page, "")
        day = (recorded(api, later) + after).date().isoformat()
        the_day_becomes_a_revision(page, frame, day)
    before = rows(page)
    api.post(f"/v1/timelines/{later}/statements", json=[said("after")])
    page.reload()
    assert rows(page) == before
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 6")
    expect(page.get_by_test_id("unfinished")).to_be_empty()
    if frame == "t":
        page.go_back()
        expect(page.get_by_test_id("statement")).to_have_count(3)


def the_day_becomes_a_revision(page: Page, frame: str, day: str) -> None:
    field = page.get_by_test_id("as-of")
    field.fill(day)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?as_of=5$"))
    expect(field).to_have_value("5")
    told = page.get_by_test_id("unfinished")
    expect(told).to_have_text(
        re.compile(f"^{day} is not over in UTC: this is what was on record on .* CET.$")
    )
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 5")
    links = ["#whole", "#export-link", *(["#who a"] if frame == "t" else [])]
    for link in links:
        expect(page.locator(link)).to_have_attribute("href", re.compile("as_of(=|%3D)5(&|$)"))


def test_a_link_to_a_time_to_come_is_what_is_known(
    page: Page, watched: Any, api: httpx.Client, later: str
) -> None:
    """A time in another zone too; what there is not is refused, and not taken for now."""
    time = (recorded(api, later) + timedelta(hours=30)).astimezone(timezone(timedelta(hours=2)))
    text = time.isoformat(timespec="seconds")
    page.goto(f"/t/{later}?{urlencode({'as_of': text})}")
    shown(page)
    assert page.url.endswith("?as_of=5")
    expect(page.get_by_test_id("unfinished")).to_contain_text(
        re.compile(r"^\d+ \w{3} \d{4}, [\d:]+ CES?T is not over: this is what")
    )
    follow(page, "?as_of=2999-02-30", "refused")
    expect(page.locator("#as-of-fault")).to_contain_text("Day 30 does not exist in 2999-02")
    expect(page).to_have_url(re.compile("as_of=2999-02-30$"))
    watched.complaints.clear()  # the browser notes the answer 400


def test_a_day_that_is_over_stays_in_the_address(page: Page, api: httpx.Client, later: str) -> None:
    """By the clock of the service, and not of the reader, whose clock may be wrong."""
    page.clock.set_fixed_time("2020-01-01T12:00:00Z")
    day = (recorded(api, later) - timedelta(days=1)).date().isoformat()
    page.goto(f"/t/{later}?as_of={day}")
    shown(page)
    expect(page.get_by_test_id("summary")).to_contain_text("Nothing was on record yet.")
    assert page.url.endswith(f"?as_of={day}")
    expect(page.get_by_test_id("unfinished")).to_be_empty()
    follow(page, f"?as_of={recorded(api, later).date().isoformat()}")
    assert page.url.endswith("?as_of=5")


def test_a_reader_who_goes_on_writing_is_not_interrupted(
    page: Page, api: httpx.Client, later: str
) -> None:
    """A day is shown after a pause; what is written stays, for a time may follow it, and leaving
    the field asks for nothing a second time. A comparison with a day that is not over is of what is
    recorded from the look on, and not for ever nothing."""
    day = recorded(api, later).date().isoformat()
    visit(page, f"/t/{later}")
    field = page.get_by_test_id("as-of")
    field.press_sequentially(day)
    expect(page).to_have_url(re.compile(r"\?as_of=5$"))
    expect(page.get_by_test_id("unfinished")).not_to_be_empty()
    expect(field).to_have_value(day)
    api.post(f"/v1/timelines/{later}/statements", json=[said("after")])
    page.get_by_test_id("chart").focus()
    expect(field).to_have_value("5")
    expect(page).to_have_url(re.compile(r"\?as_of=5$"))
    field.fill(f"{day}T00:00:00Z")
    field.press("Enter")
    expect(page.get_by_test_id("summary")).to_contain_text("Nothing was on record yet.")
    follow(page, "")
    page.get_by_test_id("compare").fill(day)
    page.get_by_test_id("compare").press("Enter")
    expect(page.get_by_test_id("difference")).to_contain_text("nothing has changed")
    expect(page).to_have_url(re.compile(r"\?compare=6$"))
    told = page.get_by_test_id("unfinished")
    expect(told).to_contain_text(f"{day} is not over in UTC: changes are shown since revision 6")
    api.post(f"/v1/timelines/{later}/statements", json=[said("afterwards")])
    expect(page.get_by_test_id("difference")).to_contain_text("Recorded: 1")


@pytest.mark.parametrize("frame", ["t", "embed"])
def test_the_time_of_a_moment_has_one_form(
    page: Page, api: httpx.Client, later: str, frame: str
) -> None:
    """On the screen, in a detail and on paper it is whole: with less than its fraction it asks for
    the revision before. It is taken in the field, as is what the page calls a revision."""
    whole = api.get(f"/v1/timelines/{later}").json()["updated_at"]
    page.goto(f"/{frame}/{later}?as_of=5&statement=new")
    shown(page)
    expect(page.get_by_test_id("moment")).to_contain_text(f"({whole}), revision 5 of 5")
    expect(page.locator("#detail .as-known")).to_contain_text(f"({whole}), revision 5")
    expect(page.locator("#detail .history")).to_contain_text(whole)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print-notes")).to_contain_text(f"({whole})")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    if frame == "embed":  # which has no strip that says so now, and compares nothing
        return
    follow(page, "")
    expect(page.locator("#moment-words")).to_contain_text(f"({whole})")
    follow(page, "?compare=4")
    expect(page.get_by_test_id("difference")).to_contain_text(f"({whole}), over the whole timeline")
    exact = page.get_by_test_id("difference").locator("time").last
    expect(exact).to_have_attribute("title", whole)
    follow(page, f"?as_of={whole}")
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 5")
    the_words_of_the_page_are_a_moment(page)


def the_words_of_the_page_are_a_moment(page: Page) -> None:
    """What the page calls a revision, and the present, is taken in its field."""
    field = page.get_by_test_id("as-of")
    for written in ("revision 4", "Revision 4", "r4"):
        field.fill(written)
        field.press("Enter")
        expect(page).to_have_url(re.compile(r"\?as_of=4$"))
        expect(page.get_by_test_id("moment")).to_contain_text("revision 4 of 5")
    field.fill("now")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/t/[^?]+$"))
    shown(page)
    expect(page.locator(".fault")).to_have_count(0)

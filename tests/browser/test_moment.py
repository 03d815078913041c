"""A moment at which nothing was on record, or not yet what is asked for: the page says so, and when
it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.serving import said


@pytest.fixture(autouse=True)
def what_is_not_there_is_no_complaint(watched: Any) -> Iterator[None]:
    """The browser notes in its console that the answer is 404."""
    yield
    left = [each for each in watched.complaints if "404 (Not Found)" not in each]
    watched.complaints[:] = left


@pytest.fixture
def later(api: httpx.Client, fresh: str) -> str:
    """A timeline of three revisions before its first statement, the fourth; there are two."""
    path = f"/v1/timelines/{fresh}"
    api.put(f"{path}/actors/a", json={"name": "A", "type": "other"})
    api.put(f"{path}/actors/b", json={"name": "B", "type": "other"})
    api.post(f"{path}/statements", json=[said("old", occurred="1850-03")])
    api.post(f"{path}/statements", json=[said("new", occurred="1851-05")])
    return fresh


def shown(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-reading", "shown")


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


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("moment", ["2001-01-01", "4"])
def test_a_statement_that_was_recorded_later_is_not_denied(
    page: Page, later: str, moment: str, width: int
) -> None:
    """The detail says when it was recorded, and leads to what was known then."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/t/{later}?as_of={moment}&statement=new")
    detail = page.get_by_test_id("detail")
    expect(detail).to_contain_text("This statement was not on record yet.")
    detail.get_by_role("link", name=re.compile("^It was recorded on")).click()
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 5")
    expect(detail.get_by_role("heading", level=2)).to_be_visible()


def test_a_statement_that_there_never_was_is_denied(page: Page, later: str) -> None:
    """At an earlier moment too."""
    page.goto(f"/t/{later}?as_of=4&statement=never")
    expect(page.get_by_test_id("detail")).to_contain_text("There is no statement 'never' here.")


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
    expect(difference).to_contain_text("From the opening, revision 1 (")
    expect(difference.get_by_role("heading", name="Recorded: 2")).to_be_visible()


def recorded(api: httpx.Client, timeline: str) -> datetime:
    """When the last revision was recorded, whole."""
    return datetime.fromisoformat(api.get(f"/v1/timelines/{timeline}").json()["updated_at"])


def rows(page: Page) -> list[str | None]:
    shown(page)
    return [
        each.get_attribute("data-statement-id") for each in page.get_by_test_id("statement").all()
    ]


@pytest.mark.parametrize("frame", ["t", "embed"])
@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=400)])
def test_a_day_that_is_not_over_is_the_revision_that_is_shown(
    page: Page, api: httpx.Client, later: str, frame: str, after: timedelta
) -> None:
    """Whoever opens the address later sees the same: it has the revision. The page says what became
    of the day."""
    day = (recorded(api, later) + after).date().isoformat()
    page.goto(f"/{frame}/{later}")
    shown(page)
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
    before = rows(page)
    api.post(f"/v1/timelines/{later}/statements", json=[said("after")])
    page.reload()
    assert rows(page) == before
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 6")
    expect(told).to_be_empty()
    if frame == "t":
        page.go_back()
        expect(page.get_by_test_id("statement")).to_have_count(3)


def test_a_link_to_a_time_to_come_is_what_is_known(
    page: Page, watched: Any, api: httpx.Client, later: str
) -> None:
    """A time in another zone too; what there is not is refused, and not taken for now."""
    time = (recorded(api, later) + timedelta(hours=30)).astimezone(timezone(timedelta(hours=2)))
    text = time.isoformat(timespec="seconds")
    page.goto(f"/t/{later}?{urlencode({'as_of': text})}")
    shown(page)
    assert page.url.endswith("?as_of=5")
    expect(page.get_by_test_id("unfinished")).to_contain_text(f"{text} is not over: this is what")
    page.goto(f"/t/{later}?as_of=2999-02-30")
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
    page.goto(f"/t/{later}?as_of={recorded(api, later).date().isoformat()}")
    shown(page)
    assert page.url.endswith("?as_of=5")


def test_a_reader_who_goes_on_writing_is_not_interrupted(
    page: Page, api: httpx.Client, later: str
) -> None:
    """A day is shown after a pause; what is written stays, for a time may follow it, and leaving
    the field asks for nothing a second time."""
    day = recorded(api, later).date().isoformat()
    page.goto(f"/t/{later}")
    shown(page)
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


def test_what_changed_since_a_day_that_is_not_over(
    page: Page, api: httpx.Client, later: str
) -> None:
    """It is what is recorded from the look on, and not for ever nothing."""
    day = recorded(api, later).date().isoformat()
    page.goto(f"/t/{later}")
    shown(page)
    page.get_by_test_id("compare").fill(day)
    page.get_by_test_id("compare").press("Enter")
    expect(page.get_by_test_id("difference")).to_contain_text("nothing has changed")
    expect(page).to_have_url(re.compile(r"\?compare=5$"))
    told = page.get_by_test_id("unfinished")
    expect(told).to_contain_text(f"{day} is not over in UTC: changes are shown since revision 5")
    api.post(f"/v1/timelines/{later}/statements", json=[said("after")])
    expect(page.get_by_test_id("difference")).to_contain_text("Recorded: 1")


@pytest.mark.parametrize("frame", ["t", "embed"])
def test_the_time_of_a_moment_has_one_form(
    page: Page, api: httpx.Client, later: str, frame: str
) -> None:
    """On the screen, in a detail and on paper it is whole: with less than its fraction it asks for
    the revision before."""
    whole = api.get(f"/v1/timelines/{later}").json()["updated_at"]
    page.goto(f"/{frame}/{later}?as_of=5&statement=new")
    shown(page)
    expect(page.get_by_test_id("moment")).to_contain_text(f"({whole}), revision 5 of 5")
    expect(page.locator("#detail .as-known")).to_contain_text(f"({whole}), revision 5")
    expect(page.locator("#detail .history")).to_contain_text(whole)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print-notes")).to_contain_text(f"({whole})")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.goto(f"/t/{later}")
    expect(page.locator("#moment-words")).to_contain_text(f"({whole})")
    page.goto(f"/t/{later}?as_of={whole}")
    expect(page.get_by_test_id("moment")).to_contain_text("revision 5 of 5")


@pytest.mark.parametrize("written", ["revision 4", "Revision 4", "r4"])
def test_the_words_of_the_page_are_a_moment(page: Page, later: str, written: str) -> None:
    """What the page calls a revision, and the present, is taken in its field."""
    page.goto(f"/t/{later}")
    shown(page)
    field = page.get_by_test_id("as-of")
    field.fill(written)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?as_of=4$"))
    expect(page.get_by_test_id("moment")).to_contain_text("revision 4 of 5")
    field.fill("now")
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"/t/{later}$"))
    shown(page)
    expect(page.locator(".fault")).to_have_count(0)

"""A read that fails: what the page shows then, and how it comes to answer its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.serving import said

AWAY = {"type": "/problems/unavailable", "title": "The service is busy", "status": 503}


@pytest.fixture(autouse=True)
def a_failed_request_is_no_complaint(watched: Any) -> Iterator[None]:
    """The browser notes in its console each request that these tests let fail."""
    yield
    left = [each for each in watched.complaints if "Failed to load resource" not in each]
    watched.complaints[:] = left


@pytest.fixture
def two(api: httpx.Client, fresh: str) -> str:
    """A timeline with a statement about apples and one about pears, the second by Zoe."""
    items = [said("a", text="Apples fell."), said("b", text="Pears fell.", by="Zoe")]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    assert api.get(f"/v1/timelines/{fresh}", params={"min_revision": 3}).status_code == 200
    return fresh


class Fault:
    """Requests that match fail until it ends: with a 503, or with a lost connection."""

    def __init__(self, page: Page, pattern: str, *, lost: bool) -> None:
        self._page, self._pattern, self._lost = page, re.compile(pattern), lost
        page.route(self._pattern, self._fail)

    def _fail(self, route: Route) -> None:
        if self._lost:
            route.abort("connectionreset")
        else:
            route.fulfill(status=503, json=AWAY, content_type="application/problem+json")

    def end(self) -> None:
        self._page.unroute(self._pattern)


def reading(page: Page, phase: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-reading", phase)


def rows(page: Page, *ids: str) -> None:
    expect(page.get_by_test_id("statement")).to_have_count(len(ids))
    for n, each in enumerate(ids):
        expect(page.get_by_test_id("statement").nth(n)).to_have_attribute("data-statement-id", each)


def in_front(box: Locator) -> None:
    """It is in sight as a whole, and nothing covers it."""
    expect(box).to_be_in_viewport(ratio=1)
    uncovered = """box => {
        const { left, top, width, height } = box.getBoundingClientRect();
        return box.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }"""
    assert box.evaluate(uncovered)


@pytest.mark.parametrize("lost", [False, True])
def test_a_search_that_failed_is_repeated_by_itself(page: Page, two: str, lost: bool) -> None:
    """Rows of the earlier question look out of date, and are replaced by the answer."""
    page.clock.install()
    page.goto(f"/t/{two}")
    rows(page, "a", "b")
    reading(page, "shown")
    fault = Fault(page, r"/statements\?.*q=pears", lost=lost)
    page.get_by_test_id("search").fill("pears")
    page.clock.run_for(250)
    reading(page, "failed")
    expect(page.locator("#list")).to_have_attribute("data-stale", "")
    expect(page.get_by_role("alert")).to_contain_text("try again by itself")
    fault.end()
    page.clock.run_for(1_000)
    rows(page, "b")
    reading(page, "shown")
    expect(page.locator("[data-stale]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("before", ["", "?as_of=2"])
def test_a_moment_that_cannot_be_read_is_not_called_now(page: Page, two: str, before: str) -> None:
    """The strip says what is still shown, and looks out of date; the moment comes when the service
    is back."""
    page.clock.install(time="2026-01-01T00:00:00Z")
    page.goto(f"/t/{two}{before}")
    reading(page, "shown")
    page.clock.pause_at("2026-01-01T01:00:00Z")  # or it would be repeated by itself
    fault = Fault(page, "/v1/", lost=True)
    page.get_by_test_id("as-of").fill("1")
    page.get_by_test_id("as-of").press("Enter")
    reading(page, "failed")
    strip = page.locator("#pinned" if before else "#moment-words")
    expect(strip).to_contain_text("Still shown: ")
    expect(strip).to_contain_text("revision 2 of 3" if before else "revision 3 ")
    expect(strip).to_have_css("filter", "grayscale(1)")
    expect(page.get_by_text("now: revision")).to_have_count(0)
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    reading(page, "shown")
    expect(page.get_by_test_id("moment")).to_contain_text(
        re.compile("^As known on .*revision 1 of 3")
    )
    expect(page.get_by_text("Still shown").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("what", [r"timelines/[^/?]+\?", "/statements", "/facets", "/actors"])
def test_the_first_load_is_repeated_by_a_button(page: Page, two: str, what: str) -> None:
    """Whichever of the first reads fails, the button brings the whole page, and it is live."""
    page.clock.install(time="2026-01-01T00:00:00Z")
    page.clock.pause_at("2026-01-01T01:00:00Z")  # or it would be repeated by itself
    fault = Fault(page, f"/v1/.*{what}", lost=False)
    page.goto(f"/t/{two}")
    reading(page, "failed")
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    rows(page, "a", "b")
    expect(page.locator("h1")).to_have_text("A new one")
    expect(page.get_by_role("group", name="Actors")).to_contain_text("Zoe")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(page.get_by_test_id("retry")).to_be_hidden()


def test_a_reader_of_a_page_that_failed_first_can_sign_in(page: Page, two: str) -> None:
    """Nothing is called out of date where nothing is shown yet; who the reader is comes with the
    answer."""
    page.clock.install(time="2026-01-01T00:00:00Z")
    page.clock.pause_at("2026-01-01T01:00:00Z")  # or it would be repeated by itself
    fault = Fault(page, "/v1/", lost=False)
    page.goto(f"/t/{two}")
    reading(page, "failed")
    expect(page.get_by_role("alert")).not_to_contain_text("out of date")
    expect(page.get_by_test_id("sign-in")).to_have_count(0)
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    rows(page, "a", "b")
    expect(page.get_by_test_id("sign-in")).to_be_visible()


def test_a_success_elsewhere_does_not_hide_a_failure(page: Page, two: str) -> None:
    """A statement is chosen after a failed search: the search is repeated with it."""
    page.clock.install(time="2026-01-01T00:00:00Z")
    page.goto(f"/t/{two}")
    rows(page, "a", "b")
    page.clock.pause_at("2026-01-01T01:00:00Z")  # or the search would be repeated by itself
    fault = Fault(page, r"/statements\?.*q=pears", lost=False)
    page.get_by_test_id("search").fill("pears")
    page.clock.run_for(250)
    reading(page, "failed")
    with page.expect_response(re.compile("q=pears")):
        page.get_by_test_id("statement").first.click()
    reading(page, "failed")
    fault.end()
    page.get_by_test_id("retry").click()
    page.clock.resume()
    rows(page, "b")
    expect(page.get_by_test_id("detail")).to_contain_text("Apples fell.")


@pytest.mark.parametrize("opened", [False, True])
def test_who_asks_further_down_is_told(page: Page, *, opened: bool) -> None:
    """On a phone the message stays in sight: the row that was chosen is far below its place, or the
    statement that is open covers it."""
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto("/t/kursk?statement=ukraine-disputes-control" if opened else "/t/kursk")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    link = page.get_by_test_id("statement").last
    if opened:
        link = page.get_by_test_id("detail").locator(".relation a").first
    link.scroll_into_view_if_needed()
    Fault(page, "/v1/", lost=True)
    link.click()
    reading(page, "failed")
    in_front(page.locator("#problem"))


def test_who_opens_a_statement_in_vain_is_told(page: Page) -> None:
    """On a phone the statement, which could not be loaded, covers the page already."""
    page.set_viewport_size({"width": 390, "height": 700})
    fault = Fault(page, "/v1/", lost=True)
    page.goto("/t/kursk?statement=ukraine-disputes-control")
    reading(page, "failed")
    in_front(page.locator("#problem"))
    fault.end()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()


def test_the_list_of_timelines_is_repeated(page: Page, two: str) -> None:
    """The first document says that it could not be loaded, and loads by itself later."""
    page.clock.install()
    fault = Fault(page, r"/v1/timelines\?", lost=True)
    page.goto("/")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    fault.end()
    page.clock.run_for(1_000)
    expect(page.locator(f'a[href="/t/{two}"]')).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_history_is_repeated_by_its_button(page: Page, two: str) -> None:
    """A history that could not be loaded says so in its place, and is there after its button."""
    fault = Fault(page, "/v1/.*/history", lost=True)
    page.goto(f"/t/{two}?statement=a")
    detail = page.get_by_test_id("detail")
    expect(detail).to_contain_text("The history could not be loaded")
    fault.end()
    detail.get_by_role("button", name="Try again").click()
    expect(detail).to_contain_text("Recorded at revision 2")


REMOVE = re.compile("^(Remove|Back to now)")


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize(
    ("name", "value", "field", "says", "way"),
    [
        ("from", "2024-13", "#filter-from", "months are 01 to 12", "Remove “From”"),
        ("from", "xx", "#filter-from", "Write the date in digits, like", "Remove “From”"),
        ("to", "199x", "#filter-to", "Write 199X: the letters", "Remove “To”"),
        ("as_of", "yesterday", "#as-of", "a day like 2024-10-01", "Back to now"),
        ("as_of", "9" * 20, "#as-of", "The timeline is at revision 3", "Back to now"),
        ("compare", "xx", "#compare", "a day like 2024-10-01", "Remove “What changed since”"),
    ],
)
def test_a_bad_date_says_once_at_its_field_what_to_write(
    page: Page, two: str, width: int, name: str, value: str, field: str, says: str, way: str
) -> None:
    """The field is marked, its message is in sight, with one button that removes the value, and no
    row of another question is shown."""
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"/t/{two}?{name}={value}")
    found = page.locator(field)
    expect(found).to_have_attribute("aria-invalid", "true")
    expect(found).to_have_accessible_description(re.compile(says))
    expect(found).to_have_value(value)
    expect(page.get_by_text(says).filter(visible=True)).to_have_count(1)
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator(".fault")).to_be_in_viewport()
    expect(page.get_by_role("button", name=REMOVE)).to_have_count(1)
    assert page.get_by_test_id("statement").filter(visible=True).count() == 0
    expect(page.get_by_text("Nothing is shown until")).to_be_visible()
    expect(page.get_by_test_id("live")).to_have_text("paused")
    expect(page.get_by_test_id("retry")).to_be_hidden()
    page.get_by_role("button", name=way).click()
    rows(page, "a", "b")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(found).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.get_by_text("Nothing is shown until")).to_be_hidden()


def test_every_bad_field_is_marked(page: Page, two: str) -> None:
    """Also one that another request asks for; each has its own way out."""
    page.goto(f"/t/{two}?from=2024-13&to=someday&as_of=yesterday&compare=tomorrow")
    reading(page, "refused")
    for field in ("#filter-from", "#filter-to", "#as-of", "#compare"):
        expect(page.locator(f"{field}-fault")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()
    ways = page.get_by_role("button", name=REMOVE)
    for left in (3, 2, 1, 0):
        ways.first.click()
        expect(page.locator(".fault")).to_have_count(left)
    rows(page, "a", "b")
    page.goto(f"/t/{two}?from=2024-13&compare=1")
    expect(page.locator("#filter-from-fault")).to_be_visible()
    expect(page.locator(".fault")).to_have_count(1)


@pytest.mark.parametrize(
    ("asked", "called"), [("said_from=xx", "said from: xx"), ("to=xx&on=said", "to: xx")]
)
def test_the_window_of_the_other_clock_has_no_field(
    page: Page, two: str, asked: str, called: str
) -> None:
    """Nothing is said at a field that has another value."""
    page.goto(f"/t/{two}?{asked}")
    expect(page.locator("#problem-words")).to_have_text(
        f"The address asks for “{called}”, which there is not."
    )
    expect(page.locator(".fault")).to_have_count(0)
    page.get_by_role("button", name=f"Remove “{called}”").click()
    reading(page, "shown")


def test_a_fault_without_its_field_is_told_above_all(page: Page, two: str) -> None:
    """An article has no filters: the value that came with its address is named, and can be removed;
    what the field of the moment says is not said again."""
    page.goto(f"/embed/{two}?from=xx&as_of=yesterday")
    box = page.locator("#problem")
    expect(page.locator("#problem-words")).to_have_text(
        "The address asks for “from: xx”, which there is not."
    )
    expect(page.locator("#as-of-fault")).to_contain_text("a day like 2024-10-01")
    box.get_by_role("button", name="Remove “from: xx”").click()
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Back to now").click()
    rows(page, "a", "b")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("as_of=2&as_of=3", "#as-of"),
        ("compare=2&compare=1", "#compare"),
        ("from=1850&from=1900", "#filter-from"),
    ],
)
def test_of_two_values_none_is_taken(page: Page, two: str, asked: str, field: str) -> None:
    """Where an address has two for a parameter with one, nobody knows which was meant: the field
    has both and says so, and what is written there replaces them."""
    answer = page.goto(f"/t/{two}?{asked}")
    assert answer is not None
    assert answer.status == (400 if "as_of" in asked else 200)
    first, second = (part.split("=")[1] for part in asked.split("&"))
    found = page.locator(field)
    expect(found).to_have_value(f"{first} or {second}")
    expect(page.locator(f"{field}-fault")).to_have_text(
        f"The address has more than one, {first} and {second}: write the one that is meant."
    )
    expect(page.get_by_test_id("statement").filter(visible=True)).to_have_count(0)
    found.fill(first)
    found.press("Enter")
    reading(page, "shown")
    assert page.url.endswith(f"?{asked.partition('&')[0]}")


def test_the_same_value_twice_is_one(page: Page, two: str) -> None:
    """The address then has it once; of a view that changes nothing said, the first is shown."""
    page.goto(f"/t/{two}?as_of=2&as_of=2&on=said&on=occurred&statement=a&statement=b")
    rows(page, "a")
    reading(page, "shown")
    assert page.url.endswith("?as_of=2&on=said&statement=a")
    expect(page.get_by_test_id("detail")).to_contain_text("Apples fell.")


def test_a_bad_date_leaves_no_blank_pane(page: Page) -> None:
    """The list was scrolled when a date was typed wrong: there is nothing to scroll to then, and
    the next answer is shown from its beginning."""
    page.goto("/t/kursk")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    pane = page.locator("#list")
    pane.evaluate("pane => { pane.scrollTop = pane.scrollHeight }")
    assert pane.evaluate("pane => pane.scrollTop") > 1000
    page.locator("#filter-from").fill("2024-13")
    page.locator("#filter-from").press("Enter")
    reading(page, "refused")
    assert pane.evaluate("pane => [pane.scrollTop, pane.scrollHeight - pane.clientHeight]") == [
        0,
        0,
    ]
    page.locator("#filter-from").fill("1900")
    page.locator("#filter-from").press("Enter")
    expect(page.get_by_test_id("statement").first).to_be_in_viewport()


def test_a_bad_date_leaves_no_rows_of_the_question_before(page: Page, two: str) -> None:
    """A date is typed wrong: the rows of the question before are hidden until it is right."""
    page.goto(f"/t/{two}")
    rows(page, "a", "b")
    page.locator("#filter-from").fill("2024-13")
    page.locator("#filter-from").press("Enter")
    reading(page, "refused")
    expect(page.get_by_test_id("statement").first).to_be_hidden()
    page.locator("#filter-from").fill("1900")
    page.locator("#filter-from").press("Enter")
    reading(page, "shown")
    expect(page.locator(".fault")).to_have_count(0)


@pytest.mark.parametrize("moment", ["999", "yesterday"])
def test_a_bad_moment_leaves_nothing_of_the_moment_before(
    page: Page, two: str, moment: str
) -> None:
    """Neither the statement that is open nor the time that was named is of a moment that there is
    not; both come back with one that there is."""
    page.goto(f"/t/{two}?statement=a")
    heading = page.locator("#detail h2").first
    expect(heading).to_be_visible()
    page.get_by_test_id("as-of").fill(moment)
    page.get_by_test_id("as-of").press("Enter")
    reading(page, "refused")
    expect(heading).to_be_hidden()
    expect(page.locator("#moment-words")).to_be_hidden()
    expect(page.get_by_test_id("moment")).to_be_hidden()
    page.get_by_role("button", name="Back to now").click()
    reading(page, "shown")
    expect(heading).to_be_visible()


def test_an_unknown_timeline_leads_to_those_that_there_are(page: Page) -> None:
    """It says that there is no such timeline, shows no empty parts, and links to all of them."""
    answer = page.goto("/t/nothing-here")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading")).to_have_text("There is no timeline “nothing-here” here.")
    expect(page.get_by_test_id("chart")).to_have_count(0)
    page.get_by_role("link", name="All timelines").click()
    expect(page.get_by_test_id("timeline-card").first).to_be_visible()


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ("standing=wrong&standing=asserted", "standing: wrong or standing: not contested"),
        ("match=perhaps", "dates: perhaps"),
    ],
)
def test_a_filter_without_a_field_is_called_as_its_chip_is(
    page: Page, two: str, asked: str, called: str
) -> None:
    """Nobody who followed a link is told the name of a parameter, or values to write for one."""
    page.goto(f"/t/{two}?{asked}")
    expect(page.locator("#problem-words")).to_have_text(
        f"The address asks for “{called}”, which there is not."
    )
    page.get_by_role("button", name=f"Remove “{called}”").click()
    rows(page, "a", "b")


@pytest.mark.parametrize("as_of", ["yesterday", "999"])
def test_a_bad_moment_is_a_page_with_its_status(page: Page, two: str, as_of: str) -> None:
    """The page says at the field what to write; to a program the same address is the problem."""
    answer = page.goto(f"/t/{two}?as_of={as_of}")
    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_role("heading", level=1)).to_have_text("A new one")
    expect(page.get_by_test_id("as-of")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#as-of-fault")).to_be_visible()
    page.get_by_role("button", name="Back to now").click()
    rows(page, "a", "b")


def test_an_address_with_a_slash_too_many_leads_to_the_one_that_was_meant(page: Page) -> None:
    """The page for an unknown address offers the timeline whose address was lengthened."""
    page.goto("/t/kursk/")
    page.get_by_role("link", name="/t/kursk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North Korean troops in Kursk")


@pytest.mark.parametrize(
    "path", ["/nope", "/nope/", "/t/a%20b", "/t/a%2Fb", "/embed", "/page/chart", "/docs/"]
)
def test_an_unknown_address_is_a_page_that_leads_on(page: Page, path: str) -> None:
    """A browser gets a page with a way to the timelines, with status 404."""
    answer = page.goto(path)
    assert answer is not None
    assert (answer.status, "Accept" in answer.headers["vary"].split(", ")) == (404, True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is no")
    page.get_by_role("link", name="All timelines").click()
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

"""A statement that was redacted while the page was open, or before: nothing of it is shown."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.browser.strips import TICKS, opened, strip
from tests.looks import look_again
from tests.serving import Service, said

SECRET = "Zyxwvut"


def made(api: httpx.Client) -> str:
    """A timeline in which `hidden` says the secret in every way, and others speak of it."""
    name = f"hidden-{uuid.uuid4().hex[:12]}"
    assert api.put(f"/v1/timelines/{name}", json={"title": "A new one"}).status_code == 201
    path = f"/v1/timelines/{name}/statements"
    secret = said(
        "hidden",
        by=f"{SECRET} himself",
        text=f"It was {SECRET}.",
        occurred="2024-10",
        sources=[{"id": "s", "title": f"About {SECRET}", "quote": f"“{SECRET}”"}],
        tags=[SECRET.lower()],
        places=[{"name": f"{SECRET} town"}],
    )
    assert api.post(path, json=[said("a", occurred="2024"), secret]).status_code == 201
    api.post(f"{path}/a/relations", json={"relation": "disputes", "target": "hidden"})
    correction = {"changes": {"text": f"It was not {SECRET}."}, "reason": f"{SECRET} asked"}
    answer = api.post(f"{path}/hidden/corrections", json=correction, params={"wait": "checkpoint"})
    assert answer.headers["Onrecord-Checkpoint"].isdecimal()
    return name


def redact(api: httpx.Client, name: str) -> None:
    answer = api.post(
        f"/v1/timelines/{name}/statements/hidden/redactions", json={"reason": "A court."}
    )
    assert answer.status_code == 201, answer.text
    least = {"min_revision": answer.json()["revision"]}
    assert api.get(f"/v1/timelines/{name}", params=least).status_code == 200


@pytest.fixture
def hidden(api: httpx.Client) -> str:
    """One in which it is still there."""
    return made(api)


@pytest.fixture(scope="module")
def redacted(server: Service) -> str:
    """One in which it is gone, which tests only read."""
    with server.client() as api:
        name = made(api)
        redact(api, name)
    return name


@pytest.fixture(autouse=True)
def gone_is_no_complaint(watched: Any) -> Iterator[None]:
    """The browser notes in its console that the answer is 410."""
    yield
    left = [each for each in watched.complaints if "410 (Gone)" not in each]
    watched.complaints[:] = left


def holds(page: Page) -> bool:
    """Whether the document or what the browser keeps holds the secret."""
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.title])"
    return SECRET.lower() in (page.content() + page.evaluate(kept) + page.url).lower()


def is_clean(page: Page) -> bool:
    """Whether neither holds it any more, within a second or two: parts of the page are drawn one
    after another."""
    for _ in range(100):
        if not holds(page):
            return True
        look_again()
        page.evaluate("new Promise(requestAnimationFrame)")
    return False


def test_it_goes_from_under_the_readers_eyes(page: Page, api: httpx.Client, hidden: str) -> None:
    """List, facets, detail, history, relations of others and what was verified: all of it goes as
    the redaction arrives, and comes back with no other lanes, order or size."""
    visit(page, f"/t/{hidden}?statement=hidden")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(page.get_by_test_id("detail")).to_contain_text(SECRET)
    page.get_by_test_id("verify").click()
    expect(page.get_by_test_id("verify-result")).to_contain_text("verified")
    expect(page.locator("#facets")).to_contain_text(SECRET)
    assert holds(page)
    redact(api, hidden)
    expect(page.locator('[data-statement-id="hidden"]')).to_have_count(0)
    expect(page.get_by_test_id("detail")).to_contain_text("redacted")
    expect(page.locator("#facets")).not_to_contain_text(SECRET)
    assert is_clean(page)
    page.get_by_label("Order").select_option("-recorded")
    page.get_by_role("radio", name="kind").check()
    page.set_viewport_size({"width": 800, "height": 700})
    visit(page, f"/t/{hidden}?statement=a")
    expect(page.get_by_test_id("detail")).to_contain_text("disputes")
    assert is_clean(page)


def test_it_goes_from_what_was_told_as_it_came(page: Page, api: httpx.Client, fresh: str) -> None:
    """What arrived while the page was open was counted and read out: neither is left."""
    path = f"/v1/timelines/{fresh}/statements"
    visit(page, f"/t/{fresh}")
    expect(page.get_by_test_id("live")).to_have_text("live")
    query = {"wait": "checkpoint"}
    api.post(path, json=said("hidden", text=SECRET, by=SECRET), params=query)
    expect(page.locator("#arrivals-said")).to_contain_text(SECRET)
    expect(page.get_by_test_id("arrivals")).to_have_text("1 new")
    expect(page.get_by_test_id("summary")).to_contain_text(SECRET)
    redact(api, fresh)
    expect(page.locator('[data-statement-id="hidden"]')).to_have_count(0)
    expect(page.get_by_test_id("arrivals")).to_be_hidden()
    expect(page.get_by_test_id("summary")).to_have_text(
        "There are no statements any more. 1 statement was redacted."
    )
    assert is_clean(page)


def test_it_goes_from_what_others_say_of_it(page: Page, api: httpx.Client, hidden: str) -> None:
    """The detail of a statement that disputes it named its words: they go as the redaction
    arrives."""
    visit(page, f"/t/{hidden}?statement=a")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(page.get_by_test_id("detail")).to_contain_text(SECRET)
    redact(api, hidden)
    expect(page.get_by_test_id("detail")).not_to_contain_text(SECRET)
    expect(page.locator("#facets")).not_to_contain_text(SECRET)
    assert is_clean(page)


QUERIES = [
    "statement=hidden",
    "as_of=3&statement=hidden",
    "as_of=5&compare=2",
    "compare=2",
    "q=this&order=-said",
    "lanes=source&on=said",
]


def test_no_link_brings_it_back(page: Page, api: httpx.Client, redacted: str) -> None:
    """Neither its permalink, an earlier moment, a comparison across it, nor a search."""
    visit(page, f"/t/{redacted}?{QUERIES[0]}")
    for query in QUERIES:
        document = api.get(f"/t/{redacted}?{query}", headers={"Accept": "text/html"})
        assert "<title>" in document.text
        assert SECRET.lower() not in document.text.lower(), query
        follow(page, f"?{query}")
        nothing_is_there(page, query)


def nothing_is_there(page: Page, query: str) -> None:
    expect(page.locator("#count")).to_contain_text("statement")
    expect(page.locator("#facets")).not_to_be_empty()
    if "compare" in query:
        expect(page.locator("#difference")).to_contain_text("From revision 2")
    if "statement=" in query:
        expect(page.get_by_test_id("detail")).to_contain_text("redacted")
    expect(page.locator('[data-statement-id="hidden"]')).to_have_count(0)
    assert is_clean(page), query


def test_that_it_was_done_is_told(page: Page, redacted: str) -> None:
    """The summary counts it, also at a moment before it; comparison, strip and detail say when it
    was, and why. A moment before the statement was recorded says nothing of it, nor does a
    comparison that begins after it or ends before it."""
    summary = page.get_by_test_id("summary")
    visit(page, f"/t/{redacted}?statement=hidden")
    expect(summary).to_contain_text("None was corrected or retracted. 1 other was redacted.")
    expect(page.get_by_test_id("detail")).to_contain_text(
        re.compile(r"was redacted at revision 6, on .*: “A court.” What it said is gone")
    )
    expect(page.locator("#recorded-words")).to_contain_text("Redacted at revision 6.")
    follow(page, "?as_of=4")
    expect(summary).to_contain_text("1 other was redacted later, the last at revision 6 of 6.")
    follow(page, "?kind=claim")
    expect(summary).to_contain_text("Of the whole timeline, 1 other was redacted.")
    follow(page, "?as_of=2")
    expect(summary).to_contain_text("None was corrected or retracted.")
    expect(page.locator("#recorded-words")).not_to_be_empty()
    expect(summary).not_to_contain_text("redacted")
    follow(page, "")
    summary.get_by_role("link", name="1 other was redacted").click()
    expect(page).to_have_url(re.compile("compare=5$"))
    difference = page.get_by_test_id("difference")
    expect(difference.get_by_role("heading", name="Redacted: 1")).to_be_visible()
    expect(page.get_by_test_id("redaction")).to_have_text(
        re.compile("^Statement hidden was redacted at revision 6, on .* CET.*: “A court.”$")
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print-notes")).to_contain_text(
        "Statement hidden was redacted at revision 6"
    )
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert is_clean(page)
    for query in ("compare=6", "compare=2&as_of=4"):
        follow(page, f"?{query}")
        expect(page.get_by_test_id("difference")).to_contain_text("From revision")
        expect(page.get_by_test_id("redaction")).to_have_count(0)


def test_a_tick_of_a_redaction_has_its_own_form(page: Page, api: httpx.Client, hidden: str) -> None:
    """It is half as tall as that of a correction; of what it took, no correction is left."""
    fix = {"changes": {"text": "Nine."}, "reason": "A slip."}
    api.post(f"/v1/timelines/{hidden}/statements/a/corrections", json=fix)
    redact(api, hidden)
    api.post(f"/v1/timelines/{hidden}/statements", json=[said("b"), said("c")])
    opened(page, hidden)
    expect(page.locator("#recorded-words")).to_have_text(
        "Corrected at revision 6. Redacted at revision 7."
    )
    correction, redaction = strip(page, "recorded").evaluate(TICKS)
    assert correction == 1
    assert 0.4 < redaction < 0.65


def test_a_log_that_is_away_is_no_redaction(page: Page, watched: Any, redacted: str) -> None:
    """All else is shown, and the detail says the revision, which the service knows without it."""
    page.route("**/events?*", lambda route: route.fulfill(status=503, json={"title": "away"}))
    visit(page, f"/t/{redacted}?statement=hidden&compare=2")
    expect(page.get_by_test_id("detail")).to_contain_text("was redacted at revision 6. What it")
    expect(page.get_by_test_id("difference")).to_contain_text(
        "What was redacted cannot be read now."
    )
    expect(page.get_by_test_id("summary")).to_contain_text("None was corrected or retracted.")
    watched.complaints.clear()  # the browser notes the answer 503

"""The strip of what was recorded: its ticks, its slider, and the times of revisions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.questions import shown
from tests.browser.strips import TICKS, drag, heard, opened, stands, strip
from tests.browser.tab import new_context
from tests.browser.until import until
from tests.serving import Service


def test_corrections_are_ticks_in_the_strip_of_recording(page: Page, corrected: str) -> None:
    """Pointing at a tick shows what it is; pressing there shows what was known then, and at the
    revision before it what was known before; the end of the strip is now. What is told by the
    colour of a tick is told by its form, too: that of a retraction is broken. Keys set the moment
    as a pointer does."""
    opened(page, corrected)
    recorded = strip(page, "recorded")
    expect(page.locator("#recorded-words")).to_have_text(
        "Corrected at revision 3. Retracted at revision 5."
    )
    correction, retraction = recorded.evaluate(TICKS)
    assert correction == 1
    assert 0.5 < retraction < 0.9
    box = recorded.bounding_box()
    assert box is not None
    for x in range(0, int(box["width"]), 6):  # it is known from four pixels away
        page.mouse.move(box["x"] + x, box["y"] + 10)
        if "Corrected" in (recorded.get_attribute("title") or ""):
            break
    expect(recorded).to_have_attribute("title", re.compile("^Corrected at revision 3, "))
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_test_id("moment")).to_contain_text("revision 3 of 6")
    expect(page).to_have_url(re.compile("as_of=3$"))
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(page.get_by_test_id("statement")).to_contain_text("Twelve were seen.")
    drag(page, recorded, 0.99, 1 / 5)
    expect(page.get_by_test_id("moment")).to_contain_text("revision 2 of 6")
    expect(page.get_by_test_id("statement")).to_contain_text("Nine were seen.")
    drag(page, recorded, 0.5, 1.5)
    expect(page.get_by_test_id("moment")).to_be_hidden()
    expect(page.get_by_test_id("statement")).to_have_count(3)
    the_moment_is_set_by_keys(page)


def the_moment_is_set_by_keys(page: Page) -> None:
    """In the strip of recording is a slider for each revision, with its time in words."""
    slider = page.get_by_test_id("overview").get_by_role("slider", name=re.compile("known"))
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("moment")).to_contain_text("revision 1 of 6")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("moment")).to_contain_text("revision 2 of 6")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^revision 2 of 6 · "))
    page.keyboard.press("End")
    expect(page.get_by_test_id("moment")).to_be_hidden()


def test_what_was_recorded_at_once_is_a_strip_of_revisions(page: Page) -> None:
    """Times do not tell apart what was seeded within a second: pressing shows the nearest revision,
    and the slider stands there, whether it was pressed or asked for."""
    opened(page, "kursk")
    for part in (0.25, 0.9):
        the_slider_stands_where_it_is_pressed(page, part)
        page.get_by_role("button", name="Back to now").click()
        expect(page.get_by_test_id("moment")).to_be_hidden()


def the_slider_stands_where_it_is_pressed(page: Page, part: float) -> None:
    recorded = strip(page, "recorded")
    box = recorded.bounding_box()
    assert box is not None
    drag(page, recorded, part, part)
    x = box["width"] * part
    revision = round(1 + 59 * (x - 4) / (box["width"] - 8))
    stands(recorded, x, by=box["width"] / 59)
    expect(page.get_by_test_id("moment")).to_contain_text(f"revision {revision} of 60")
    page.get_by_role("button", name="Back to now").click()
    stands(recorded, box["width"], by=5)
    page.get_by_test_id("as-of").fill(str(revision))
    page.get_by_test_id("as-of").press("Enter")
    stands(recorded, x, by=box["width"] / 59)


def test_the_slider_stays_where_it_was_put(page: Page, watched: Any, corrected: str) -> None:
    """In a record of years it stands at the time that was asked for, not at the last revision
    before that."""

    def opened_long_ago(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"opened_at": "2020-01-01T00:00:00Z"})

    page.route(re.compile(rf"/timelines/{corrected}\?"), opened_long_ago)
    opened(page, corrected)
    recorded = strip(page, "recorded")
    expect(recorded).to_have_attribute("data-spread", "2-6")
    box = recorded.bounding_box()
    assert box is not None
    for part in (0.2, 0.45):
        drag(page, recorded, part, part)
        expect(page).to_have_url(re.compile(r"as_of=202\d-"))
        shown(page)
        stands(recorded, box["width"] * part, by=3)
    watched.complaints.clear()  # the service was not asked to believe that it was opened then


def seeded(api: httpx.Client) -> datetime:
    """When the last revision of the seed was recorded."""
    return datetime.fromisoformat(api.get("/v1/timelines/kursk").json()["updated_at"])


def as_recorded(page: Page, timeline: str, when: Callable[[int], datetime]) -> list[str]:
    """The page is told other times of recording than those of the service, whose clock nobody can
    turn; which revisions it asked for is returned."""
    asked: list[str] = []

    def told(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        found = re.search(r"as_of=(\d+)", route.request.url)
        if found:
            asked.append(found[1])
        revision = int(found[1]) if found else body["revision"]
        times = {"opened_at": when(1), "updated_at": when(revision)}
        route.fulfill(
            response=answer, json=body | {name: at.isoformat() for name, at in times.items()}
        )

    page.route(re.compile(rf"/timelines/{timeline}(\?|$)"), told)
    return asked


def test_the_days_of_a_strip_in_utc_name_no_zone(
    browser: Browser, server: Service, api: httpx.Client
) -> None:
    """Its days and months are those of UTC, and so are the times beside them."""
    page = new_context(browser, server.url, timezone_id="UTC").new_page()
    now = seeded(api)
    asked = as_recorded(page, "kursk", lambda n: now - timedelta(days=12 if n < 60 else 0))
    opened(page, "kursk")
    expect(strip(page, "recorded")).to_have_attribute("data-spread", "1-59")
    assert len(asked) <= 8
    heard(page)
    until(page, NUMBERED)
    dated = days_written(page)
    page.context.close()
    assert dated
    assert not [text for text in dated if text.endswith(" UTC")], dated


def days_written(page: Page) -> list[str]:
    """The days and months that are written in the strip."""
    texts = page.evaluate("[...window.written['overview-recorded']]")
    return [text for text in texts if re.search("[A-Z][a-z]{2}", text)]


def test_what_was_recorded_at_once_is_spread_among_what_came_later(
    page: Page, watched: Any, api: httpx.Client
) -> None:
    """After one later event the sixty of the seed would share a pixel: half of the strip is theirs,
    with their numbers, and pointer and keys reach each of them, on a phone and in a wide window.
    The quiet days keep their room, and are named as days of UTC, because the reader's zone is
    another one."""
    now = seeded(api)
    asked = as_recorded(page, "kursk", lambda n: now - timedelta(days=12 if n < 60 else 0))
    page.set_viewport_size({"width": 390, "height": 900})
    opened(page, "kursk")
    heard(page)
    shown(page)
    assert asked == []  # it is folded
    page.get_by_role("button", name="More").click()
    expect(strip(page, "recorded")).to_have_attribute("data-spread", "1-59")
    assert len(asked) <= 8
    revisions_are_spread(page, now)
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_test_id("moment")).to_be_hidden()
    page.evaluate("window.written = {}")
    page.set_viewport_size({"width": 1400, "height": 900})
    revisions_are_spread(page, now)
    dated = days_written(page)
    assert dated
    assert all(text.endswith(" UTC") for text in dated), dated
    watched.complaints.clear()  # to the service, nothing was on record then


NUMBERED = """() => {
    const all = [...(window.written["overview-recorded"] ?? [])];
    return all.includes("revision 1") && all.some((text) => /^59($| · )/.test(text));
}"""
"""Both ends of what is spread have their numbers."""


def revisions_are_spread(page: Page, now: datetime) -> None:
    recorded = strip(page, "recorded")
    expect(recorded).to_have_attribute("data-spread", "1-59")
    until(page, NUMBERED)
    box = recorded.bounding_box()
    assert box is not None
    inner, ends = box["width"] - 8, (1 / 2) * (58 / 59)
    moment = page.get_by_test_id("moment")
    for revision in (2, 30, 58):
        x = 4 + inner * ends * (revision - 1) / 58
        drag(page, recorded, x / box["width"], x / box["width"])
        stands(recorded, x, by=1.5)
        expect(moment).to_contain_text(f"revision {revision} of 60")
    slider = page.get_by_role("slider", name=re.compile("known"))
    slider.focus()
    for revision in (57, 56):
        page.keyboard.press("ArrowLeft")
        stands(recorded, 4 + inner * ends * (revision - 1) / 58, by=1.5)
        expect(moment).to_contain_text(f"revision {revision} of 60")
    drag(page, recorded, 0.3, 0.75)
    expect(page).to_have_url(re.compile(rf"as_of={(now - timedelta(days=6)).year}-\d\d-\d\d"))
    stands(recorded, box["width"] * 0.75, by=inner / 24 + 3)


def test_a_steady_record_keeps_a_strip_of_time(page: Page, api: httpx.Client) -> None:
    """Where revisions came evenly nothing is spread; eight times of them tell that."""
    now = seeded(api)
    asked = as_recorded(page, "kursk", lambda n: now - timedelta(days=60 - n))
    opened(page, "kursk")
    recorded = strip(page, "recorded")
    for _ in range(400):
        if len(asked) == 8:
            break
        page.wait_for_timeout(50)
    assert len(asked) == 8
    expect(recorded).to_have_attribute("data-spread", "")


def test_the_strip_goes_on_without_the_log(page: Page, watched: object, corrected: str) -> None:
    """Where events cannot be read the strip has no ticks, and all else is shown."""
    page.route("**/events?*", lambda route: route.fulfill(status=503, json={"title": "away"}))
    opened(page, corrected)
    expect(page.get_by_test_id("statement")).to_have_count(3)
    shown(page)
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    getattr(watched, "complaints").clear()  # noqa: B009 - the browser notes the answer 503

"""More statements in a day than can be drawn: the chart counts and finds them to the second."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts import chart, opened, record, window
from tests.serving import Service, said

FIRST = datetime(2024, 6, 10, tzinfo=UTC)
MINUTES = [FIRST + timedelta(minutes=number) for number in range(2_100)]


@pytest.fixture(scope="module")
def minutes(server: Service) -> str:
    """A timeline with a statement for each minute of a day and a half."""
    name = f"minutes-{uuid.uuid4().hex[:12]}"
    with server.client() as api:
        api.put(f"/v1/timelines/{name}", json={"title": "Minutes"}).raise_for_status()
        items = [said(f"m{n}", occurred=f"{at:%Y-%m-%dT%H:%M:%SZ}") for n, at in enumerate(MINUTES)]
        record(api, name, items)
    return name


def test_a_full_day_is_counted_until_few_are_in_sight(page: Page, minutes: str) -> None:
    """Closer up each statement of the day is drawn, to an hour of it, and the edges have exactly
    those that are out of sight. Paper says that statements are counted, and not what the reader
    could do on a screen."""
    found = opened(page, f"/t/{minutes}")
    note = page.locator("#chart-note")
    expect(note).to_have_text("counted: zoom in to see statements")
    page.emulate_media(media="print")
    expect(note).to_have_text("counted", use_inner_text=True)
    page.emulate_media(media="screen")
    found.focus()
    for _ in range(10):
        page.keyboard.press("+")
    expect(note).to_be_empty()
    expect(found).to_have_attribute("data-marks", re.compile("^(59|60|61)$"))
    first, last = (datetime.fromisoformat(end) for end in window(page))
    assert last - first == timedelta(hours=1)
    before, behind = sum(at < first for at in MINUTES), sum(at > last for at in MINUTES)
    expect(page.get_by_test_id("edge-earlier")).to_contain_text(f"{before:,} earlier")
    expect(page.get_by_test_id("edge-later")).to_contain_text(f"{behind:,} later")
    page.get_by_test_id("edge-earlier").click()
    expect(page.get_by_test_id("edge-earlier")).not_to_contain_text(f"{before:,} earlier")
    assert window(page)[0] < f"{first:%Y-%m-%dT%H:%M:%SZ}" < window(page)[1]


def test_a_window_of_hours_is_what_the_chart_shows(page: Page, minutes: str) -> None:
    """Whether the address has its times, or the reader drew it over hours."""
    opened(page, f"/t/{minutes}?from=2024-06-10T05:00:00Z&to=2024-06-10T09:00%2B02:00")
    assert window(page) == ("2024-06-10T05:00:00Z", "2024-06-10T07:00:00Z")
    expect(page.locator("#count")).to_have_text("121 statements")
    box = chart(page).bounding_box()
    assert box is not None
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=3)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page).to_have_url(re.compile(r"from=2024-06-10T05.*to=2024-06-10T0[56]"))
    expect(chart(page)).to_have_attribute("data-marks", re.compile("^1[0-9]$"))

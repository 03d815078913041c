"""*Show all*, of the question that is asked: also where its counts come late."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.charts import chart, opened, record, three_years, window
from tests.browser.questions import ask, follow, shown
from tests.serving import Service, said

OLD = re.compile("^14")
"""Where all of what is tagged begins, with some room."""


@pytest.fixture(scope="module", params=["1200", "0600"])
def centuries(server: Service, request: pytest.FixtureRequest) -> str:
    """A timeline of eight centuries, or of more than are counted at once: all but its oldest
    statement are tagged, and so many that they are counted."""
    tagged = [
        item | {"tags": ["later"]} for item in (*three_years(2_100), said("old", occurred="1500"))
    ]
    name = f"old-{uuid.uuid4().hex[:12]}"
    with server.client() as api:
        assert api.put(f"/v1/timelines/{name}", json={"title": "Old"}).status_code == 201
        record(api, name, [*tagged, said("oldest", occurred=request.param)])
    return name


@contextmanager
def awaited(page: Page, query: str) -> Iterator[None]:
    """The address asks for this, whose counts come at the end of the block; what the page does
    after a pause has been done by then."""
    held: list[Route] = []
    counts = re.compile(r"/buckets\?")
    page.route(counts, lambda route: held.append(route))  # noqa: PLW0108 - it has to be a function
    with page.expect_request(counts):
        ask(page, query)
    yield
    page.clock.run_for(200)
    for each in held:
        each.continue_()
    page.unroute(counts)
    shown(page)


def test_all_is_all_of_what_is_asked(page: Page, centuries: str) -> None:
    """Pressed while its counts are awaited, *Show all* goes to all of it; and whoever sees all
    sees all of the next question."""
    page.clock.install()
    opened(page, f"/t/{centuries}")
    everything = page.get_by_test_id("fit")
    expect(everything).to_have_text("Show all")
    with awaited(page, "?tag=later"):
        everything.click()
    expect(chart(page)).to_have_attribute("data-from", OLD)
    expect(page.get_by_test_id("edge-earlier")).to_be_hidden()
    follow(page, "")
    expect(chart(page)).to_have_attribute("data-from", re.compile("^11|^05"))
    follow(page, "?tag=later")
    expect(chart(page)).to_have_attribute("data-from", OLD)


def test_who_moves_meanwhile_sees_the_counts_of_what_is_asked(page: Page, centuries: str) -> None:
    """They come also where the chart shows another part of the time by then."""
    page.clock.install()
    opened(page, f"/t/{centuries}")
    expect(page.get_by_test_id("edge-earlier")).to_have_text("‹ 2 earlier")
    before = window(page)
    with awaited(page, "?tag=later"):
        page.get_by_test_id("zoom-in").click()
    expect(page.get_by_test_id("edge-earlier")).to_be_visible()
    assert before < window(page)
    page.get_by_test_id("fit").click()
    expect(page.get_by_test_id("edge-earlier")).to_have_text("‹ 1 earlier")
    page.get_by_test_id("fit").click()
    expect(chart(page)).to_have_attribute("data-from", OLD)

"""What the audit warns of, on the page of the timeline that it is about and on no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.questions import visit
from tests.serving import said


@pytest.fixture(autouse=True)
def a_warning_is_no_complaint(watched: Any) -> Iterator[None]:
    """The browser notes in its console that the audit answers 503."""
    yield
    left = [each for each in watched.complaints if "503 (Service Unavailable)" not in each]
    watched.complaints[:] = left


def answer(page: Page, alarms: list[str], problem: str | None = None, unsigned: int = 0) -> None:
    """The audit says this from now on."""
    signing = {"signs": True, "unsigned_events": unsigned, "problem": problem}
    body = {
        "signing": signing | {"checkpoint_age_seconds": 1.5},
        "alarms": [{"timeline": t, "revision": 5, "reason": "is <b>odd</b>"} for t in alarms],
    }

    def fulfil(route: Route) -> None:
        route.fulfill(status=503 if alarms or problem else 200, json=body)

    page.route("**/health/audit", fulfil)


@pytest.mark.parametrize("where", ["t", "embed"])
def test_only_its_own_page_tells_of_an_alarm(
    page: Page, api: httpx.Client, fresh: str, where: str
) -> None:
    """The first bad revision and why, as text, where the alarm is about this timeline, embedded or
    not; nothing where it is about others. What is on the timeline is shown all the same."""
    api.post(f"/v1/timelines/{fresh}/statements", json=said("a"))
    warned = page.get_by_test_id("alarm")
    answer(page, ["other"])
    with page.expect_response("**/health/audit"):
        page.goto(f"/{where}/{fresh}")
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(warned).to_be_hidden()
    answer(page, ["other", fresh])
    page.goto(f"/{where}/{fresh}")
    expect(warned).to_contain_text("revision 5 is <b>odd</b>.")
    expect(page.get_by_test_id("statement")).to_have_count(1)


def test_an_alarm_comes_while_the_page_is_open(page: Page, fresh: str) -> None:
    """It is looked for every minute, and goes when it is over; so does the word that signing has
    stopped."""
    page.clock.install()
    answer(page, [])
    with page.expect_response("**/health/audit"):
        visit(page, f"/t/{fresh}")
    warned = page.get_by_test_id("alarm")
    expect(warned).to_be_hidden()
    for alarms, problem, unsigned, words in (
        ([fresh], None, 0, "revision 5"),
        ([], "The disk is full.", 3, "Signing has stopped"),
        ([], "signing.key is gone.", 0, None),
        ([], None, 3, None),
    ):
        answer(page, alarms, problem, unsigned)
        with page.expect_response("**/health/audit"):
            page.clock.run_for(60_000)
        if words is None:
            expect(warned).to_be_hidden()
        else:
            expect(warned).to_contain_text(words)

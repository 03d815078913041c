"""The page below a path prefix, behind real proxies that pass it on or remove it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import Watched
from tests.fronts import FRONTS, PREFIX, fronted
from tests.serving import Service, running, said

BELOW = ["nginx passes the prefix on", "caddy removes the prefix"]
"""Each program and each way once: `tests/acceptance/test_fronts.py` asks all of them for what a
page asks for, streams and changes included."""


class Shown(NamedTuple):
    service: Service
    url: str


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that trusts the proxies of the tests, with the project's seed."""
    settings = {"ONRECORD_TRUSTED_PROXIES": "127.0.0.1", "ONRECORD_ROOT_PATH": PREFIX}
    with running(tmp_path_factory.mktemp("hidden"), **settings) as service:
        assert service.program.run("seed").code == 0
        yield service


@pytest.fixture(params=BELOW)
def shown(request: pytest.FixtureRequest, hidden: Service, tmp_path: Path) -> Iterator[Shown]:
    with fronted(FRONTS[request.param], hidden.url, tmp_path) as url:
        yield Shown(hidden, url)


@pytest.fixture
def outside(browser: Browser, shown: Shown) -> Iterator[BrowserContext]:
    with browser.new_context(
        viewport={"width": 1400, "height": 900}, ignore_https_errors=True, reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(20_000)
        yield context


def test_the_page_works_below_a_prefix(outside: BrowserContext, shown: Shown) -> None:
    """From the list to a timeline, a statement that arrives live, its proof and the embed: nothing
    is asked for outside of the prefix, and nothing fails."""
    watched = Watched(outside.new_page(), shown.url)
    page = watched.page
    page.goto(f"{shown.url}/")
    page.get_by_test_id("timeline-card").first.click()
    expect(page).to_have_url(f"{shown.url}/t/kursk")
    expect(page.get_by_test_id("live")).to_have_text("live")
    rows = page.get_by_test_id("statement")
    expect(rows.first).to_be_visible()

    with shown.service.client() as client:
        new = said(f"new-{len(shown.url)}-{abs(hash(shown.url))}", text="It arrived through here.")
        path = "/v1/timelines/kursk/statements"
        assert client.post(path, json=new).status_code == 201
    expect(page.get_by_test_id("arrivals")).to_be_visible()

    rows.first.click()
    page.get_by_test_id("verify").click()
    expect(page.get_by_test_id("verify-result")).to_contain_text("verified")
    page.locator(".brand a").click()
    expect(page).to_have_url(f"{shown.url}/")

    page.get_by_test_id("sign-in").click()
    page.get_by_label("An API key").fill(shown.service.key or "")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_test_id("who")).to_contain_text("owner")
    [cookie] = outside.cookies()
    rules = (cookie["path"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"])
    assert rules == (PREFIX, True, True, "Strict")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()

    page.goto(f"{shown.url}/embed/kursk")
    expect(page.get_by_test_id("statement").first).to_be_visible()
    expect(page.locator("#whole")).to_have_attribute("href", f"{PREFIX}/t/kursk")
    assert (watched.strangers, watched.complaints) == ([], [])

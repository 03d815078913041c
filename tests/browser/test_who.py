"""Who the page says that one is, and what a page of another site can do meanwhile."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.questions import visit
from tests.serving import Service, key_headers


def sign_in_by_key(page: Page, key: str) -> None:
    page.get_by_label("An API key").fill(key)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_key_signs_in_and_leads_back(page: Page, server: Service) -> None:
    """The way in leads back to where the reader was, also where they have filtered since the page
    was opened; then the page says who one is, and lets one out again."""
    visit(page, "/t/kursk")
    who, way = page.get_by_test_id("who"), page.get_by_test_id("sign-in")
    expect(way).to_have_attribute("href", "/sign-in?to=%2Ft%2Fkursk")
    page.get_by_test_id("filter-kind").select_option("claim")
    expect(way).to_have_attribute("href", "/sign-in?to=%2Ft%2Fkursk%3Fkind%3Dclaim")
    page.get_by_test_id("sign-in").click()
    sign_in_by_key(page, f" {server.key} ")
    expect(page).to_have_url(re.compile(r"/t/kursk\?kind=claim$"))
    expect(who).to_contain_text("owner")
    page.goto("/")
    expect(who).to_contain_text("owner")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.usefixtures("a_failed_request_is_no_complaint")
def test_a_wrong_key_is_reported(page: Page, server: Service) -> None:
    """The form stays, so that one can try again; a page that is not ours is not led to."""
    page.goto("/sign-in?to=//evil.example/")
    sign_in_by_key(page, "wrong")
    expect(page.locator("#status")).to_contain_text("no API key")
    sign_in_by_key(page, server.key or "")
    expect(page).to_have_url(f"{server.url}/")


@pytest.mark.usefixtures("a_failed_request_is_no_complaint")
def test_a_session_that_has_ended_is_left_behind(page: Page, api: httpx.Client) -> None:
    """Its key is revoked: the next page is that of everybody, with the way to sign in."""
    key = api.post("/v1/keys", json={"name": "guest"}).json()["key"]
    page.goto("/sign-in")
    sign_in_by_key(page, key)
    expect(page.get_by_test_id("who")).to_contain_text("guest")
    api.delete("/v1/keys/guest", params={"reason": "over"}).raise_for_status()
    visit(page, "/t/kursk")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    expect(page.get_by_test_id("statement").first).to_be_visible()
    assert page.context.cookies() == []


def test_who_may_only_read_is_told_before_choosing_a_file(
    context: BrowserContext, server: Service
) -> None:
    """In place of the field for a file it says as whom they are signed in, and what is missing."""
    key = server.ask("POST", "/v1/keys", json={"name": f"guest-{uuid.uuid4().hex[:8]}"}).json()
    context.set_extra_http_headers(key_headers(key["key"]))
    page = context.new_page()
    visit(page, "/t/kursk")
    page.get_by_test_id("import").click()
    said = f"Signed in as {key['name']}, you may read this timeline, but not add to it."
    expect(page.get_by_role("dialog")).to_contain_text(said)
    expect(page.get_by_test_id("import-file")).to_be_hidden()


def test_an_embed_has_no_way_to_sign_in(page: Page) -> None:
    """It is shown within a page of another site, where nobody should type a key."""
    visit(page, "/embed/kursk")
    expect(page.get_by_test_id("statement").first).to_be_visible()
    expect(page.get_by_test_id("who")).to_be_hidden()
    expect(page.get_by_test_id("sign-in")).to_have_count(0)


class Evil(BaseHTTPRequestHandler):
    """A page of another site, on the same host as the service."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Evil</title>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is overridden
        pass


@pytest.fixture
def evil() -> Iterator[str]:
    site = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    thread.join()
    site.server_close()


_ATTACK = """async ([url, method, mode, type]) => {
  try {
    const answer = await fetch(url, {
      method, mode, credentials: "include", headers: { "Content-Type": type },
      body: JSON.stringify({ title: "Evil" }),
    });
    return `${answer.type} ${answer.status}`;
  } catch (error) { return String(error); }
}"""


def test_a_page_of_another_site_changes_nothing(
    context: BrowserContext, server: Service, api: httpx.Client, evil: str
) -> None:
    """The reader is signed in as the owner and opens a page on another port of the same host, to
    which the browser gives the cookie: every request of that page is refused."""
    page = context.new_page()
    page.goto("/sign-in")
    sign_in_by_key(page, server.key or "")
    expect(page.get_by_test_id("who")).to_contain_text("owner")
    page.goto(evil)
    before = len(server.log.read_text())
    at = f"{server.url}/v1/timelines/evil"
    for url, method, mode, kind in (
        (at, "PUT", "cors", "application/json"),
        (f"{server.url}/v1/keys", "POST", "no-cors", "text/plain"),
        (f"{server.url}/v1/timelines/kursk/statements", "POST", "no-cors", "text/plain"),
    ):
        seen = page.evaluate(_ATTACK, [url, method, mode, kind])
        assert seen in ("opaque 0", "TypeError: Failed to fetch"), seen
    httpx.get(f"{server.url}/v1/nothing")  # by now the requests before it are logged
    lines = map(json.loads, server.log.read_text()[before:].splitlines())
    requests = [(line["method"], line["status"]) for line in lines if "method" in line]
    statuses = [each for each in requests if each[0] != "GET"]
    assert sorted(statuses) == [("OPTIONS", 405), ("POST", 403), ("POST", 403)]
    assert api.get("/v1/timelines/evil").status_code == 404

"""Signing in and out in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Service


def who(page: Page) -> str:
    """Who the page's own calls are made by."""
    found: str = page.evaluate("fetch('/v1/me').then((a) => a.json()).then((me) => me.principal)")
    return found


def test_a_link_signs_the_browser_in(server: Service, page: Page) -> None:
    """The link of `onrecord sign-in` leads to the timelines, signed in; its code is not in the
    address any more, and scripts cannot read the cookie. Signing out ends it."""
    done = server.program.run("sign-in", "--data-dir", str(server.data))
    page.goto(done.answer["link"])
    page.wait_for_url(f"{server.url}/")
    assert who(page) == "key:owner"
    assert page.evaluate("document.cookie") == ""
    [cookie] = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.goto("/sign-in")
    expect(page.locator("#status")).to_have_text("You are signed in as owner.")
    page.locator("#sign-out").click()
    expect(page.locator("#sign-out")).to_be_hidden()
    assert who(page) == "everyone"


@pytest.mark.usefixtures("a_failed_request_is_no_complaint")
def test_a_link_is_pasted_where_the_document_is_open(server: Service, page: Page) -> None:
    """Only the part behind # changes, so nothing is loaded; the second one too, after a code that
    is not taken."""
    page.goto("/sign-in")
    expect(page.locator("#sign-out")).to_be_hidden()
    done = server.program.run("sign-in", "--data-dir", str(server.data))
    for link in (f"{server.url}/sign-in#no-such-code", done.answer["link"]):
        page.evaluate("link => location.assign(link)", link)
        if link != done.answer["link"]:
            expect(page.locator("#status")).to_contain_text("code")
            assert page.url == f"{server.url}/sign-in"
    page.wait_for_url(f"{server.url}/")
    assert who(page) == "key:owner"


def test_a_key_signs_the_browser_in(server: Service, page: Page) -> None:
    """Typed or pasted into the page, which leads to no issuer where there is none."""
    page.goto("/sign-in")
    expect(page.get_by_role("link", name="organisation")).to_have_count(0)
    page.get_by_label("An API key").fill(server.key or "")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/")
    assert who(page) == "key:owner"


@pytest.mark.usefixtures("a_failed_request_is_no_complaint")
def test_what_is_no_key_or_link_is_told_in_plain_words(page: Page) -> None:
    """Without the names that the interface has for its fields."""
    page.goto(f"/sign-in#{'x' * 250}")
    status = page.locator("#status")
    expect(status).to_contain_text("This is no link that signs in")
    expect(status).not_to_contain_text("code:")
    page.get_by_label("An API key").fill("x" * 250)
    page.get_by_role("button", name="Sign in").click()
    expect(status).to_contain_text("This is no key of this service")
    expect(status).not_to_contain_text("xxx")

"""The tab that tests share: what one of them does in it, the next does not meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.tab import Tab
from tests.serving import Service

LEFT = """async () => {
    const kept = { cache: "only-if-cached", mode: "same-origin" };
    const answer = await fetch("/page/proof/tree.js", kept).catch(() => ({ ok: false }));
    return {
        cookie: document.cookie, cached: answer.ok, before: history.length, width: innerWidth,
        stored: localStorage.length + sessionStorage.length,
        databases: (await indexedDB.databases()).length, title: document.title,
        paper: matchMedia("print").matches, hovered: document.querySelector("h1:hover") !== null,
    };
}"""
"""What a page finds of those before it."""
FILL = """async () => {
    document.cookie = "a=b"; localStorage.a = sessionStorage.a = "b"; indexedDB.open("a");
    history.pushState(null, "", "?q=1"); document.title = "Another";
    await fetch("/page/proof/tree.js");
}"""


@pytest.fixture
def tab(browser: Browser, server: Service) -> Iterator[Tab]:
    tab = Tab(browser, server.url)
    yield tab
    tab.page().context.close()


def look(page: Page) -> dict[str, Any]:
    page.goto("/t/nothing-here")
    found: dict[str, Any] = page.evaluate(LEFT)
    return found


def test_a_tab_that_is_wiped_is_as_new(tab: Tab, server: Service) -> None:
    """Cookies, what is stored, the way back, a route, the size, the medium, the place of the mouse
    and other pages are gone, and the page is the same one; the page's files are still cached."""
    page = tab.page()
    new = look(page)
    assert page.context.request.post("/v1/session", data={"key": server.key}).ok
    assert len(page.context.cookies()) == 1
    page.evaluate(FILL)
    page.set_viewport_size({"width": 600, "height": 400})
    page.emulate_media(media="print")
    page.locator("h1").first.hover()
    left = page.evaluate(LEFT)
    assert [name for name, each in new.items() if left[name] == each] == []
    page.context.new_page().goto("/")
    page.route("**/t/nothing-here", lambda route: route.fulfill(body="It is."))
    tab.wipe()
    assert tab.page() is page
    assert page.context.pages == [page]
    assert page.context.cookies() == []
    assert look(page) == new | {"cached": True}


def test_a_tab_that_fingers_touch_stays(browser: Browser, server: Service) -> None:
    """A document that was visited knows of more than the first one, which is no reason to close."""
    tab = Tab(browser, server.url, is_mobile=True, has_touch=True)
    page = tab.page()
    page.goto("/sign-in")
    tab.wipe()
    assert tab.page() is page
    page.context.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.clock.install(),
        lambda page: page.add_init_script("window.own = 1"),
        lambda page: page.expose_function("own", lambda: 1),
        lambda page: page.close(),
        lambda page: page.context.close(),
    ],
    ids=["clock", "script", "function", "closed", "over"],
)
def test_what_stays_with_a_page_ends_it(tab: Tab, change: Callable[[Page], object]) -> None:
    """After a clock that was set, or a script that each document runs, there is another page."""
    page = tab.page()
    change(page)
    tab.wipe()
    assert tab.page() is not page
    assert page.is_closed()
    assert not tab.page().is_closed()

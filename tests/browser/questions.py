"""What a page has asked the service, and what it shows of the answer."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Frame, Locator, Page, expect

__all__ = [
    "answered",
    "ask",
    "asked",
    "follow",
    "reading",
    "rows",
    "search",
    "shown",
    "statements",
    "visit",
]

_FOLLOW = """query => {
    if (query !== location.search) delete document.documentElement.dataset.reading;
    history.pushState(null, "", location.pathname + query);
    dispatchEvent(new PopStateEvent("popstate"));
}"""
"""How far the page was is forgotten: it says `shown` again when the next answer is there."""


_REACHED = """phases => new Promise((tell) => {
    const root = document.documentElement;
    const look = () => phases.includes(root.dataset.reading) && tell(true);
    new MutationObserver(look).observe(root, { attributeFilter: ["data-reading"] });
    AbortSignal.timeout(10_000).addEventListener("abort", () => tell(false));
    look();
})"""
"""Waits in the page. `expect` looks time after time, and describes the whole page each time that it
finds something else: that took a fifth of what a visit takes a processor."""


def reading(page: Page, phase: str) -> None:
    """The page is this far with what it has asked."""
    with suppress(Error):  # another document may come
        if page.evaluate(_REACHED, [phase]):
            return
    expect(page.locator("html")).to_have_attribute("data-reading", phase)


def visit(page: Page, path: str) -> None:
    """Open the address of a timeline, which is answered when this returns."""
    page.goto(path)
    answered(page)


def answered(document: Page | Frame) -> None:
    """What its address asks for was answered, unless that takes too long."""
    with suppress(Error):
        document.evaluate(_REACHED, ["shown", "refused", "failed"])


def shown(page: Page) -> None:
    """What its address asks for is what the page shows."""
    reading(page, "shown")


def statements(page: Page) -> Locator:
    return page.get_by_test_id("statement")


def rows(page: Page, *ids: str) -> None:
    """The list has these statements, in this order."""
    expect(statements(page)).to_have_count(len(ids))
    for n, each in enumerate(ids):
        expect(statements(page).nth(n)).to_have_attribute("data-statement-id", each)


def asked(page: Page) -> dict[str, list[str]]:
    """The parameters of the address."""
    return parse_qs(urlsplit(page.url).query)


def search(page: Page, sought: str) -> None:
    """The page shows what it finds."""
    field = page.get_by_test_id("search")
    field.fill(sought)
    field.press("Enter")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [sought])
    shown(page)


def ask(page: Page, query: str) -> None:
    """The address changes as by the way back, without a visit."""
    page.evaluate(_FOLLOW, query)


def follow(page: Page, query: str, phase: str = "shown") -> None:
    """The same, and the page shows what it asks for, or is otherwise this far with it."""
    ask(page, query)
    reading(page, phase)

"""What a page has asked the service, and what it shows of the answer."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

__all__ = ["asked", "reading", "rows", "shown", "statements"]


def reading(page: Page, phase: str) -> None:
    """The page is this far with what it has asked."""
    expect(page.locator("html")).to_have_attribute("data-reading", phase)


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

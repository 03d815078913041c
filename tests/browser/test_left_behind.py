"""The answer to an address that the reader has left by the time it comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.questions import ask, rows, shown, visit

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

_PHASES = """() => {
    const root = document.documentElement;
    window.phases = [];
    const watch = new MutationObserver(() => window.phases.push(root.dataset.reading));
    watch.observe(root, { attributeFilter: ["data-reading"] });
}"""


@contextmanager
def left(page: Page, query: str, end: Callable[[Route], None]) -> Iterator[None]:
    """The page asks for this, and its statements are answered when the block ends."""
    held: list[Route] = []
    statements = re.compile(rf"/statements\?.*{re.escape(query[1:])}")
    page.route(statements, lambda route: held.append(route), times=1)  # noqa: PLW0108 - a function
    with page.expect_request(statements):
        ask(page, query)
    yield
    [late] = held
    end(late)


def busy(route: Route) -> None:
    route.fulfill(status=503, json={"type": "/problems/unavailable", "status": 503})


@pytest.mark.parametrize(
    ("query", "end"),
    [("?kind=none", Route.continue_), ("?as_of=999", Route.continue_), ("?q=apples", busy)],
    ids=["refused", "no moment", "failed"],
)
def test_what_comes_late_for_an_address_that_was_left_hides_nothing(
    page: Page, two: str, query: str, end: Callable[[Route], None]
) -> None:
    """It is refused, or fails, when the page has shown the next one already: that stays, no field
    is called wrong, and nothing is said to be out of date or tried again."""
    visit(page, f"/t/{two}")
    with left(page, query, end):
        ask(page, "?q=pears")
        rows(page, "b")
        page.evaluate(_PHASES)
    shown(page)
    rows(page, "b")
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()
    assert {*page.evaluate("window.phases")} <= {"asked", "shown"}


def test_a_list_that_failed_is_read_though_a_statement_was_opened(page: Page, two: str) -> None:
    """The answer that fails is of an address that was left for one which shows the same list: it is
    asked for again at once."""
    visit(page, f"/t/{two}")
    with left(page, "?q=pears", busy):
        ask(page, "?q=pears&statement=a")
        expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()
        page.evaluate(_PHASES)
    shown(page)
    rows(page, "b")
    assert {*page.evaluate("window.phases")} <= {"asked", "shown"}

"""Fewer statements: by words, by a spelling of an actor, by kinds and facets."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.questions import asked, follow, statements, visit


def test_what_narrows_goes_into_the_address(page: Page) -> None:
    """What is searched for stands in the address by the interface's name, and reopens the same; so
    do an actor, a moment, a kind and a standing."""
    visit(page, "/t/kursk")
    page.get_by_test_id("search").fill("blood")
    expect(statements(page)).to_have_count(1)
    assert asked(page) == {"q": ["blood"]}
    page.reload()
    expect(statements(page)).to_have_count(1)
    expect(page.get_by_test_id("search")).to_have_value("blood")
    page.get_by_test_id("search").fill("")
    expect(statements(page)).to_have_count(22)
    an_actor_is_found_by_any_spelling(page)
    follow(page, "")
    kinds_and_facets_narrow_and_chips_take_away(page)
    follow(page, "")
    what_is_typed_counts_without_enter(page)


HINTS = {
    '"full control': "No second quotation mark: “full control” is one phrase.",
    'troops -"full ': "No second quotation mark: “full” is one phrase.",
    "“full control”": 'A phrase stands between straight marks: "a phrase".',
    '"full control"': "",
}
"""What is sought, and what is said of it: each time something else than before."""

SLOWLY = 2_500
"""Milliseconds in which a reader types the next mark."""


def test_a_search_that_is_not_read_as_it_looks_says_how(page: Page) -> None:
    """The service takes any text; what it makes of marks is told at the field, and of what came
    with the address."""
    first, *others = HINTS
    hint = page.locator("#search-hint")
    page.clock.install()
    visit(page, f"/t/kursk?q={quote(first)}")
    expect(page.get_by_test_id("summary")).to_contain_text("22 statements")
    page.clock.run_for(SLOWLY)
    expect(hint).to_have_text(HINTS[first])
    for typed in others:
        page.get_by_test_id("search").fill(typed)
        page.clock.run_for(SLOWLY)
        expect(hint).to_have_text(HINTS[typed])
    follow(page, f"?q={quote(first)}")
    page.clock.run_for(SLOWLY)
    expect(hint).to_have_text(HINTS[first])
    follow(page, "?q=%22")
    page.clock.run_for(SLOWLY)
    expect(hint).to_be_empty()


def an_actor_is_found_by_any_spelling(page: Page) -> None:
    """The article spells one name in two ways: either finds what was said under both."""
    page.get_by_test_id("filter-actor").fill("kim jon un")
    page.get_by_test_id("filter-actor").press("Enter")
    expect(statements(page)).to_have_count(2)
    assert asked(page) == {"actor": ["kim jon un"]}


def what_is_typed_counts_without_enter(page: Page) -> None:
    """A spelling, and a whole moment, are taken when the reader stops typing."""
    page.get_by_test_id("filter-actor").fill("Gerasimov")
    expect(statements(page)).to_have_count(3)
    page.get_by_test_id("as-of").fill("36")
    expect(page.get_by_test_id("live")).to_have_text("paused")
    assert asked(page) == {"actor": ["Gerasimov"], "as_of": ["36"]}


def kinds_and_facets_narrow_and_chips_take_away(page: Page) -> None:
    """A kind and a standing stand together in the address; a chip takes one of them away."""
    page.get_by_test_id("filter-kind").select_option("claim")
    expect(statements(page)).to_have_count(3)
    page.get_by_role("group", name="Standing").get_by_label("▲ disputed").check()
    expect(statements(page)).to_have_count(1)
    assert asked(page) == {"kind": ["claim"], "standing": ["disputed"]}
    page.get_by_role("button", name="Remove the filter kind: claim").click()
    expect(page).to_have_url(re.compile(r"\?standing=disputed$"))
    page.go_back()
    expect(page.get_by_test_id("filter-kind")).to_have_value("claim")


def test_what_is_wrong_in_an_address_is_reported(page: Page, watched: object) -> None:
    """A wrong value is reported in the service's own words, and the page goes on."""
    visit(page, "/t/kursk?as_of=999999")
    for wrong in ("as_of=999999", "from=2024-13", "kind=rumour"):
        follow(page, f"?{wrong}", "refused")
        expect(page.locator(".fault")).to_be_visible()
        follow(page, "")
        expect(page.locator(".fault")).to_have_count(0)
    getattr(watched, "complaints").clear()  # noqa: B009 - the browser notes that the answer is 400

"""What arrives while a page is open: it is counted, wherever it lands, until it was looked at."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.questions import visit
from tests.serving import said


@pytest.fixture
def long(api: httpx.Client, fresh: str) -> str:
    """A timeline of forty statements, of which a screen shows a few."""
    items = [said(f"s{n}", occurred=f"{1950 + n}") for n in range(40)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    folded = api.get(f"/v1/timelines/{fresh}", params={"min_revision": 41})
    assert folded.status_code == 200
    return fresh


def follow(page: Page, timeline: str, query: str = "") -> None:
    visit(page, f"/t/{timeline}{query}")
    expect(page.get_by_test_id("live")).to_have_text("live")


def test_what_lands_out_of_sight_is_reported_and_gone_to(
    page: Page, api: httpx.Client, long: str
) -> None:
    """The number stands there until the button has led to the row; a sentence is read out."""
    page.set_viewport_size({"width": 1280, "height": 900})
    follow(page, long)
    path = f"/v1/timelines/{long}/statements"
    api.post(path, json=said("late", text="It came late.", by="Zoe", occurred="2020"))
    pill = page.get_by_test_id("arrivals")
    expect(pill).to_have_text("1 new")
    expect(page.get_by_role("status").filter(has_text="New: Zoe: It came late.")).to_be_attached()
    row = page.locator('[data-statement-id="late"]')
    expect(row).not_to_be_in_viewport()
    pill.click()
    expect(row).to_be_in_viewport()
    expect(row.get_by_role("link")).to_be_focused()
    expect(pill).to_be_hidden()
    a_row_above_that_is_gone_to_is_in_sight_as_a_whole(page, api, long)


def cut_off(page: Page, id_: str) -> float:
    """The pixels of a row that are above what its list shows."""
    cut: float = page.evaluate(
        "(id) => document.querySelector('#list').getBoundingClientRect().top -"
        ' document.querySelector(`[data-statement-id="${id}"]`).getBoundingClientRect().top',
        id_,
    )
    return cut


def a_row_above_that_is_gone_to_is_in_sight_as_a_whole(
    page: Page, api: httpx.Client, long: str
) -> None:
    """Not its text alone: who said it, and when, stand above that. So it is with the arrow keys."""
    page.locator('[data-statement-id="s15"]').scroll_into_view_if_needed()
    path = f"/v1/timelines/{long}/statements"
    api.post(path, json=[said("up", occurred="1940"), said("early", occurred="1941")])
    page.get_by_test_id("arrivals").click()
    gone_to = page.locator(":focus").evaluate("a => a.closest('li').dataset.statementId")
    assert cut_off(page, gone_to) < 1
    page.locator("#list").evaluate("list => (list.scrollTop = 400)")
    page.locator('[data-statement-id="s3"] .row-text a').evaluate(
        "a => a.focus({ preventScroll: true })"
    )
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert cut_off(page, "s1") < 1


def test_what_lands_outside_of_the_filters_is_reported(
    page: Page, api: httpx.Client, long: str
) -> None:
    """What the list does not have is counted too, and opened in the detail."""
    follow(page, long, "?q=s7")
    path = f"/v1/timelines/{long}/statements"
    api.post(path, json=[said("x", text="Elsewhere."), said("y", text="There.")])
    fix = {"changes": {"text": "Corrected."}, "reason": "misheard"}
    api.post(f"{path}/s3/corrections", json=fix)
    pill = page.get_by_test_id("arrivals")
    expect(pill).to_have_text("2 new, 1 corrected")
    expect(page.locator("#arrivals-said")).to_have_text(
        re.compile("2 new, 1 corrected|1 corrected, 2 new|outside of what is shown")
    )
    expect(page.get_by_test_id("statement")).to_have_count(1)
    for id_, left in (("x", "1 new, 1 corrected"), ("y", "1 corrected")):
        pill.press("Enter")
        expect(page.get_by_test_id("detail")).to_contain_text({"x": "Else", "y": "There"}[id_])
        expect(pill).to_have_text(left)
    pill.press("Enter")
    expect(pill).to_be_hidden()


def test_what_lands_in_sight_is_reported_until_it_was_looked_at(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """A row that comes into sight by itself counts as looked at after some seconds; so does one
    that is opened."""
    api.post(f"/v1/timelines/{fresh}/statements", json=said("a"))
    assert api.get(f"/v1/timelines/{fresh}", params={"min_revision": 2}).status_code == 200
    page.clock.install()
    follow(page, fresh)
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(page.get_by_test_id("arrivals")).to_be_hidden()
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("b"), said("c")])
    pill = page.get_by_test_id("arrivals")
    expect(pill).to_have_text("2 new")
    page.locator('[data-statement-id="b"]').click()
    expect(pill).to_have_text("1 new")
    page.clock.run_for(4_000)
    expect(pill).to_be_hidden()


def test_the_summary_keeps_up_with_the_list(page: Page, api: httpx.Client, long: str) -> None:
    """A statement that is recorded after the timeline was read and before its list was is counted
    in the summary too, and the moment is its revision."""
    follow(page, long)
    path = f"/v1/timelines/{long}/statements"
    between = iter([said("second")])

    def late(route: Route) -> None:
        answer = route.fetch()
        for item in between:
            api.post(path, json=item)
            api.get(path, params={"min_revision": 43, "limit": 1}).raise_for_status()
        route.fulfill(response=answer)

    page.route(f"**/v1/timelines/{long}?*", late)
    api.post(path, json=said("first"))
    expect(page.get_by_role("heading", name="42 statements")).to_be_visible()
    expect(page.get_by_test_id("summary")).to_contain_text("42 statements")
    expect(page.locator("#moment-words")).to_contain_text("revision 43")

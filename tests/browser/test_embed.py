"""The page in an article of another site: its frame shows all, and never moves the article."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.browser.article import HEIGHT, Article, Opener
from tests.serving import said

WIDTHS = [320, 600, 800, 1100]


def test_all_is_done_in_a_frame_of_any_width(page: Page, open_article: Opener) -> None:
    """Statements are opened in sight, a moment is typed, and the last row and what *Verify* says
    are reached, while the article stays where it is."""
    for width in WIDTHS:
        article = open_article("kursk", width)
        a_chosen_statement_opens_in_sight(page, article)
        a_moment_is_typed(article, width)
        all_of_it_is_reached(article, width)


def a_chosen_statement_opens_in_sight(page: Page, article: Article) -> None:
    """A row that is clicked or chosen by keys opens within the frame; the article does not move,
    and *back* still leads to what was read before it."""
    before = page.evaluate("history.length")
    rows = article.frame.get_by_test_id("statement")
    expect(rows).to_have_count(22)
    rows.nth(12).evaluate("row => row.click()")
    heading = article.frame.get_by_test_id("detail").get_by_role("heading", level=2)
    expect(heading).to_be_visible()
    assert article.shows(heading)
    article.frame.get_by_role("button", name="Close").evaluate("button => button.click()")
    expect(heading).to_have_count(0)
    rows.nth(0).get_by_role("link").evaluate("link => link.focus({ preventScroll: true })")
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    expect(rows.nth(9).get_by_role("link")).to_be_focused()
    assert article.shows(rows.nth(9).get_by_role("link"))
    page.keyboard.press("Enter")
    expect(heading).to_be_visible()
    assert article.shows(heading)
    page.keyboard.press("Escape")
    expect(rows.nth(9).get_by_role("link")).to_be_focused()
    assert (article.moved(), page.evaluate("history.length")) == (0, before)


LINKED = [*((width, 360) for width in WIDTHS), (320, HEIGHT), (1100, HEIGHT)]


def test_a_linked_statement_is_open_in_sight(open_article: Opener) -> None:
    """An embed of one statement shows it at once, in a low frame too; the article does not move."""
    for width, height in LINKED:
        article = open_article("kursk?statement=gerasimov-full-control", width, height)
        heading = article.frame.get_by_test_id("detail").get_by_role("heading", level=2)
        expect(heading).to_contain_text("Gerasimov claimed")
        assert article.shows(heading), (width, height)
        assert article.moved() == 0, (width, height)


def all_of_it_is_reached(article: Article, width: int) -> None:
    """The last row and the result of *Verify* are reached by scrolling what is in the frame, which
    never scrolls sideways."""
    frame = article.frame
    assert frame.locator("html").evaluate("root => root.scrollWidth") == width
    last = frame.get_by_test_id("statement").last
    for scrolled in ("html", "#list"):
        frame.locator(scrolled).evaluate("part => part.scrollTo(0, part.scrollHeight)")
    assert article.shows(last.locator(".row-below > :last-child"))
    last.evaluate("row => row.click()")
    frame.get_by_test_id("verify").evaluate("button => button.click()")
    result = frame.get_by_test_id("verify-result")
    expect(result).to_contain_text("verified")
    assert article.shows(result)
    assert article.shows(frame.get_by_role("button", name="Close"))
    assert article.moved() == 0


def a_moment_is_typed(article: Article, width: int) -> None:
    """A day, a time or a revision can be typed, as the slider alone does not lead to a day."""
    field = article.frame.get_by_test_id("as-of")
    field.fill("50")
    field.press("Enter")
    expect(article.frame.get_by_test_id("moment")).to_contain_text("revision 50 of 60")
    assert article.frame.locator("html").evaluate("root => root.scrollWidth") == width
    article.frame.get_by_role("button", name="Back to now").evaluate("button => button.click()")
    expect(article.frame.get_by_test_id("statement")).to_have_count(22)
    assert article.moved() == 0


def test_an_earlier_moment_is_reported(page: Page, open_article: Opener, api: httpx.Client) -> None:
    """An embed that is pinned to a revision says which, and its time in UTC; the reader can look at
    others, and the link below leads to the same view."""
    event = api.get("/v1/timelines/kursk/events/40").json()
    article = open_article("kursk?as_of=40", 600)
    moment = article.frame.get_by_test_id("moment")
    expect(moment).to_be_visible()
    expect(moment).to_contain_text("revision 40 of")
    expect(moment).to_contain_text(event["recorded_at"])
    slider = article.frame.get_by_role("slider", name=re.compile("known"))
    slider.evaluate("slider => slider.focus({ preventScroll: true })")
    page.keyboard.press("ArrowLeft")
    expect(moment).to_contain_text("revision 39 of")
    whole = article.frame.get_by_role("link", name="Open on the record")
    expect(whole).to_have_attribute("href", "/t/kursk?as_of=39")
    article.frame.get_by_role("button", name="Back to now").evaluate("button => button.click()")
    expect(moment).to_be_hidden()
    assert article.moved() == 0


def test_the_wheel_scrolls_the_article(page: Page, open_article: Opener) -> None:
    """A wheel over the chart of an embed scrolls the article; it zooms only with Ctrl."""
    article = open_article("kursk", 600)
    chart = article.frame.get_by_test_id("chart")
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 30)
    while article.moved() == 0:
        page.mouse.wheel(0, 400)  # the chart's own rows first, then the article


def test_what_arrives_moves_nothing(open_article: Opener, api: httpx.Client, fresh: str) -> None:
    """What others record appears in an embed, and the article stays."""
    items = [said(f"s{n}", occurred=f"2024-{1 + n % 12:02}") for n in range(40)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    article = open_article(fresh, 600)
    rows = article.frame.get_by_test_id("statement")
    expect(rows).to_have_count(40)
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("new", occurred="2023")])
    expect(rows).to_have_count(41)
    assert article.moved() == 0

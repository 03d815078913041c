"""What scrolls in an embed scrolls no more than the embed; the focus goes back to where it was."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.article import HEIGHT, Article, Opener
from tests.serving import said

SIZES = [(320, HEIGHT), (600, HEIGHT), (1100, HEIGHT), (600, 360)]

WHOLE = 640
"""Pixels that the article is scrolled by: all of its frame is in sight."""
PASSED_OVER = """() => {
    const style = new CSSStyleSheet();
    style.replaceSync("* { overscroll-behavior: auto !important }");
    document.adoptedStyleSheets = [style];
}"""
LISTEN = """() => {
    const root = document.documentElement;
    delete root.dataset.scrolled;
    addEventListener("scroll", () => (root.dataset.scrolled = ""), { once: true, capture: true });
}"""

SETTLED = """() => new Promise((settled) => {
    const parts = [document.documentElement, document.querySelector("#list")];
    let before = "", same = 0;
    const look = () => {
        const now = parts.map((part) => part.scrollTop).join();
        same = now === before ? same + 1 : 0;
        before = now;
        if (same === 10) settled(); else requestAnimationFrame(look);
    };
    look();
})"""
"""Keys scroll in many frames, and a key pressed meanwhile may be taken for a part of that."""


def resize(article: Article, width: int, height: int) -> None:
    """The frame has this size, and all of it is in sight."""
    article.resize(width, height)
    article.page.evaluate(f"scrollTo(0, {WHOLE})")


def focus(article: Article, selector: str) -> None:
    part = article.frame.locator(selector).first
    part.evaluate("part => part.focus({ preventScroll: true })")


def to_the_end(article: Article) -> None:
    """What scrolls in the frame, the list or in a small one all of it, is at its end."""
    for part in ("html", "#list"):
        article.frame.locator(part).evaluate("part => part.scrollTo(0, part.scrollHeight)")


def wheel_over(article: Article, selector: str) -> None:
    box = article.frame.locator(selector).first.bounding_box()
    assert box is not None
    article.page.mouse.move(box["x"] + 40, max(box["y"], 100) + 40)
    article.page.mouse.wheel(0, 300)


def stays(article: Article) -> None:
    """Nothing has moved the article: a wheel beside the frame, which comes after all that was done
    before, scrolls it by as much as it says."""
    article.page.mouse.move(1300, 100)
    article.page.mouse.wheel(0, 50)
    article.page.wait_for_function(f"scrollY > {WHOLE}")
    article.page.wait_for_function(f"scrollY === {WHOLE + 50}", timeout=5_000)


@pytest.fixture
def open_whole(open_article: Opener) -> Opener:
    """The same, with all of the frame in sight."""

    def opened(*asked: Any) -> Article:
        article: Article = open_article(*asked)
        article.page.evaluate(f"scrollTo(0, {WHOLE})")
        return article

    return opened


def test_keys_at_the_end_leave_the_article(page: Page, open_whole: Opener) -> None:
    """They scroll what is in the frame; pressed on at its end, they do nothing, and that also in
    browsers whose keys pass over `overscroll-behavior`."""
    article = open_whole("kursk", *SIZES[0])
    page.frames[1].evaluate(PASSED_OVER)
    for size in SIZES:
        resize(article, *size)
        keys_at_the_end_leave(article)


def keys_at_the_end_leave(article: Article) -> None:
    page, frame = article.page, article.page.frames[1]
    focus(article, "#statements a")
    for key, back in (("End", "Home"), ("PageDown", "PageUp"), ("Space", "Shift+Space")):
        frame.evaluate(LISTEN)
        page.keyboard.press(key)
        expect(article.frame.locator("html")).to_have_attribute("data-scrolled", "")
        frame.evaluate(SETTLED)
        to_the_end(article)
        for _ in range(2):
            page.keyboard.press(key)
        article.frame.locator("html").evaluate("html => html.scrollTo(0, 0)")
        article.frame.locator("#list").evaluate("list => list.scrollTo(0, 0)")
        for _ in range(2):
            page.keyboard.press(back)
        frame.evaluate(SETTLED)
    stays(article)


def test_the_wheel_at_the_end_leaves_the_article(open_whole: Opener) -> None:
    """A wheel over the list scrolls it, and nothing else once it is at its end."""
    article = open_whole("kursk", *SIZES[0])
    for size in SIZES:
        resize(article, *size)
        to_the_end(article)
        for _ in range(3):
            wheel_over(article, "#list")
        stays(article)


def test_what_does_not_scroll_holds_nobody(
    page: Page, open_whole: Opener, api: httpx.Client, fresh: str
) -> None:
    """One short statement has no end to reach: the frame is a picture in the article, which keys
    and a wheel over the list scroll."""
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", occurred="2024")])
    article = open_whole(fresh, 1100)
    focus(article, "#statements a")
    page.keyboard.press("PageDown")
    page.wait_for_function(f"scrollY > {WHOLE}")
    resize(article, 600, HEIGHT)
    wheel_over(article, "#list")
    page.wait_for_function(f"scrollY > {WHOLE}")


def test_the_focus_goes_back_to_a_row(
    page: Page, open_whole: Opener, api: httpx.Client, fresh: str
) -> None:
    """A statement that the filters leave out of the list has no row: closed, it leaves the focus in
    the row that led to it, and where an address did, in the first."""
    path = f"/v1/timelines/{fresh}"
    items: list[dict[str, Any]] = [
        said(f"s{n}", occurred=f"20{10 + n}", tags=["x"]) for n in range(9)
    ]
    api.post(f"{path}/statements", json=[*items, said("out", occurred="2024")])
    relation = {"relation": "disputes", "target": "s5"}
    api.post(f"{path}/statements/out/relations", json=relation)
    for width in (320, 1100):
        article = open_whole(f"{fresh}?tag=x&statement=out", width)
        it_goes_back(article, "s0")
        focus(article, "[data-statement-id=s5] .row-note a")
        page.keyboard.press("Enter")
        it_goes_back(article, "s5")


def it_goes_back(article: Article, row: str) -> None:
    heading = article.frame.get_by_test_id("detail").get_by_role("heading", level=2)
    expect(heading).to_be_visible()
    heading.evaluate("heading => heading.focus({ preventScroll: true })")
    article.page.keyboard.press("Escape")
    link = article.frame.locator(f"[data-statement-id={row}] .row-text a")
    expect(link).to_be_focused()
    assert article.page.evaluate("scrollY") == WHOLE, row

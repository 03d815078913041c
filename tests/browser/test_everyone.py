"""The page for everyone: what axe-core finds, and what can be done without a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import OF_COLOURS, RULES, Axe
from tests.browser.questions import follow, shown, visit
from tests.browser.until import until
from tests.serving import Service, said

Scheme = Literal["light", "dark"]
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
LOOKS: list[tuple[int, Scheme]] = [(390, "dark"), (1400, "light")]
"""Widths and colours in which all rules are judged; every second view is opened in the second."""
VIEWS = [
    ["/"],
    [
        "/t/kursk?as_of=999",
        "/t/kursk?kind=rumour",
        "/t/kursk",
        "/t/kursk?statement=gerasimov-full-control&kind=claim",
        "/t/kursk?compare=40&as_of=50",
    ],
    ["/embed/kursk?as_of=55&statement=gerasimov-full-control", "/embed/kursk?tag=control"],
    ["/t/nothing-here"],
]
"""Those of a document: the first is visited, and the others are followed."""
IN_ONE_LOOK = ("/t/kursk?as_of=999", "/t/kursk?kind=rumour", "/embed/kursk?tag=control")
"""These are the same kind of page as others: two refuse something, one is an embed with rows."""


@pytest.fixture(scope="module")
def examined(browser: Browser, server: Service) -> Iterator[Page]:
    """A page that lets a script from outside look into it, which its policy forbids."""
    context = browser.new_context(base_url=server.url, bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("views", VIEWS, ids=lambda views: views[0])
def test_axe_finds_nothing(examined: Page, views: list[str]) -> None:
    """No rule of WCAG 2.2 AA that a program can judge is broken on a phone and in a wide window,
    contrast included, in the colours that the page was opened in, and when they are changed; of
    rows that are alike the first is judged."""
    page = examined
    looks = LOOKS
    take(page, *looks[0])
    page.goto(views[0])
    axe = Axe(page)
    for view in views:
        if view != views[0]:
            take(page, *looks[0])
            is_refused = "rumour" in view
            follow(page, f"?{view.partition('?')[2]}", "refused" if is_refused else "shown")
        axe_finds_nothing(page, axe, view, looks)
        looks = looks[::-1]


def axe_finds_nothing(page: Page, axe: Axe, view: str, looks: list[tuple[int, Scheme]]) -> None:
    expect(page.locator("[aria-busy]")).to_have_count(0)
    shown = page.get_by_test_id("timeline-card" if view == "/" else "statement").first
    if view == "/t/nothing-here":
        shown = page.get_by_role("link", name="All timelines")
    expect(page.locator(".fault") if "rumour" in view or "999" in view else shown).to_be_attached()
    first, scheme = looks[0]
    others = [] if view in IN_ONE_LOOK else [(*looks[1], RULES, 10)]
    for width, colours, rules, least in (
        (first, scheme, RULES, 10),
        (first, OTHER[scheme], OF_COLOURS, 0),
        *others,
    ):
        take(page, width, colours)
        broken, held = axe.judge(rules)
        assert broken == [], (view, width, colours)
        assert len(held) > least
        assert "color-contrast" in held


def take(page: Page, width: int, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


def test_all_of_it_goes_without_a_mouse(page: Page) -> None:
    """Search by `/`, skip to the list and walk it, open, go back, and walk on; choose and zoom in
    the chart."""
    visit(page, "/t/kursk")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    page.keyboard.press("/")
    expect(page.get_by_test_id("search")).to_be_focused()
    skip = page.get_by_role("link", name="Skip to the statements")
    skip.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_test_id("statement").first.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading = page.get_by_test_id("detail").get_by_role("heading", level=2)
    expect(heading).to_be_focused()
    expect(page).to_have_url(re.compile("statement=gerasimov-praises-troops"))
    page.keyboard.press("Escape")
    row = page.locator('[data-statement-id="gerasimov-praises-troops"]')
    expect(row.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading).to_be_focused()
    skip.press("Enter")
    page.keyboard.press("k")
    expect(page.get_by_test_id("statement").nth(1).get_by_role("link")).to_be_focused()
    expect(page.get_by_test_id("chart")).to_have_attribute("data-marks", re.compile("[1-9]"))
    page.get_by_test_id("chart").focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("statement="))
    expect(page.locator("#chart-said")).not_to_be_empty()
    before = picture(page)
    page.keyboard.press("+")
    expect_other_picture(page, before)


SMALL_AND_LARGE = {
    "t": [(360, 640), (900, 500), (1400, 900)],
    "embed": [(360, 640), (600, 800)],
}


@pytest.mark.parametrize("frame", SMALL_AND_LARGE)
def test_the_focus_stays_in_the_chart(page: Page, frame: str) -> None:
    """Up and Down go from one statement to the next, however small the window, and what they choose
    covers nothing; Enter leads to its detail, and Escape back."""
    page.goto(f"/{frame}/kursk")
    shown(page)
    for width, height in SMALL_AND_LARGE[frame]:
        page.set_viewport_size({"width": width, "height": height})
        it_keeps_the_focus(page)


def it_keeps_the_focus(page: Page) -> None:
    found, detail = page.get_by_test_id("chart"), page.get_by_test_id("detail")
    found.focus()
    passed: set[str] = set()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        expect(page).not_to_have_url(re.compile(f"statement=({'|'.join(passed)})$"))
        passed = {page.url.split("=")[-1]}
        expect(detail).to_have_attribute("data-of", *passed)
        expect(found).to_be_focused()
    page.keyboard.press("Enter")
    expect(detail.get_by_role("heading", level=2)).to_be_focused()
    assert page.url.endswith(f"statement={passed.pop()}")
    page.keyboard.press("Escape")
    expect(found).to_be_focused()
    expect(page).to_have_url(re.compile("kursk$"))


def test_no_button_that_goes_takes_the_focus_along(page: Page, watched: Any) -> None:
    """Who went back to now, or removed a wrong value, by the keyboard, is at the list."""
    visit(page, "/t/kursk?as_of=40")
    for button in ("Back to now", "Remove “From”"):
        page.get_by_role("button", name=button).press("Enter")
        expect(page.locator("#list")).to_be_focused()
        shown(page)
        if button == "Back to now":
            follow(page, "?from=2024-13", "refused")
    watched.complaints.clear()  # the browser notes that the answer is 400


def test_escape_closes_what_is_on_top(page: Page) -> None:
    """The dialog, and not the statement below it; in a field it is the field's own; then it closes
    the statement, whose recorded times were in the reader's zone."""
    visit(page, "/t/kursk?statement=syrskyi-numbers")
    detail = page.get_by_test_id("detail")
    heading = detail.get_by_role("heading", level=2)
    expect(heading).to_be_visible()
    recorded = detail.locator("dd", has=page.locator("time")).first
    expect(recorded).to_contain_text(re.compile(r"(CET|CEST|GMT\+[12]).*T\d\d:\d\d:\d\d\.\d+Z"))
    page.get_by_test_id("import").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_test_id("import-load")).to_have_css("opacity", "0.5")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(heading).to_be_visible()
    page.get_by_test_id("filter-actor").press("Escape")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    expect(heading).to_have_count(0)


def picture(page: Page) -> str:
    """What is drawn now."""
    return str(page.get_by_test_id("chart").evaluate("canvas => canvas.toDataURL()"))


def expect_other_picture(page: Page, before: str) -> None:
    """Waits until something else is drawn."""
    until(page, "before => document.getElementById('chart').toDataURL() !== before", before)


def test_a_window_is_chosen_by_dragging(page: Page) -> None:
    """What is dragged over with Shift becomes the window of the address, in days."""
    visit(page, "/t/kursk")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    expect(page.get_by_test_id("chart")).to_have_attribute("data-marks", re.compile("[1-9]"))
    box = page.get_by_test_id("chart").bounding_box()
    assert box is not None
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 100, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page).to_have_url(re.compile(r"from=20\d\d-\d\d-\d\d&to=20\d\d-\d\d-\d\d"))
    expect(page.locator("#filter-from")).to_have_value(re.compile(r"^20\d\d-\d\d-\d\d$"))


def test_a_mark_of_the_chart_opens_its_statement(page: Page, api: httpx.Client, fresh: str) -> None:
    """A click on the only mark there is opens its detail, and its row is marked."""
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", occurred="2024-10-12")])
    visit(page, f"/t/{fresh}")
    expect(page.get_by_test_id("statement")).to_have_count(1)
    chart = page.get_by_test_id("chart")
    box = chart.bounding_box()
    assert box is not None
    for x in range(int(box["width"] * 0.2), int(box["width"]), 10):
        page.mouse.move(box["x"] + x, box["y"] + 55)
        if page.locator("#chart-tip").is_visible():
            break
    expect(page.locator("#chart-tip")).to_contain_text("12 October 2024")
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_test_id("detail")).to_contain_text("This is a.")
    expect(page.get_by_test_id("statement")).to_have_attribute("aria-current", "true")

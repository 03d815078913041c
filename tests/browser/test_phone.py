"""What fingers reach and narrow screens have room for."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.browser.until import until
from tests.serving import said

SMALL = """() => [...document.querySelectorAll("button, select, input, summary, .who a, \
.colophon-embed a")]
    .filter((each) => each.checkVisibility() && !each.closest("label"))
    .map((each) => [each.id || each.textContent, each.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([name, { width, height }]) => `${name}: ${width} × ${height}`)"""

FIELDS = """() => [...document.querySelectorAll("input:not([type=range], [type=radio], \
[type=checkbox]), select")].map((each) => parseFloat(getComputedStyle(each).fontSize))"""


@pytest.mark.parametrize("path", ["/t/kursk", "/embed/kursk", "/", "/sign-in"])
def test_fingers_have_room(phone: Page, path: str) -> None:
    """Each control is at least 44 pixels wide and high, and no field makes the browser zoom."""
    phone.goto(path)
    expect(phone.locator("[aria-busy]")).to_have_count(0)
    if path == "/t/kursk":
        expect(phone.get_by_test_id("sign-in")).to_be_visible()
    if "/kursk" in path:
        expect(phone.get_by_test_id("summary")).to_contain_text("22 statements")
        for button in phone.locator(".fold").all():
            button.evaluate("button => button.click()")
        phone.locator("#filters").evaluate("filters => { filters.open = true; }")
    assert phone.evaluate(SMALL) == []
    assert all(size >= 16 for size in phone.evaluate(FIELDS))
    if path == "/t/kursk":
        follow(phone, "?statement=syrskyi-numbers")
        expect(phone.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()
        assert phone.evaluate(SMALL) == [], "where a statement is open"


CUT = """field => {
    const ink = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(field);
    ink.font = style.font;
    const text = field.value || field.placeholder;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return ink.measureText(text).width - room;
}"""

LINES = """button => {
    const words = document.createRange();
    words.selectNodeContents(button.lastChild);
    return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
}"""

NEEDED = """select => {
    const given = select.getBoundingClientRect().width;
    select.style.width = "max-content";
    const needed = select.getBoundingClientRect().width;
    select.style.width = "";
    return needed - given;
}"""


def test_what_is_written_on_a_phone_is_not_cut(phone: Page, api: httpx.Client) -> None:
    """A day fits into the fields of dates, also beside the way back to now, and so do the words of
    the order and each part of the key."""
    phone.set_viewport_size({"width": 320, "height": 844})
    day = api.get("/v1/timelines/kursk").json()["updated_at"][:10]
    visit(phone, f"/t/kursk?as_of={day}&from=2024-10-12&to=2025-04-30")
    expect(phone.get_by_test_id("moment")).to_contain_text("of 60")
    for button in phone.locator(".fold").filter(visible=True).all():
        button.tap()
    phone.locator("#filters").evaluate("filters => { filters.open = true; }")
    for width in (320, 360, 390, 641, 768):
        phone.set_viewport_size({"width": width, "height": 844})
        nothing_is_cut(phone, width)


def nothing_is_cut(phone: Page, width: int) -> None:
    for field in ("#search", "#as-of", "#compare", "#filter-from", "#filter-to"):
        assert phone.locator(field).evaluate(CUT) <= 0, field
    for words in phone.locator(".fold, .chart-tools label").filter(visible=True).all():
        assert words.evaluate(LINES) == 1, words.inner_text()
    assert phone.locator("#order").evaluate(NEEDED) <= 0
    for item in phone.get_by_test_id("key").locator("li:not(.many)").all():
        expect(item).to_be_visible()
        box = item.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
    assert phone.evaluate("document.documentElement.scrollWidth") == width


def test_a_statement_that_covers_the_moment_tells_it(phone: Page) -> None:
    """On a narrow screen, where it takes all of the place. A moment that cannot be compared with
    unfolds its field, and says there what to write."""
    visit(phone, "/embed/kursk?as_of=55&statement=gerasimov-full-control")
    expect(phone.locator(".as-known")).to_be_visible()
    visit(phone, "/t/kursk?compare=yesterday")
    expect(phone.locator("#compare-fault")).to_be_visible()
    over = phone.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over == 0
    expect(phone.get_by_test_id("compare")).to_have_attribute("aria-invalid", "true")
    follow(phone, "?as_of=55&statement=gerasimov-full-control")
    expect(phone.locator(".as-known")).to_be_visible()
    expect(phone.locator(".as-known")).to_contain_text("revision 55")
    expect(phone.get_by_test_id("moment")).to_have_count(1)


def test_a_phone_has_little_room(phone: Page) -> None:
    """What a narrow screen has no room for is behind two buttons, with a finger as by keyboard,
    and so are more rows of the chart. Thousands of statements do not push the order, and the rows
    with it, one line down."""
    visit(phone, "/t/kursk")
    no_line_of_the_axis_goes_through_a_name(phone)
    expect(phone.get_by_test_id("compare")).to_be_hidden()
    phone.get_by_role("button", name="More").tap()
    expect(phone.get_by_test_id("compare")).to_be_visible()
    expect(phone.locator("#as-of-slider")).to_be_visible()
    options = phone.get_by_role("button", name="Options")
    options.focus()
    phone.keyboard.press("Enter")
    expect(options).to_have_attribute("aria-expanded", "true")
    chart = phone.get_by_test_id("chart")
    expect(chart).to_have_css("height", re.compile("^2[89]"))
    expect(phone.get_by_role("button", name="Choose dates")).to_be_visible()
    phone.get_by_label("was said").check()
    expect(phone).to_have_url("/t/kursk?on=said")
    heading = phone.get_by_role("heading", name="22 statements")
    expect(heading).to_be_visible()
    phone.set_viewport_size({"width": 390, "height": 664})
    assert heading.evaluate(BELOW) < 0, "the order stands beside the number"


BELOW = """heading => {
    heading.textContent = "1,626 statements";
    const order = document.querySelector(".order").getBoundingClientRect();
    return order.top - heading.getBoundingClientRect().bottom;
}"""


INVITES = """isLong => {
    return document.getElementById("search").placeholder.includes("a phrase") === isLong;
}"""
"""The page has followed a new width."""


def test_the_field_of_the_search_has_room_for_its_words(page: Page, phone: Page) -> None:
    """For a mouse, and for a finger, for which letters are larger; where there is room, it says how
    one searches."""
    for shown, roomy in ((page, (641, 1024, 1280)), (phone, (641, 1280))):
        visit(shown, "/t/kursk")
        expect(shown.get_by_test_id("summary")).to_contain_text("22 statements")
        field = shown.get_by_test_id("search")
        for width in (512, 640, 641, 1024, 1280):
            shown.set_viewport_size({"width": width, "height": 800})
            until(shown, INVITES, width in roomy)
            # Browsers keep room in it for the button that empties it.
            assert field.evaluate(CUT) <= -24, width


TITLE = (
    "Who held the crossing of the river at the old bridge in the north of the city, when, and what "
    "both armies said of it"
)
"""It takes three lines."""


def test_the_first_statement_is_on_the_first_screen(
    phone: Page, api: httpx.Client, fresh: str
) -> None:
    """Also below a title of several lines, and a summary that mentions disputes and corrections."""
    path = f"/v1/timelines/{fresh}"
    api.put(path, json={"title": TITLE})
    items = [said(f"s{n}", by=f"The Ministry of {n}", occurred=f"202{n}") for n in range(4)]
    api.post(f"{path}/statements", json=items)
    for n in (0, 2):
        link = {"relation": "disputes", "target": f"s{n}"}
        api.post(f"{path}/statements/s{n + 1}/relations", json=link)
    fix = {"changes": {"text": "It was not so."}, "reason": "misheard"}
    api.post(f"{path}/statements/s1/corrections", json=fix)
    assert api.get(path, params={"min_revision": 9}).status_code == 200
    visit(phone, f"/t/{fresh}")
    expect(phone.get_by_test_id("summary")).to_contain_text("1 was corrected")
    heading = phone.get_by_role("heading", level=1)
    for width, height in ((360, 640), (390, 844)):
        phone.set_viewport_size({"width": width, "height": height})
        found = heading.evaluate(
            "title => title.offsetHeight / parseFloat(getComputedStyle(title).lineHeight)"
        )
        assert round(found) == 3
        text = phone.get_by_test_id("statement").first.locator(".row-text")
        box = text.bounding_box()
        assert box is not None
        assert box["y"] + 24 <= height


THROUGH = """({ left, right, top, bottom }) => {
    const canvas = document.getElementById("chart");
    const ink = canvas.getContext("2d");
    const sharp = canvas.width / canvas.clientWidth;
    const pixels = (length) => Math.round(length * sharp);
    const [width, height] = [pixels(right - left), pixels(bottom - top)];
    const { data } = ink.getImageData(left * sharp, top * sharp, width, height);
    const white = (at) => data[at] === 255 && data[at + 2] === 255;
    const empty = (x, y) => white((y * width + x) * 4);
    const rows = [...Array(height).keys()];
    return [...Array(width).keys()].filter((x) => !rows.some((y) => empty(x, y))).length;
}"""


def no_line_of_the_axis_goes_through_a_name(phone: Page) -> None:
    """On a phone the first lane's name stands above its lane, over the lines of the time."""
    chart = phone.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-lanes", re.compile("Unnamed outlet"))
    below_the_axis = {"left": 16, "right": 110, "top": 42, "bottom": 57}
    assert phone.evaluate(THROUGH, below_the_axis | {"left": 130, "right": 340}) > 0
    assert phone.evaluate(THROUGH, below_the_axis) == 0


def test_a_timeline_in_the_list_has_the_width_of_a_phone(phone: Page) -> None:
    """The number of its statements stands below its words, and takes no column of its own."""
    phone.goto("/")
    card = phone.get_by_test_id("timeline-card").first
    words, number = card.locator(".about, .facts").last, card.locator(".number")
    above, below = words.bounding_box(), number.bounding_box()
    assert above is not None
    assert below is not None
    assert above["width"] > 320
    assert above["y"] + above["height"] <= below["y"]

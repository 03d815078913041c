"""The page as a person uses it to read: list, search, filters, address, detail, then and now."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.browser.questions import asked, follow, statements, visit
from tests.browser.strips import heard
from tests.browser.until import until
from tests.serving import said


def test_timelines_lead_to_the_one_that_is_chosen(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """The first document has a card for each timeline, and the card leads to it. There all
    statements are in the document, in the order of the answer, each with its standing. A card
    counts its years as dates do: the year before 1 is 1 BCE, as in the summary."""
    path = f"/v1/timelines/{fresh}"
    old = [said("old", occurred="-0801"), said("new", occurred="2024")]
    api.post(f"{path}/statements", json=old).raise_for_status()
    api.get(path, params={"min_revision": 3}).raise_for_status()
    page.goto("/")
    expect(page.locator(f"a[href='/t/{fresh}']")).to_contain_text("802 BCE to 2024")
    card = page.get_by_test_id("timeline-card").filter(has_text="North Korean troops in Kursk")
    expect(card).to_contain_text("22")
    card.click()
    expect(page).to_have_url(re.compile(r"/t/kursk$"))
    expect(statements(page)).to_have_count(22)
    items = api.get("/v1/timelines/kursk/statements", params={"limit": 100}).json()["items"]
    shown = statements(page).evaluate_all(
        "rows => rows.map((row) => [row.dataset.statementId, row.dataset.standing])"
    )
    assert shown == [[item["id"], item["standing"]] for item in items]


def test_a_list_of_two_hundred_is_whole(
    page: Page, watched: object, api: httpx.Client, fresh: str
) -> None:
    """Up to 200 statements are in the document at once; of more, the first 50, and the others as
    one scrolls, or with a link to one. A link to a statement that does not exist offers no address
    of it."""
    many = [said(f"s{n}", occurred=f"20{n // 10:02}") for n in range(200)]
    api.post(f"/v1/timelines/{fresh}/statements", json=many)
    visit(page, f"/t/{fresh}")
    expect(statements(page)).to_have_count(200)
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("last", occurred="2099")])
    assert api.get(f"/v1/timelines/{fresh}", params={"min_revision": 202}).status_code == 200
    visit(page, f"/t/{fresh}")
    expect(page.locator("#count")).to_have_text("201 statements")
    expect(statements(page)).to_have_count(50)
    page.locator("#list").evaluate("pane => pane.scrollTo(0, pane.scrollHeight)")
    expect(page.locator('[data-statement-id="last"]')).to_be_attached()
    visit(page, f"/t/{fresh}?statement=last")
    expect(page.locator('[data-statement-id="last"]')).to_be_in_viewport()
    follow(page, "?statement=nothing")
    detail = page.get_by_test_id("detail")
    expect(detail).to_contain_text("There is no statement")
    expect(detail.locator("a[href*='statement=nothing']")).to_have_count(0)
    getattr(watched, "complaints").clear()  # noqa: B009 - the browser notes that the answer is 404


DIRECTED = """
const write = CanvasRenderingContext2D.prototype.fillText;
window.directed = {};
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  window.directed[text] = [this.direction, this.textAlign];
  return write.call(this, text, ...where);
};
"""
"""Keeps the direction in which each text is written in a canvas."""


def test_a_text_has_its_own_direction(page: Page, api: httpx.Client, fresh: str) -> None:
    """A text from right to left is written so in the chart, in its row and where words of it were
    corrected: full stops and parentheses stand at its end. Beside it all else stays as it is."""
    path = f"/v1/timelines/{fresh}/statements"
    hebrew, other = "הגשר נסגר (9).", "The bridge (הגשר) is open."
    items = [
        said("he", text=hebrew, by="משרד", occurred="2024-05-01"),
        said("en", text=other, by="Radio", occurred="2024-05-02"),
    ]
    api.post(path, json=items)
    api.post(f"{path}/en/relations", json={"relation": "disputes", "target": "he"})
    fix = {"changes": {"text": "הגשר נסגר (12)."}, "reason": "misheard"}
    api.post(f"{path}/he/corrections", json=fix)
    visit(page, f"/t/{fresh}")
    direction = "element => getComputedStyle(element).direction"
    row = page.locator('[data-statement-id="he"]')
    assert row.locator(".row-text").evaluate(direction) == "rtl"
    expect(row.locator("ins")).to_have_text("12")
    assert row.locator("ins").evaluate(direction) == "rtl"
    assert row.locator(".field-change b").evaluate(direction) == "ltr"
    disputed = page.locator('[data-statement-id="en"]').get_by_role("link", name="משרד: ")
    assert disputed.locator("span").evaluate(direction) == "rtl"
    heard(page, DIRECTED)
    all_of_them = "texts => texts.every((text) => text in window.directed)"
    until(page, all_of_them, [hebrew.replace("9", "12"), "משרד", other])
    written = page.evaluate("window.directed")
    assert written["הגשר נסגר (12)."] == ["rtl", "left"]
    assert written["משרד"] == ["rtl", "left"]
    assert written[other] == ["ltr", "left"]


def test_a_long_name_leaves_room_in_the_summary(page: Page, api: httpx.Client, fresh: str) -> None:
    """Its beginning is there, and all of it in its row."""
    name = "The standing committee for the names of committees that have long names"
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", by=name)])
    visit(page, f"/t/{fresh}")
    link = page.get_by_test_id("summary").get_by_role("link")
    expect(link).to_have_text("The standing committee for the names of…")
    expect(link).to_have_attribute("title", name)
    expect(page.get_by_test_id("statement")).to_contain_text(name)


def test_detail_tells_all_of_one_statement(page: Page) -> None:
    """A click opens the statement: its bounds in words, who disputes it, its quote and history."""
    visit(page, "/t/kursk?q=syrskyi")
    page.locator('[data-statement-id="syrskyi-numbers"]').click()
    detail = page.get_by_test_id("detail")
    expect(detail).to_contain_text("about 11,000 to 12,000 troops")
    expect(detail).to_contain_text("about April 2025")
    expect(detail).to_contain_text("no earlier than 1 April 2025, no later than 30 April 2025")
    expect(detail).to_contain_text("Recorded at revision")
    assert asked(page)["statement"] == ["syrskyi-numbers"]
    follow(page, "?statement=gerasimov-full-control")
    expect(detail).to_contain_text("Disputed by")
    detail.locator(".relation").get_by_role("link", name=re.compile("^Ukraine: ")).click()
    expect(detail.get_by_role("heading", level=2)).to_contain_text("Ukraine strongly disputed")
    page.keyboard.press("Escape")
    expect(detail).to_contain_text("Choose a statement")


def test_detail_says_a_thing_once(page: Page) -> None:
    """What another statement says stands there once, and no heading has nothing below it."""
    visit(page, "/t/kursk?statement=gerasimov-full-control")
    detail = page.get_by_test_id("detail")
    expect(detail.locator(".history")).to_contain_text("Ukraine disputes this")
    shown = detail.inner_text()
    assert shown.count("Ukraine strongly disputed Gerasimov’s battlefield claims") == 1
    assert shown.count("KCNA said that North Korean troops helped") == 1
    expect(detail.get_by_role("heading", name="Other relations")).to_be_visible()
    follow(page, "?as_of=50&statement=ukraine-disputes-control")
    expect(detail.get_by_role("heading", level=2)).to_contain_text("Ukraine strongly disputed")
    expect(detail.get_by_role("heading", name="elations")).to_have_count(0)
    expect(detail.locator(".history")).to_contain_text("Recorded at revision")
    after = "all => all.map((one) => one.nextElementSibling?.textContent.trim())"
    assert all(detail.get_by_role("heading", level=3).evaluate_all(after))


def test_an_earlier_moment_shows_what_was_known(page: Page, api: httpx.Client, fresh: str) -> None:
    """The field and the slider go back; the list, the title and the mark show that moment."""
    path = f"/v1/timelines/{fresh}"
    api.post(f"{path}/statements", json=[said("a")])
    api.post(f"{path}/statements", json=[said("b")])
    api.post(f"{path}/statements/b/relations", json={"relation": "disputes", "target": "a"})
    api.put(path, json={"title": "Renamed"})
    visit(page, f"/t/{fresh}")
    row = page.locator('[data-statement-id="a"]')
    expect(row).to_have_attribute("data-standing", "disputed")
    page.get_by_test_id("as-of").fill("2")
    page.get_by_test_id("as-of").press("Enter")
    expect(statements(page)).to_have_count(1)
    expect(row).to_have_attribute("data-standing", "asserted")
    expect(page.locator("h1")).to_have_text("A new one")
    expect(page.get_by_test_id("live")).to_have_text("paused")
    assert asked(page) == {"as_of": ["2"]}
    page.locator("#as-of-slider").press("ArrowRight")
    expect(statements(page)).to_have_count(2)
    expect(row).to_have_attribute("data-standing", "asserted")
    page.get_by_role("button", name="Back to now").click()
    expect(row).to_have_attribute("data-standing", "disputed")
    expect(page.get_by_test_id("live")).to_have_text("live")


def test_two_moments_are_compared_word_by_word(page: Page, api: httpx.Client, fresh: str) -> None:
    """What was recorded, corrected, retracted and disputed between two moments, words marked."""
    path = f"/v1/timelines/{fresh}"
    api.post(f"{path}/statements", json=[said("a", text="At least nine were seen."), said("b")])
    changes = {"changes": {"text": "At least twelve were seen."}, "reason": "misheard"}
    api.post(f"{path}/statements/a/corrections", json=changes)
    api.post(f"{path}/statements/b/retractions", json={"reason": "withdrawn"})
    api.post(f"{path}/statements", json=[said("c")])
    visit(page, f"/t/{fresh}")
    expect(statements(page)).to_have_count(3)
    page.get_by_test_id("compare").fill("3")
    page.get_by_test_id("compare").press("Enter")
    difference = page.get_by_test_id("difference")
    expect(difference.get_by_test_id("correction").locator("del")).to_have_text("nine ")
    expect(difference.get_by_test_id("correction").locator("ins")).to_have_text("twelve ")
    for title in ("Recorded: 1", "Corrected: 1", "Retracted: 1", "Standing: 1"):
        expect(difference.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("button", name="End the comparison").click()
    expect(statements(page)).to_have_count(3)


WORDS = {
    "2022-02-24/2022-02-25": "24 to 25 February 2022",
    "2022-02-24/2022-03-02": "24 February to 2 March 2022",
    "2024-10/2025-04": "October 2024 to April 2025",
    "2024-10~/2024-12": "about October 2024 to December 2024",
    "2024/2024-12": "2024 to December 2024",
    "-0500/-0479": "501 to 480 BCE",
    "0000": "some time in 1 BCE",
    "-0440~": "about 441 BCE",
}


def test_dates_are_shown_in_words(page: Page, api: httpx.Client, fresh: str) -> None:
    """What two ends have in common is said once, and years before the first are BCE."""
    items = [said(f"s{n}", occurred=occurred) for n, occurred in enumerate(WORDS)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    visit(page, f"/t/{fresh}")
    for n, words in enumerate(WORDS.values()):
        expect(page.locator(f'[data-statement-id="s{n}"] .row-when')).to_have_text(
            f"happened {words}"
        )

"""A value in the address, or in a field, that there is not: what is said of it, where, and how one
goes on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.questions import follow, reading, rows, visit

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

REMOVE = re.compile("^(Remove|Back to now)")


BAD = [
    ("from", "2024-13", "#filter-from", "months are 01 to 12", "Remove “From”"),
    ("from", "xx", "#filter-from", "Write the date in digits, like", "Remove “From”"),
    ("to", "199x", "#filter-to", "Write 199X: the letters", "Remove “To”"),
    ("as_of", "yesterday", "#as-of", "a day like 2024-10-01", "Back to now"),
    ("as_of", "999", "#as-of", "The timeline is at revision 3", "Back to now"),
    ("as_of", "9" * 20, "#as-of", "The timeline is at revision 3", "Back to now"),
]
"""Parameters with a bad value, the field for it, what it says, and the way out."""


def test_a_bad_date_says_once_at_its_field_what_to_write(page: Page, two: str) -> None:
    """The field is marked, its message is in sight, with one button that removes the value, and no
    row of another question is shown, on a phone and in a wide window. A bad moment has a page with
    its status; to a program the same address is the problem."""
    for first, *others in (BAD[:3], BAD[3:]):
        page.set_viewport_size({"width": 390, "height": 700})
        answer = page.goto(f"/t/{two}?{first[0]}={first[1]}")
        assert answer is not None
        assert answer.status == (400 if first[0] == "as_of" else 200), first
        expect(page.get_by_role("heading", level=1)).to_have_text("A new one")
        the_field_says_what_to_write(page, *first[1:])
        for name, value, *rest in others:
            page.set_viewport_size({"width": 390, "height": 700})
            follow(page, f"?{name}={value}", "refused")
            the_field_says_what_to_write(page, value, *rest)


def the_field_says_what_to_write(page: Page, value: str, field: str, says: str, way: str) -> None:
    found = page.locator(field)
    for width in (390, 1400):
        page.set_viewport_size({"width": width, "height": 700})
        it_says_what_to_write(page, found, value, says)
    page.get_by_role("button", name=way).click()
    rows(page, "a", "b")
    expect(page.get_by_test_id("live")).to_have_text("live")
    expect(found).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".fault")).to_have_count(0)
    expect(page.get_by_text("Nothing is shown until")).to_be_hidden()


def it_says_what_to_write(page: Page, found: Locator, value: str, says: str) -> None:
    expect(found).to_have_attribute("aria-invalid", "true")
    expect(found).to_have_accessible_description(re.compile(says))
    expect(found).to_have_value(value)
    expect(page.get_by_text(says).filter(visible=True)).to_have_count(1)
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator(".fault")).to_be_in_viewport()
    expect(page.get_by_role("button", name=REMOVE)).to_have_count(1)
    assert page.get_by_test_id("statement").filter(visible=True).count() == 0
    expect(page.get_by_text("Nothing is shown until")).to_be_visible()
    expect(page.get_by_test_id("live")).to_have_text("paused")
    expect(page.get_by_test_id("retry")).to_be_hidden()


def test_every_bad_field_is_marked(page: Page, two: str) -> None:
    """Also one that another request asks for; each has its own way out."""
    page.goto(f"/t/{two}?from=2024-13&to=someday&as_of=yesterday&compare=tomorrow")
    reading(page, "refused")
    for field in ("#filter-from", "#filter-to", "#as-of", "#compare"):
        expect(page.locator(f"{field}-fault")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()
    ways = page.get_by_role("button", name=REMOVE)
    for left in (3, 2, 1, 0):
        ways.first.click()
        expect(page.locator(".fault")).to_have_count(left)
    rows(page, "a", "b")
    follow(page, "?from=2024-13&compare=1", "refused")
    expect(page.locator("#filter-from-fault")).to_be_visible()
    expect(page.locator(".fault")).to_have_count(1)


CALLED = {
    "said_from=xx": "said from: xx",
    "to=xx&on=said": "to: xx",
    "standing=wrong&standing=asserted": "standing: wrong or standing: not contested",
    "match=perhaps": "dates: perhaps",
}
ONE_OF_TWO = {
    "match=possible&match=certain": "dates: possible or dates: certain",
    "said_from=1850&said_from=1900": "said from: 1850 or said from: 1900",
}
"""What an address asks for without a field, and what it is called: the first two are the window of
the other clock."""


def test_what_has_no_field_is_called_as_its_chip_is(page: Page, two: str) -> None:
    """Nobody who followed a link is told the name of a parameter, or values to write for one;
    nothing is said at a field that has another value."""
    visit(page, f"/t/{two}?{next(iter(CALLED))}")
    for asked, called in (CALLED | ONE_OF_TWO).items():
        follow(page, f"?{asked}", "refused")
        why = "of which only one can be meant" if asked in ONE_OF_TWO else "which there is not"
        expect(page.locator("#problem-words")).to_have_text(
            f"The address asks for “{called}”, {why}."
        )
        expect(page.locator(".fault")).to_have_count(0)
        page.get_by_role("button", name=f"Remove “{called}”").click()
        reading(page, "shown")
        rows(page, "a", "b")


def test_a_fault_without_its_field_is_told_above_all(page: Page, two: str) -> None:
    """An article has no filters: the value that came with its address is named, and can be removed;
    what the field of the moment says is not said again."""
    visit(page, f"/embed/{two}?from=xx&as_of=yesterday")
    box = page.locator("#problem")
    expect(page.locator("#problem-words")).to_have_text(
        "The address asks for “from: xx”, which there is not."
    )
    expect(page.locator("#as-of-fault")).to_contain_text("a day like 2024-10-01")
    box.get_by_role("button", name="Remove “from: xx”").click()
    expect(box).to_be_hidden()
    page.get_by_role("button", name="Back to now").click()
    rows(page, "a", "b")


TWO_VALUES = [
    ("as_of=2&as_of=3", "#as-of"),
    ("compare=2&compare=1", "#compare"),
    ("from=1850&from=1900", "#filter-from"),
]


def test_of_two_values_none_is_taken(page: Page, two: str) -> None:
    """Where an address has two for a parameter with one, nobody knows which was meant: the field
    has both and says so, and what is written there replaces them."""
    for asked, field in TWO_VALUES:
        answer = page.goto(f"/t/{two}?{asked}")
        assert answer is not None
        assert answer.status == (400 if "as_of" in asked else 200), asked
        none_is_taken(page, asked, field)


def none_is_taken(page: Page, asked: str, field: str) -> None:
    first, second = (part.split("=")[1] for part in asked.split("&"))
    found = page.locator(field)
    expect(found).to_have_value(f"{first} or {second}")
    expect(page.locator(f"{field}-fault")).to_have_text(
        f"The address has more than one, {first} and {second}: write the one that is meant."
    )
    expect(page.get_by_test_id("statement").filter(visible=True)).to_have_count(0)
    found.fill(first)
    found.press("Enter")
    reading(page, "shown")
    assert page.url.endswith(f"?{asked.partition('&')[0]}")


TWICE = "The address has more than one, {}: write the one that is meant."
LATE = "The timeline is at revision 3: take that or an earlier one."
NO_DATE = "Write the date in digits, like 2024-10-13, 2024-10 for a month or 2024-21 for spring."
GOOD: tuple[str, dict[str, str]] = ("", {})
COMPARED = ("?compare=2&compare=1", {"compare": TWICE.format("2 and 1")})
BEGUN = ("?from=1850&from=1900", {"filter-from": TWICE.format("1850 and 1900")})
BOTH = (f"{BEGUN[0]}&to=xx&compare=99", {**BEGUN[1], "filter-to": NO_DATE, "compare": LATE})
OTHERS = ("?to=xx&compare=99", {"filter-to": NO_DATE, "compare": LATE})


def test_the_faults_are_those_of_the_address(page: Page, two: str) -> None:
    """All of them and no others, whatever was shown before; and the facets count what is not
    refused."""
    visit(page, f"/t/{two}{COMPARED[0]}")
    walk = [COMPARED, BEGUN, GOOD, BEGUN, BOTH, GOOD, BOTH, OTHERS, GOOD, OTHERS, COMPARED]
    for query, faults in (*walk, GOOD, COMPARED, BOTH):
        follow(page, query, "refused" if faults else "shown")
        expect(page.locator(".fault")).to_have_count(len(faults))
        for field, words in faults.items():
            expect(page.locator(f"#{field}-fault")).to_have_text(words)
        expect(page.get_by_test_id("difference")).to_have_count(0)
        expect(page.get_by_role("group", name="Actors").get_by_text("Zoe")).to_be_visible()


def test_the_same_value_twice_is_one(page: Page, two: str) -> None:
    """The address then has it once; of a view that changes nothing said, the first is shown."""
    visit(page, f"/t/{two}?as_of=2&as_of=2&on=said&on=occurred&statement=a&statement=b")
    rows(page, "a")
    reading(page, "shown")
    assert page.url.endswith("?as_of=2&on=said&statement=a")
    expect(page.get_by_test_id("detail")).to_contain_text("Apples fell.")


def test_a_bad_date_leaves_no_rows_and_no_blank_pane(page: Page) -> None:
    """The list was scrolled when a date was typed wrong: the rows of the question before are hidden
    and there is nothing to scroll to, until the next answer is shown from its beginning."""
    visit(page, "/t/kursk")
    expect(page.get_by_test_id("statement")).to_have_count(22)
    pane = page.locator("#list")
    pane.evaluate("pane => { pane.scrollTop = pane.scrollHeight }")
    assert pane.evaluate("pane => pane.scrollTop") > 1000
    page.locator("#filter-from").fill("2024-13")
    page.locator("#filter-from").press("Enter")
    reading(page, "refused")
    assert pane.evaluate("pane => [pane.scrollTop, pane.scrollHeight - pane.clientHeight]") == [
        0,
        0,
    ]
    expect(page.get_by_test_id("statement").first).to_be_hidden()
    page.locator("#filter-from").fill("1900")
    page.locator("#filter-from").press("Enter")
    reading(page, "shown")
    expect(page.get_by_test_id("statement").first).to_be_in_viewport()
    expect(page.locator(".fault")).to_have_count(0)


def test_a_bad_moment_leaves_nothing_of_the_moment_before(page: Page, two: str) -> None:
    """Neither the statement that is open nor the time that was named is of a moment that there is
    not; both come back with one that there is."""
    visit(page, f"/t/{two}?statement=a")
    heading = page.locator("#detail h2").first
    expect(heading).to_be_visible()
    for moment in ("999", "some day"):
        page.get_by_test_id("as-of").fill(moment)
        page.get_by_test_id("as-of").press("Enter")
        reading(page, "refused")
        expect(heading).to_be_hidden()
        expect(page.locator("#moment-words")).to_be_hidden()
        expect(page.get_by_test_id("moment")).to_be_hidden()
        page.get_by_role("button", name="Back to now").click()
        reading(page, "shown")
        expect(heading).to_be_visible()

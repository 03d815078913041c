"""The time that the chart shows: at first, with a window, zoomed in, and where a link leads."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from events.edtf.dates import parse
from events.errors import DateError
from tests.browser.charts import OLD, chart, opened, record, three_years, window
from tests.browser.questions import follow, search
from tests.browser.strips import HEIGHTS, strip
from tests.serving import Service, said


@pytest.fixture(scope="module")
def with_old(server: Service) -> Callable[[int], str]:
    """Timelines with so many statements over three years, all said in one month, and an old one
    that disputes another; tests only read them."""

    @cache
    def made(many: int) -> str:
        name = f"old-{uuid.uuid4().hex[:12]}"
        month = {"by": "KCNA", "on": "2021-07"}
        with server.client() as api:
            assert api.put(f"/v1/timelines/{name}", json={"title": "Old"}).status_code == 201
            record(api, name, [*(item | {"said": month} for item in three_years(many)), OLD])
            note = {"relation": "disputes", "target": "s2"}
            answer = api.post(f"/v1/timelines/{name}/statements/old/relations", json=note)
            revision = answer.raise_for_status().headers["Onrecord-Revision"]
            api.get(f"/v1/timelines/{name}", params={"min_revision": revision}).raise_for_status()
        return name

    return made


@pytest.mark.parametrize("many", [3, 2_100])
def test_one_old_date_does_not_make_the_others_a_line(
    page: Page, with_old: Callable[[int], str], many: int
) -> None:
    """The chart opens at the time that most statements need, drawn or counted; its edge has the
    number of those before it, leads there, and back. So do the amounts in the strip below it. A
    search that finds nothing leaves the chart at the time that it showed."""
    opened(page, f"/t/{with_old(many)}")
    expect(page.get_by_test_id("edge-earlier")).to_have_text("‹ 1 earlier")
    expect(page.get_by_test_id("edge-later")).to_be_hidden()
    first, last = window(page)
    assert "2021" < first < "2024", "the chart opens where most are"
    assert "2022" < last < "2026", "the chart opens where most are"
    assert {datetime.fromisoformat(end).tzinfo for end in (first, last)} == {UTC}
    if many > 1_000:  # weeks; one in 801 BCE made them years
        assert strip(page, "happened").evaluate(HEIGHTS) > 8, "the strip has amounts of weeks"
    page.get_by_role("button", name="1 earlier").click()
    expect(chart(page)).to_have_attribute("data-from", re.compile("^-80"))
    expect(chart(page)).to_have_attribute("data-marks", "1")
    expect(page.get_by_test_id("edge-later")).to_have_text(f"{many:,} later ›")
    page.get_by_test_id("edge-later").click()
    expect(chart(page)).to_have_attribute("data-to", re.compile("^20"))
    expect(page.get_by_test_id("fit")).to_have_text("Show most")
    page.get_by_test_id("fit").click()
    expect(chart(page)).to_have_attribute("data-from", first)
    expect(page.get_by_test_id("fit")).to_have_text("Show all")
    page.get_by_test_id("fit").click()
    expect(chart(page)).to_have_attribute("data-from", re.compile("^-9"))
    expect(chart(page)).to_have_attribute("data-to", re.compile("^2"))
    page.get_by_test_id("fit").click()
    expect(chart(page)).to_have_attribute("data-from", first)
    search(page, "nothing has this")
    expect(page.get_by_test_id("statement")).to_have_count(0)
    expect(chart(page)).to_have_attribute("data-marks", "0")
    assert window(page) == (first, last), "what finds nothing leaves the chart where it is"


WINDOWS = {
    # A month whose number is a season's but for a multiple of four is that month.
    "from=2024-01&to=2024-12": ("2024-01-01T00:00:00Z", "2024-12-31T23:59:59Z"),
    "from=2023-05&to=2023-09": ("2023-05-01T00:00:00Z", "2023-09-30T23:59:59Z"),
    "from=2023-06&to=2023-10": ("2023-06-01T00:00:00Z", "2023-10-31T23:59:59Z"),
    "from=2023-06-12~&to=2023-23": ("2023-06-12T00:00:00Z", "2023-11-30T23:59:59Z"),
    "from=202X&to=2024": ("2020-01-01T00:00:00Z", "2024-12-31T23:59:59Z"),
    "on=said&said_from=2021&said_to=2021": ("2021-01-01T00:00:00Z", "2021-12-31T23:59:59Z"),
}
"""What an address asks for, and the time of it."""


BOUNDS = """async texts => {
    const { plainBounds } = await import("/page/words/plain_date.js");
    return texts.map(plainBounds);
}"""


def served(text: str) -> list[int | None] | None:
    """The first and the last second of a date, as the service reads it."""
    try:
        date = parse(text)
    except DateError:
        return None
    return [date.earliest, date.latest]


def test_the_page_bounds_a_date_as_the_service_does(modules: Page) -> None:
    """Every pair of digits as a month or a season, every day, with and without marks, and times."""
    years = ["2023", "2024", "1900", "-0044", "0000"]
    months = [f"{year}-{month:02}" for year in years for month in range(100)]
    # What is no month has no day, whatever the year.
    dated = [text for text in months if text.startswith("2024") or int(text[-2:]) < 14]
    days = [f"{month}-{day:02}" for month in dated for day in range(33)]
    marked = [f"{text}{mark}" for text in months for mark in "~?%"]
    whole = [*years, "202X", "19XX", "-004X", "Y12345", "Y-12345"]
    times = [
        "05:00:00Z",
        "05:00",
        "24:00:00Z",
        "05:00:00.5+02:00",
        "23:59:59-09:30",
        "05",
        "05:00+02",
    ]
    timed = [f"{day}T{time}" for day in ("2024-02-29", "2023-02-29", "2024-02") for time in times]
    texts = [*whole, *months, *marked, *days, *(f"{month}-XX" for month in months), *timed]
    found = modules.evaluate(BOUNDS, texts)
    assert {t: f for t, f in zip(texts, found, strict=True) if f != served(t)} == {}
    assert sum(bounds is not None for bounds in found) > 2_000


@pytest.mark.parametrize("many", [40, 2_100])
def test_a_window_sets_what_is_shown(page: Page, with_old: Callable[[int], str], many: int) -> None:
    """The chart shows exactly the window of the address, when it is opened as when it becomes
    another one, drawn or counted; when it is removed, all again."""
    first, *others, last = WINDOWS
    opened(page, f"/t/{with_old(many)}?{first}")
    for asked in (first, *(others if many == 40 else []), last):
        shown = WINDOWS[asked]
        if asked != first:
            follow(page, f"?{asked}")
            expect(chart(page)).to_have_attribute("data-from", shown[0])
        assert window(page) == shown, asked
        if asked in (first, last):
            for _ in range(2):
                page.get_by_test_id("chip").first.click()
            expect(chart(page)).not_to_have_attribute("data-from", shown[0])


def test_zooming_goes_to_where_statements_are(page: Page, api: httpx.Client, fresh: str) -> None:
    """However often one zooms in by button or key, a statement stays in sight, though the middle
    of the time is empty; and one comes into sight if none was."""
    record(api, fresh, [said("a", occurred="2010-03-04"), said("b", occurred="2024-10-12")])
    found = opened(page, f"/t/{fresh}")
    for _ in range(12):
        page.get_by_test_id("zoom-in").click()
    expect(found).to_have_attribute("data-marks", "1")
    found.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(found).to_have_attribute("data-marks", "0")
    page.keyboard.press("+")
    expect(found).to_have_attribute("data-marks", "1")
    page.keyboard.press("0")
    expect(found).to_have_attribute("data-marks", "2")


@pytest.mark.parametrize(("many", "ways"), [(40, ["s2", "old"]), (2_100, ["old", "s2"])])
def test_a_linked_statement_is_brought_into_sight(
    page: Page, with_old: Callable[[int], str], many: int, ways: list[str]
) -> None:
    """A link to a statement shows its mark, however far from the others, and however many there
    are, whether the page is opened by it or goes there; so does a relation that is followed, and a
    row of the list that is opened."""
    found = opened(page, f"/t/{with_old(many)}?statement={ways[0]}")
    it_is_in_sight(page, found, ways[0])
    follow(page, "")
    if ways[1] == "old":  # the chart is still there
        page.get_by_test_id("fit").click()
        expect(found).to_have_attribute("data-from", re.compile("^20"))
    follow(page, f"?statement={ways[1]}")
    it_is_in_sight(page, found, ways[1])


def it_is_in_sight(page: Page, found: Locator, which: str) -> None:
    expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
    page.get_by_test_id("detail").get_by_role("link", name=re.compile("This is")).first.click()
    expect(found).to_have_attribute("data-from", re.compile("^20" if which == "old" else "^-80"))
    expect(found).to_have_attribute("data-chosen", re.compile(r"^\d+,\d+$"))
    page.get_by_test_id("fit").click()
    page.locator('[data-statement-id="old"]').click()
    expect(found).to_have_attribute("data-from", re.compile("^-80"))


def test_what_most_need_leaves_out_few_and_saves_much(modules: Page) -> None:
    """Whatever the dates, two thirds of the statements at least stay, and any left out at least
    halve the time for each twentieth of them; evenly spread dates are all kept."""
    chosen = random.Random(23)
    year = 365 * 86_400
    cases = []
    for _ in range(300):
        centre, spread = chosen.uniform(-3e3, 3e3) * year, 10 ** chosen.uniform(0, 3) * year
        tail = chosen.random() < 0.5
        begins = [
            centre + spread * (chosen.random() ** 9 if tail else chosen.random())
            for _ in range(chosen.randint(1, 60))
        ]
        cases.append([{"from": b, "to": b + chosen.random() * year, "count": 1} for b in begins])
    even = [{"from": n * year, "to": n * year, "count": 1} for n in range(40)]
    found = modules.evaluate(
        """async (cases) => {
            const { neededByMost } = await import("/page/chart/fit.js");
            return cases.map(neededByMost);
        }""",
        [*cases, even],
    )
    assert found.pop() == [0, 39 * year]
    for case, (first, last) in zip(cases, found, strict=True):
        kept = [each for each in case if each["from"] >= first and each["to"] <= last]
        out = (len(case) - len(kept)) / len(case)
        whole = max(e["to"] for e in case) - min(e["from"] for e in case)
        assert out <= 1 / 3
        assert last - first <= whole
        if out:
            assert max(60 * 86_400, last - first) <= whole * 0.5 ** (out * 20) * 1.001


def test_a_window_beyond_four_digits_is_told_in_years(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """RFC 3339 has no such years."""
    record(api, fresh, [said("a", occurred="Y-20000"), said("b", occurred="Y12000")])
    opened(page, f"/t/{fresh}")
    first, last = window(page)
    assert int(first) < -20_000
    assert int(last) > 12_000

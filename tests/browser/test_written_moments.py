"""Moments and windows as people write them: what is certain is taken, the rest refused with what to
write."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, reading, shown, visit

pytestmark = pytest.mark.usefixtures("a_failed_request_is_no_complaint")

READ = """async ([texts, now]) => {
    const { momentIn, windowEndIn } = await import("/page/words/written.js");
    const at = Date.parse(now);
    const all = (text) => ["from", "to"].map((end) => windowEndIn(text, at, end));
    return texts.map((text) => [momentIn(text, at), ...all(text)]);
}"""
NOW = "2026-03-01T19:50:00Z"
MEANT = {
    "29 Nov 2026": "2026-11-29",
    "29 November 2026": "2026-11-29",
    "29th of Nov., 2026": "2026-11-29",
    "Nov 29, 2026": "2026-11-29",
    "sept 2024": "2024-09-30",
    "February 2024": "2024-02-29",
    "2023-02": "2023-02-28",
    "31 Feb 2023": "2023-02-31",
    "31 Feb 2023, 10:00": "2023-02-31",
    "today": "2026-03-01",
    "Yesterday": "2026-02-28",
    "19:42": "2026-03-01T19:42:59.999999Z",
    "9:05:07": "2026-03-01T09:05:07.999999Z",
    "yesterday at 14:00": "2026-02-28T14:00:59.999999Z",
    "2024-10-01 14:00": "2024-10-01T14:00:59.999999Z",
    "2024-10-01T14:00+02:00": "2024-10-01T12:00:59.999999Z",
    "1 Oct 2024, 14:00:05 UTC": "2024-10-01T14:00:05.999999Z",
    "13.10.2024": "2024-10-13",
    "10/13/2024": "2024-10-13",
    "05/05/2025": "2025-05-05",
    "2024/10/1": "2024-10-01",
    "13.10.2024, 14:00": "2024-10-13T14:00:59.999999Z",
    # As the page itself shows a time, to a reader in Berlin:
    "1 Oct 2024, 14:00:05 CEST": "2024-10-01T12:00:05.999999Z",
}
WINDOWS = {
    "29 Nov 2026": ("2026-11-29", "2026-11-29"),
    "sept 2024": ("2024-09", "2024-09"),
    "Yesterday": ("2026-02-28", "2026-02-28"),
    "13.10.2024": ("2024-10-13", "2024-10-13"),
    "yesterday at 14:00": ("2026-02-28T14:00:00Z", "2026-02-28T14:00:59Z"),
    "1 Oct 2024, 14:00:05 CEST": ("2024-10-01T12:00:05Z", "2024-10-01T12:00:05Z"),
    "03/04/2025": (None, None),
    "2024~": (None, None),
    "../2024": (None, None),
}
LEFT = [
    *(
        "01.10.2024",
        "10/01/24",
        "03/04/2025",
        "2024-10-01T14:00:05Z",
        "40",
        "2024",
        "r40",
        "Foo 2024",
    ),
    *(
        "1 Oct 2024, 14:00:05 PST",
        "25:00",
        "2024-10-01T14:00:05.5+02:00",
        "2024-13",
        "Oct 2024 14:00",
    ),
]
"""What the service takes or refuses as it is written."""


def test_what_is_meant_for_certain_is_read(modules: Page) -> None:
    """Days and months by name, today and yesterday by the clock of the service, times of a day in
    UTC: each to its end, and for a window all of it."""
    read = [moment for moment, *_ in modules.evaluate(READ, [[*MEANT, *LEFT], NOW])]
    assert dict(zip([*MEANT, *LEFT], read, strict=True)) == MEANT | dict.fromkeys(LEFT)
    windows = modules.evaluate(READ, [[*WINDOWS], NOW])
    assert {text: tuple(ends) for text, (_, *ends) in zip(WINDOWS, windows, strict=True)} == WINDOWS


def test_today_is_the_day_in_the_zone_that_is_named(modules: Page) -> None:
    """Just after midnight in Berlin it is another day there than in UTC."""
    texts = ["00:02 CET", "yesterday 00:02 CET", "00:02", "00:02+05:00", "18:30 -05:00"]
    read = modules.evaluate(READ, [texts, "2026-11-29T23:30:00Z"])
    assert [moment for moment, *_ in read] == [
        "2026-11-29T23:02:59.999999Z",
        "2026-11-28T23:02:59.999999Z",
        "2026-11-29T00:02:59.999999Z",
        "2026-11-29T19:02:59.999999Z",
        "2026-11-29T23:30:59.999999Z",
    ]


def write(page: Page, text: str, name: str = "as-of") -> None:
    field = page.get_by_test_id(name)
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize("frame", ["t", "embed"])
def test_a_written_moment_is_taken_to_its_end(page: Page, two: str, frame: str) -> None:
    """The address has it as the service takes it, and the page says what became of it."""
    page.goto(f"/{frame}/{two}")
    shown(page)
    told = page.get_by_test_id("unfinished")
    write(page, "1 Jan 2020, 10:00")
    expect(page).to_have_url(re.compile(r"as_of=2020-01-01T10%3A00%3A59.999999Z$"))
    expect(told).to_have_text(
        "“1 Jan 2020, 10:00” is read as UTC and taken to its end, 1 Jan 2020, 11:00:59 CET."
    )
    write(page, "1 Jan 2020, 10:00 CET")
    expect(told).to_have_text(
        "“1 Jan 2020, 10:00 CET” is taken to its end, 1 Jan 2020, 10:00:59 CET."
    )
    write(page, "February 2020")
    expect(page).to_have_url(re.compile(r"as_of=2020-02-29$"))
    expect(told).to_have_text("“February 2020” is taken to its end, 29 February 2020 in UTC.")
    write(page, "today")
    expect(page).to_have_url(re.compile(r"as_of=3$"))
    expect(told).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d is not over in UTC: this is what was"))
    expect(page.locator(".fault")).to_have_count(0)
    if frame == "t":  # the field beside it takes the same
        follow(page, "")
        write(page, "yesterday", "compare")
        expect(page).to_have_url(re.compile(r"compare=\d{4}-\d\d-\d\d$"))
        expect(page.get_by_test_id("difference")).to_contain_text("Recorded: 2")


REFUSED = {
    "01.10.2024": "Write 2024-10-01 or 2024-01-10, whichever is meant: year, month and day",
    "10/01/24": "Write the year in front and with its four digits, like 2024-10-13.",
    "2026": "2026 was read as a revision; for a day in it write 2026-12-31.",
    "31 Feb 2024": "Day 31 does not exist",
}
"""What may mean two days, or none, and what is said of it."""


def test_what_may_mean_two_days_is_refused(page: Page, two: str) -> None:
    """With what to write for exactly that, and what is written stays in its field; a window says
    the same of a day."""
    page.goto(f"/t/{two}")
    shown(page)
    for text, says in REFUSED.items():
        write(page, text)
        expect(page.locator("#as-of-fault")).to_contain_text(says)
        reading(page, "refused")
        if "revision" not in says:
            write(page, text, "filter-from")
            expect(page.locator("#filter-from-fault")).to_contain_text(says)
        follow(page, "")


def test_a_written_window_is_taken_and_shown_as_people_write_it(page: Page, two: str) -> None:
    """The address has it as the service takes it, and the page says how it was read; a time is
    shown in words, with the exact one where the pointer rests."""
    page.goto(f"/t/{two}")
    shown(page)
    told = page.locator("#window-words")
    write(page, "29 Nov 2019", "filter-from")
    expect(page).to_have_url(re.compile(r"from=2019-11-29$"))
    expect(told).to_have_text("“29 Nov 2019” is read as 29 November 2019.")
    write(page, "yesterday", "filter-to")
    expect(told).to_contain_text(re.compile(r"“yesterday” is read as \d+ \w+ \d{4} in UTC\.$"))
    write(page, "1 Jan 2020 10:00 CET", "filter-from")
    page.get_by_test_id("search").focus()
    field = page.get_by_test_id("filter-from")
    expect(field).to_have_value("1 Jan 2020, 09:00:00 UTC")
    expect(field).to_have_attribute("title", "2020-01-01T09:00:00Z")
    follow(page, "?as_of=2999-01-01T10:00:00.5Z&compare=2019-01-01T10:00:00.5Z")
    expect(page.get_by_test_id("compare")).to_have_value("1 Jan 2019, 11:00:00 CET")
    expect(page.get_by_test_id("compare")).to_have_attribute("title", "2019-01-01T10:00:00.5Z")


def first_recorded(api: httpx.Client, name: str) -> str:
    items = api.get(f"/v1/timelines/{name}/statements", params={"order": "recorded"}).json()[
        "items"
    ]
    return str(items[0]["recorded_at"])


def is_going_on(api: httpx.Client, second: str) -> bool:
    """Whether this second is not over by the clock of the service."""
    now = parsedate_to_datetime(api.get("/health/live").headers["Date"])
    return now <= datetime.fromisoformat(f"{second}+00:00")


def test_a_second_that_has_a_recording_says_why_it_has_none_yet(
    page: Page, api: httpx.Client, two: str
) -> None:
    """A time that is exact is before what was recorded in its second: page and detail say so; a
    time that is written as the page shows it has the whole second."""
    whole = first_recorded(api, two)
    second = whole[:19]
    while is_going_on(api, second):  # the address would take the revision in its place
        pass
    visit(page, f"/t/{two}?as_of={second}Z&statement=a")
    summary, detail = page.get_by_test_id("summary"), page.get_by_test_id("detail")
    expect(summary).to_contain_text("Nothing was on record yet.")
    expect(summary).to_contain_text(f"({whole}), a part of a second later")
    expect(detail).to_contain_text(f"({whole}), a part of a second later")
    write(page, second.replace("T", " "))
    expect(summary).not_to_contain_text("Nothing was on record yet.")


def test_a_day_of_the_reader_that_is_another_in_utc_says_so(modules: Page) -> None:
    """What was recorded late on a day of the reader, after it was over in UTC, would seem to be
    denied."""
    told = modules.evaluate(
        """async () => {
            const { laterWords } = await import("/page/words/instant.js");
            const time = "2026-06-01T22:30:00.5Z"; // in Berlin it is the next day
            return ["2026-05-31", "2026-06-01", "2026-06-02", "40", "2026-06-01T22:30:00Z"]
                .map((moment) => laterWords(time, moment));
        }"""
    )
    local, whole = "2 Jun 2026, 00:30:00 CEST", "2 Jun 2026, 00:30:00 CEST (2026-06-01T22:30:00.5Z)"
    over = f"{whole}, when that day was over in UTC"
    assert told == [local, local, over, local, f"{whole}, a part of a second later"]

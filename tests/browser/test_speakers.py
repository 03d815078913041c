"""What real records hold, as a person reads it: unknown and joint speakers, roles, verdicts, why a
statement was retracted."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.browser.charts import record
from tests.browser.questions import follow, visit
from tests.serving import said

TREATY = said(
    "treaty",
    occurred="2024-06",
    said={"by": "North Korea", "with": ["Russia"], "on": "2024"},
    about=[{"actor": "Ukraine", "role": "target"}],
    rating={"label": "Mostly true", "value": "4", "best": "5", "worst": "1"},
    origin={"dataset": "claims.csv", "id": "17", "url": "https://a.example/17"},
    extra={"Notes": "seen by two"},
    tags=["Курськ"],
)
LEAK = said("leak", by=None, occurred="2024-07")


def test_what_several_said_is_in_the_lane_of_each(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """A statement of two has a mark in the lane of each, one of nobody known has a lane too; the
    row names both, and the filter by the second finds it."""
    items = [TREATY, LEAK, said("a", by="Russia", occurred="2024-05")]
    api.post(f"/v1/timelines/{fresh}/statements", json=items).raise_for_status()
    visit(page, f"/t/{fresh}")
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-lanes", "Russia\nNorth Korea\nunknown speaker")
    expect(chart).to_have_attribute("data-marks", "4")
    top = page.locator(".row-top")
    expect(page.locator('[data-statement-id="treaty"]').locator(top)).to_contain_text(
        "North Korea and Russia"
    )
    expect(page.locator('[data-statement-id="leak"]').locator(top)).to_contain_text(
        "unknown speaker"
    )
    follow(page, "?by=russia")
    expect(page.get_by_test_id("statement")).to_have_count(2)
    follow(page, "?actor=Ukraine&role=target")
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(page.get_by_test_id("chip").last).to_contain_text("spoken of as: target")


def test_the_detail_has_all_that_was_recorded_and_verifies(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Role, verdict, origin and further columns stand there in words; the browser finds them in
    the signed events, whom it is about as a correction wrote it too."""
    at = f"/v1/timelines/{fresh}/statements"
    api.post(at, json=TREATY).raise_for_status()
    patch = {"about": ["Ukraine", {"actor": "Kursk", "role": "place"}], "tags": ["ÜBER"]}
    correction = {"changes": patch, "reason": "so"}
    address = f"{at}/treaty/corrections?wait=checkpoint"
    api.post(address, json=correction).raise_for_status()
    visit(page, f"/t/{fresh}?statement=treaty")
    detail = page.get_by_test_id("detail")
    for words in (
        "North Korea and Russia",
        "Kursk (place)",
        "Mostly true (4, where 1 is the worst, 5 is the best)",
        "claims.csv · 17",
        "As recorded: Notes",
        "seen by two",
        "über",
    ):
        expect(detail).to_contain_text(words)
    detail.get_by_test_id("verify").click()
    expect(detail.get_by_test_id("verify-result")).to_contain_text("verified: 2 events")


def test_a_retraction_says_why_by_whom_when_and_where(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """The row has the reason, the detail the date and the evidence, and a relation its own; once
    it is reinstated nothing of it is left but the history."""
    at = f"/v1/timelines/{fresh}/statements"
    api.post(at, json=[said("a"), said("b", by="Ministry")]).raise_for_status()
    source = {"id": "post", "title": "A post", "quote": "We were wrong."}
    told = {"on": "2024-11", "source": source}
    relation = {"relation": "disputes", "target": "a", **told}
    api.post(f"{at}/b/relations", json=relation).raise_for_status()
    retraction = {"reason": "Misheard.", "by": "Desk", **told}
    api.post(f"{at}/a/retractions", json=retraction).raise_for_status()
    visit(page, f"/t/{fresh}?statement=a")
    expect(page.locator('[data-statement-id="a"] .row-notes')).to_contain_text("“Misheard.”")
    detail = page.get_by_test_id("detail")
    expect(detail.locator(".facts")).to_contain_text(
        "“Misheard.” by Desk said some time in November 2024, in A post"
    )
    expect(detail.locator(".relation")).to_contain_text("in A post: “We were wrong.”")
    api.post(f"{at}/a/reinstatements", json={"reason": "It was right."}).raise_for_status()
    expect(detail.locator(".facts")).not_to_contain_text("Misheard.")
    expect(detail.locator(".history")).to_contain_text("Misheard.")


def test_a_long_answer_names_who_said_most_of_it(page: Page, api: httpx.Client, fresh: str) -> None:
    """Of more statements than are loaded, too, the summary says who spoke, and not who is spoken
    of; how many they are only where that is known, and nobody where it is not known who said
    most."""
    by = [f"Speaker {n}" for n, many in enumerate([900, 700, 500, 50]) for _ in range(many)]
    items = [said(f"s{n}", by=each, about=["Kursk"], tags=["few"]) for n, each in enumerate(by)]
    places = [f"Place {n}" for n in range(9)]
    items += [said(f"p{n}", by=f"More {n % 9}", about=places) for n in range(2_100)]
    record(api, fresh, items)
    visit(page, f"/t/{fresh}?tag=few")
    summary = page.get_by_test_id("summary")
    most = ", most by Speaker 0, Speaker 1 and Speaker 2. None"
    expect(summary).to_contain_text(f"2,150 of 4,250 statements by 4 speakers{most}")
    record(api, fresh, [said(f"t{n}", by=f"Third {n}", tags=["few"]) for n in range(9)])
    expect(summary).to_contain_text(f"2,159 of 4,259 statements{most}")
    follow(page, "?kind=claim")
    expect(summary).to_contain_text("4,259 of 4,259 statements. None")

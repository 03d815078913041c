"""More statements than can be drawn: the chart counts them."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.serving import Service, said


def test_many_are_counted_until_few_are_in_sight(page: Page, api: httpx.Client, fresh: str) -> None:
    """More than two thousand statements are bars from afar; closer up each is there, by name,
    however many that began earlier never ended. The note says how many are in no bar."""
    for year in range(2000, 2003):
        items = [
            said(
                f"y{year}-{n}", occurred=f"{year}-{1 + n % 12:02}-{1 + n % 28:02}{'/..' * (n % 2)}"
            )
            for n in range(1_000)
        ]
        api.post(f"/v1/timelines/{fresh}/statements", json=items)
    beside = [said("never", occurred=None), said("until", occurred="../1999")]
    api.post(f"/v1/timelines/{fresh}/statements", json=beside)
    folded = api.get(f"/v1/timelines/{fresh}", params={"min_revision": 3_003})
    assert folded.status_code == 200
    visit(page, f"/t/{fresh}")
    note = page.locator("#chart-note")
    expect(note).to_contain_text("counted")
    expect(note).to_contain_text("1 without a date: in the list only; 1 in no bar")
    expect(page.locator("#count")).to_have_text("3,002 statements")
    chart = page.get_by_test_id("chart")
    chart.focus()
    for _ in range(6):
        page.keyboard.press("+")
    expect(note).not_to_contain_text("counted")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("detail")).to_contain_text("This is y200")
    page.keyboard.press("0")
    expect(note).to_contain_text("counted")


def test_a_record_of_millennia_opens_where_most_of_it_is(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """A timeline of five thousand years opens at those with the most statements; the edges have the
    others. Where more years are in sight than are counted the chart says so, and one zooms in to
    where most are."""
    ends = [said("old", occurred="-3000"), said("far", occurred="2600")]
    items = ends + [said(f"s{n}", occurred=f"20{n % 24:02}-{1 + n % 12:02}") for n in range(2_100)]
    for first in range(0, len(items), 700):
        api.post(f"/v1/timelines/{fresh}/statements", json=items[first : first + 700])
    assert api.get(f"/v1/timelines/{fresh}", params={"min_revision": 2_103}).status_code == 200
    visit(page, f"/t/{fresh}")
    note = page.locator("#chart-note")
    expect(note).to_contain_text("counted")
    expect(page.get_by_test_id("edge-earlier")).to_contain_text("1")
    expect(page.get_by_test_id("edge-later")).to_contain_text("1")
    page.get_by_test_id("chart").focus()
    for _ in range(4):
        page.keyboard.press("+")
    expect(note).not_to_contain_text("zoom in")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("detail")).to_contain_text("This is s")
    page.keyboard.press("0")
    for _ in range(16):
        page.keyboard.press("-")
    expect(note).to_contain_text("over a thousand years")
    for _ in range(9):
        page.keyboard.press("+")
    expect(page.get_by_test_id("chart")).to_have_attribute("data-from", re.compile("^(19|20)"))


FINELY = [("", "day"), ("?from=2024-06-10", "day"), ("?from=2019", "week")]
"""Windows of the address, and how long a part of them is counted together."""


def test_a_window_is_counted_as_finely_as_it_is_long(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """What began centuries ago and never ended makes the bars of a month no coarser, and is shown
    beside them; only a window of the address's own that reaches further does. Closer up all are
    there that may be in sight, by whatever end; what has no date, and what none knows to have
    begun, is told apart."""
    items = [said("old", occurred="0800/.."), said("first", occurred="2019-01-01")]
    items += [said(f"s{n}", occurred=f"2024-06-{10 + n}") for n in range(9)]
    items += [said("until", occurred="/2024-06-30"), said("never", occurred=None)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    assert api.get(f"/v1/timelines/{fresh}", params={"min_revision": 14}).status_code == 200
    visit(page, f"/t/{fresh}")
    for own, every in FINELY:
        follow(page, own)
        it_is_counted_finely(page.evaluate(COUNTED), own, every)


COUNTED = """async () => {
    const { closer, survey } = await import("/page/chart/counts.js");
    const { inWindow } = await import("/page/chart/window_statements.js");
    const [from, to] = [Date.UTC(2024, 5, 11) / 1000, Date.UTC(2024, 6, 1) / 1000 - 1];
    const near = await inWindow([from, to], "occurred");
    const reach = { first: "0800-01-01T00:00:00Z", last: "2024-06-30T23:59:59Z" };
    const { undated, unbegun } = await survey("occurred", reach);
    const counted = await closer([from - 864000, to], "occurred");
    return { ...counted, undated, unbegun, near: near.items.map(({ id }) => id) };
}"""


def it_is_counted_finely(counted: dict[str, Any], own: str, every: str) -> None:
    assert counted["every"] == every, own
    assert counted["before"] == 1, own
    assert sum(item["count"] for item in counted["items"]) == (10 if own == "?from=2019" else 9)
    assert {*counted["near"]} == {"old", "until", *(f"s{n}" for n in range(1, 9))}
    assert (counted["undated"], counted["unbegun"]) == (0 if own else 1, 1), own


SPEAKERS = [f"Speaker {n}" for n in range(9) for _ in range(n + 1)]

KINDS = ["claim", "claim", "report", "denial"]


@pytest.fixture(scope="module")
def laned(server: Service) -> tuple[str, list[dict[str, Any]]]:
    """A timeline with so many statements that they are counted, and what they are."""
    items = [
        said(
            f"s{n}",
            by=SPEAKERS[n % 45],
            kind=KINDS[n % 4],
            occurred=f"20{n % 20:02}",
            tags=["even"] if n % 2 == 0 else [],
            sources=[{"id": f"source{n % 3}", "title": "One"}],
        )
        for n in range(4_400)
    ]
    path = f"/v1/timelines/lanes-{uuid.uuid4().hex[:12]}"
    with server.client() as api:
        assert api.put(path, json={"title": "Lanes"}).status_code == 201
        for first in range(0, len(items), 400):
            api.post(f"{path}/statements", json=items[first : first + 400])
        assert api.get(path, params={"min_revision": 4_401}).status_code == 200
    return path.rpartition("/")[2], items


def test_counts_stand_in_lanes(page: Page, laned: tuple[str, list[dict[str, Any]]]) -> None:
    """From afar the lanes that were chosen have the numbers of what is in them, those with the
    most first, and what is in none of them together; a filter holds for each."""
    name, items = laned
    visit(page, f"/t/{name}?tag=even&lanes=actor")
    for lanes in ("actor", "kind", "source"):
        follow(page, f"?tag=even&lanes={lanes}")
        lanes_have_their_counts(page, items[::2], lanes)


SPREAD = """async () => {
    const { barsOf } = await import("/page/drawing/bars.js");
    const { begunBefore } = await import("/page/chart/counts.js");
    const day = (n) => Date.UTC(2024, 9, n) / 1000;
    const bucket = (from, to, by) => ({ from: day(from), to: day(to), by, count: 40 });
    const items = [bucket(1, 2, { asserted: 32, disputed: 8 }), bucket(2, 3, {})];
    items.push(bucket(3, 4, { asserted: 4 }));
    const vague = [bucket(1, 32, { asserted: 31 }), bucket(-29, 1, { disputed: 30 })];
    vague.push(bucket(1, 9, { disputed: 8 }));
    const bars = barsOf({ every: "day", items, vague });
    const at = (n) => bars.find(({ from }) => from === day(n));
    const sum = (part, name) => bars.reduce((all, bar) => all + (bar[part][name] ?? 0), 0);
    return {
        ends: [bars[0].from - day(-29), bars.at(-1).to - day(32)],
        days: bars.length,
        first: at(1).by,
        shares: [at(1), at(20), at(-3)].map(({ spread }) => spread),
        sums: [sum("by", "asserted"), sum("spread", "asserted"), sum("spread", "disputed")],
        before: begunBefore({ items, vague, before: 30 }, day(3)),
    };
}"""


def test_a_vague_start_is_spread_over_its_time(modules: Page) -> None:
    """What begins some time in October is in no bar of the first of October, but in equal parts in
    all of its days, also where no bucket reaches; nothing is lost, and of what may have begun
    before a time it is not said that it did."""
    found = modules.evaluate(SPREAD)
    assert (found["ends"], found["days"]) == ([0, 0], 61)
    assert found["first"] == {"asserted": 1, "disputed": 0}
    shares = [{name: round(many, 6) for name, many in each.items()} for each in found["shares"]]
    assert shares == [{"asserted": 1, "disputed": 1}, {"asserted": 1}, {"disputed": 1}]
    assert [round(each, 6) for each in found["sums"]] == [5, 31, 38]
    assert found["before"] == {"began": 30, "may": 80}


def lanes_have_their_counts(page: Page, even: list[dict[str, Any]], lanes: str) -> None:
    found = {
        "actor": Counter(each["said"]["by"] for each in even),
        "kind": Counter(each["kind"] for each in even),
        "source": Counter(each["sources"][0]["id"] for each in even),
    }[lanes]
    wanted = dict(found.most_common(7))
    others = found.total() - sum(wanted.values())
    names = ["One"] if lanes == "source" else list(wanted)
    named = re.compile("".join(f"(?=.*{re.escape(name)})" for name in names))
    expect(page.get_by_test_id("chart")).to_have_attribute("aria-label", named)
    drawn = page.evaluate(
        """async () => {
            const { question } = await import("/page/state/address.js");
            const { survey } = await import("/page/chart/counts.js");
            const { divided } = await import("/page/chart/lane_counts.js");
            const sum = (items) => items.reduce((all, { by }) =>
                all + Object.values(by).reduce((a, b) => a + b, 0), 0);
            const by = new URLSearchParams(location.search).get("lanes");
            const { below } = await import("/page/state/api.js");
            const counted = await survey("occurred", await (await fetch(below(""))).json());
            const found = await divided(counted, by, question(), "occurred");
            return found.map(({ name, items }) => [name, sum(items)]);
        }"""
    )
    assert dict(drawn) == wanted | ({"others": others} if others else {})
    counts = [count for name, count in drawn if name != "others"]
    assert counts == sorted(counts, reverse=True)

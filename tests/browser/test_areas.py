"""Areas of the chart are told apart by their patterns, whatever the colours."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import visit
from tests.serving import said

TILES = """async () => {
    const { fillOf } = await import("/page/look/texture.js");
    const colours = { sheet: "#fff" };
    const standings = ["asserted", "corroborated", "disputed", "superseded", "retracted"];
    for (const each of standings) colours[each] = "#000"; // as forced colours have them
    return standings.map((standing) => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 24;
        const ink = canvas.getContext("2d");
        ink.fillStyle = fillOf(ink, standing, colours);
        ink.fillRect(0, 0, 24, 24);
        return [...ink.getImageData(0, 0, 24, 24).data].filter((_, at) => at % 4 === 0).join();
    });
}"""


def test_each_standing_has_a_pattern_of_its_own(modules: Page) -> None:
    """In one colour all five can still be told apart."""
    tiles = modules.evaluate(TILES)
    assert len(set(tiles)) == 5


@pytest.fixture
def crowded(api: httpx.Client, fresh: str) -> str:
    """Hundreds that overlap in one lane."""
    items = [said(f"s{n}", occurred="2024-01-01/2024-06") for n in range(300)]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    return fresh


def test_the_legend_has_the_patterns_where_there_are_areas(page: Page, crowded: str) -> None:
    """And nowhere else."""
    visit(page, f"/t/{crowded}")
    expect(page.locator("#chart-note")).to_contain_text("counted, too many overlap")
    areas = page.locator("#legend .area")
    expect(areas).to_have_count(5)
    expect(areas.nth(2)).to_be_visible()
    looks = areas.evaluate_all("all => all.map((each) => getComputedStyle(each).backgroundImage)")
    assert len(set(looks)) == 5
    page.get_by_role("button", name="Show each").click()
    expect(areas.nth(2)).to_be_hidden()

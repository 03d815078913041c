"""The chart of a page, and statements for it to draw."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.browser.questions import shown, visit
from tests.serving import said

OLD = said("old", by="Herodotus", occurred="-0800")


def record(api: httpx.Client, timeline: str, items: Sequence[dict[str, Any]]) -> None:
    """Record statements, and wait until they are read."""
    path = f"/v1/timelines/{timeline}"
    revision = "0"
    for first in range(0, len(items), 700):
        answer = api.post(f"{path}/statements", json=items[first : first + 700])
        revision = answer.raise_for_status().headers["Onrecord-Revision"]
    api.get(path, params={"min_revision": revision}).raise_for_status()


def three_years(many: int) -> list[dict[str, Any]]:
    """Statements spread over 2022 to 2024."""
    chosen = random.Random(17)
    days = [date(2022, 1, 1) + timedelta(days=chosen.randrange(1096)) for _ in range(many)]
    return [said(f"s{n}", occurred=str(day)) for n, day in enumerate(days)]


def chart(page: Page) -> Locator:
    return page.get_by_test_id("chart")


def opened(page: Page, path: str) -> Locator:
    """The chart of a page that has been read."""
    visit(page, path)
    expect(chart(page)).to_have_attribute("data-marks", re.compile(r"\d"))
    shown(page)
    return chart(page)


def window(page: Page) -> tuple[str, str]:
    found = chart(page)
    return found.get_attribute("data-from") or "", found.get_attribute("data-to") or ""

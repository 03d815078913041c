"""A timeline whose statements can be proved, and the button that does it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import httpx
from playwright.sync_api import Error, Page, expect

from tests.browser.questions import visit
from tests.serving import said

MORE: dict[str, Any] = {
    "occurred": "2024-10~",
    "on": "2025-04",
    "tags": ["troops"],
    "quantities": [{"what": "troops", "low": "11000", "high": "12000", "unit": "people"}],
    "sources": [{"id": "a", "title": "An article", "quote": "since October"}],
    "places": [{"name": "Kursk"}],
}
"""What a statement of these tests has beside its text."""


def made(api: httpx.Client, name: str) -> str:
    """The timeline, with three signed events of one statement, and others around them."""
    path = f"/v1/timelines/{name}"
    assert api.put(path, json={"title": "A new one"}).status_code == 201
    api.post(
        f"{path}/statements",
        json=[said(f"s{n}", text=f"Ünïcode {n} 긴 문장", **MORE) for n in range(9)],
    )
    patch = {"text": "Said otherwise.", "said": {"on": None}, "tags": None}
    changes = {"changes": patch, "reason": "misheard"}
    api.post(f"{path}/statements/s4/corrections", json=changes)
    related = {"relation": "disputes", "target": "s4"}
    answer = api.post(
        f"{path}/statements/s7/relations", json=related, params={"wait": "checkpoint"}
    )
    assert answer.headers["Onrecord-Checkpoint"].isdecimal()
    api.get(path, params={"min_revision": answer.headers["Onrecord-Revision"]})
    return name


def verify(page: Page, name: str, begins: str) -> str:
    """What the page says of `s4`."""
    visit(page, f"/t/{name}?statement=s4")
    return verified_again(page, begins)


def verified_again(page: Page, begins: str) -> str:
    """What it says when the button is pressed on the page that is shown."""
    result = page.get_by_test_id("verify-result")
    result.evaluate_all("all => all.forEach((each) => each.replaceChildren())")
    page.get_by_test_id("verify").click()
    with suppress(Error):  # `expect` says what is there instead
        result.filter(has_text=re.compile(f"^{begins}")).wait_for()
    expect(result).to_have_text(re.compile(f"^{begins}"))
    return result.inner_text()

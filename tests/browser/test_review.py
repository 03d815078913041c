"""The queue of proposals on the page: for who may review, and for who proposes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import Service, key_headers, said

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Desk(NamedTuple):
    """A timeline with the statement `a`, a page without a policy, and calls as each role."""

    page: Page
    timeline: str
    author: httpx.Client
    editor: httpx.Client
    keys: dict[str, str]

    @property
    def path(self) -> str:
        return f"/v1/timelines/{self.timeline}"

    def propose(self, path: str, body: object) -> str:
        made = self.author.post(f"{self.path}{path}", json=body)
        assert made.status_code == 202, made.text
        return str(made.json()["proposal"])

    def state(self, proposal: str) -> str:
        shown = self.editor.get(f"{self.path}/proposals/{proposal}").raise_for_status().json()
        return str(shown["state"])

    def enter(self, who: str) -> None:
        """Sign in with a key of that role, and open the timeline."""
        self.page.goto(f"/sign-in?to=/t/{self.timeline}")
        self.page.get_by_label("An API key").fill(self.keys[who])
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_test_id("statement").first).to_be_visible()


@pytest.fixture
def desk(browser: Browser, server: Service, api: httpx.Client, fresh: str) -> Iterator[Desk]:
    keys = {}
    for role in ("contributor", "editor"):
        name = f"{role}-{uuid.uuid4().hex[:8]}"
        keys[role] = api.post("/v1/keys", json={"name": name}).json()["key"]
        grant = {"to": f"key:{name}", "role": role, "timelines": fresh}
        api.post("/v1/grants", json=grant).raise_for_status()
    recorded = api.post(f"/v1/timelines/{fresh}/statements", json=said("a", text="Rain fell."))
    api.get(f"/v1/timelines/{fresh}", params={"min_revision": recorded.json()["revision"]})
    context = browser.new_context(base_url=server.url, bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    author = server.stranger(headers=key_headers(keys["contributor"]))
    editor = server.stranger(headers=key_headers(keys["editor"]))
    with author, editor:
        yield Desk(context.new_page(), fresh, author, editor, keys)
    context.close()


def test_an_editor_decides_what_waits(desk: Desk) -> None:
    """By keyboard alone: the number that waits is shown and follows what others do; each shows what
    it would change; one is refused, which takes a reason, one approved, and axe finds nothing."""
    fix = {"changes": {"text": "Snow fell."}, "reason": "misheard"}
    correction = desk.propose("/statements/a/corrections", fix)
    report = desk.propose("/statements", said("b", text="A new report."))
    page = desk.page
    desk.enter("editor")
    count, rows = page.get_by_test_id("review"), page.get_by_test_id("proposal")
    expect(count).to_have_text("2 wait for review")
    later = desk.propose("/statements", said("c", text="A later report."))
    expect(count).to_have_text("3 wait for review")
    count.press("Enter")
    expect(rows).to_have_count(3)
    first = page.locator(f"[data-proposal-id='{correction}']")
    expect(first.locator("summary")).to_contain_text("Correct a statement: Snow fell.")
    first.locator("summary").press("Enter")
    expect(first.locator("del")).to_contain_text("Rain")
    expect(first.locator("ins")).to_contain_text("Snow")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    assert [each["id"] for each in found["violations"]] == []
    first.get_by_test_id("refuse").press("Enter")
    expect(first.get_by_test_id("proposal-fault")).to_have_text("Say why it is refused.")
    expect(first.get_by_test_id("proposal-why")).to_be_focused()
    page.keyboard.type("No source.")
    first.get_by_test_id("refuse").press("Enter")
    expect(page.get_by_test_id("review-said")).to_contain_text("refused")
    expect(rows).to_have_count(2)
    second = page.locator(f"[data-proposal-id='{report}']")
    second.locator("summary").press("Enter")
    expect(second).to_contain_text("A new report.")
    second.get_by_test_id("approve").press("Enter")
    expect(page.get_by_test_id("review-said")).to_contain_text("approved")
    expect(count).to_have_text("1 waits for review")
    page.keyboard.press("Escape")
    expect(page.locator("[data-statement-id=b]")).to_be_visible()
    states = [desk.state(each) for each in (correction, report, later)]
    assert states == ["refused", "approved", "proposed"]


def test_an_author_sees_and_withdraws_their_own(desk: Desk) -> None:
    """With what has become of each and why; nobody else has the queue on their page."""
    refused = desk.propose("/statements", said("b", text="A rumour."))
    path = f"{desk.path}/proposals/{refused}/refusal"
    desk.editor.post(path, json={"reason": "No source."}).raise_for_status()
    waiting = desk.propose("/statements", said("c", text="A report."))
    page = desk.page
    page.goto(f"/t/{desk.timeline}")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    expect(page.get_by_test_id("review")).to_have_count(0)
    desk.enter("contributor")
    page.get_by_test_id("review").click()
    expect(page.locator(f"[data-proposal-id='{refused}']")).to_contain_text("No source.")
    row = page.locator(f"[data-proposal-id='{waiting}']")
    row.locator("summary").click()
    expect(row.get_by_test_id("approve")).to_have_count(0)
    row.get_by_test_id("withdraw").click()
    expect(page.get_by_test_id("review")).to_have_text("Your proposals: 0 wait")
    expect(row).to_have_attribute("data-state", "withdrawn")
    assert desk.state(waiting) == "withdrawn"

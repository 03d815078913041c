"""Where proposals are made and reviewed: a page, and calls as each role."""

from __future__ import annotations

from typing import NamedTuple

import httpx
from playwright.sync_api import Page, expect

__all__ = ["Desk"]


class Desk(NamedTuple):
    """A timeline with the statement `a`, a page without a policy, and calls as each role and as
    the owner."""

    page: Page
    timeline: str
    author: httpx.Client
    editor: httpx.Client
    owner: httpx.Client
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

    def waiting(self) -> list[str]:
        """The ids of the proposals that wait, the earliest first."""
        asked = {"state": "proposed"}
        page = self.editor.get(f"{self.path}/proposals", params=asked).raise_for_status()
        return [each["proposal"] for each in page.json()["items"]]

    def enter(self, who: str) -> None:
        """Sign in with a key of that role, and open the timeline."""
        request = self.page.context.request
        assert request.post("/v1/session", data={"key": self.keys[who]}).ok
        self.page.goto(f"/t/{self.timeline}")
        expect(self.page.get_by_test_id("statement").first).to_be_visible()

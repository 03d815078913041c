"""The button that verifies: the browser's own arithmetic against the real signer, and what it
says of each kind of tampering."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.program import Program
from tests.serving import running, said


@pytest.fixture
def signed(api: httpx.Client, fresh: str) -> str:
    """A timeline with three signed events of one statement, and others around them."""
    path = f"/v1/timelines/{fresh}"
    api.post(
        f"{path}/statements", json=[said(f"s{n}", text=f"Ünïcode {n} 긴 문장") for n in range(9)]
    )
    changes = {"changes": {"text": "Said otherwise."}, "reason": "misheard"}
    api.post(f"{path}/statements/s4/corrections", json=changes)
    related = {"relation": "disputes", "target": "s4"}
    answer = api.post(
        f"{path}/statements/s7/relations", json=related, params={"wait": "checkpoint"}
    )
    assert answer.headers["Onrecord-Checkpoint"].isdecimal()
    return fresh


def verify(page: Page, name: str, begins: str) -> str:
    """What the page says of `s4`."""
    page.goto(f"/t/{name}?statement=s4")
    page.get_by_test_id("verify").click()
    result = page.get_by_test_id("verify-result")
    expect(result).to_have_text(re.compile(f"^{begins}"))
    return result.inner_text()


def test_what_was_signed_is_verified(page: Page, signed: str) -> None:
    """Every event of a statement is under the signed head, and the page says what that proves."""
    told = verify(page, signed, "verified: 3 events of this statement are under the signed head")
    assert "first time that this browser sees the key" in told
    assert "Not proved" in told
    assert "the key that this browser saw before" in verify(page, signed, "verified")


def bend(page: Page, pattern: str, change: Callable[[Any], None]) -> None:
    """Lets the service answer, and changes the JSON on its way."""

    def answer(route: Route) -> None:
        given = route.fetch()
        body = given.json()
        change(body)
        # The service writes no space between members; header and data are cut out of the text.
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        route.fulfill(response=given, body=text)

    page.route(re.compile(pattern), answer)


def _other_data(event: dict[str, Any]) -> None:
    if event["type"] == "statement.recorded":
        event["data"]["text"] += "!"


def _other_header(event: dict[str, Any]) -> None:
    event["author"] = "somebody"


def _other_root(proof: dict[str, Any]) -> None:
    origin, size, _, *rest = proof["checkpoint"].split("\n")
    root = b64encode(bytes(32)).decode()
    proof["checkpoint"] = "\n".join([origin, size, root, *rest])


def _other_path(proof: dict[str, Any]) -> None:
    proof["hashes"][0] = b64encode(bytes(32)).decode()


def _other_text(statement: dict[str, Any]) -> None:
    statement["text"] = "Never said."


@pytest.mark.parametrize(
    ("pattern", "change", "reason"),
    [
        (r"/events/\d+$", _other_data, "other data than its digest tells"),
        (r"/events/\d+$", _other_header, "not the leaf that the proof is of"),
        (r"/proofs/inclusion", _other_root, "not signed with the timeline’s key"),
        (r"/proofs/inclusion", _other_path, "not in the tree that was signed"),
        (r"/statements/s4$", _other_text, "the text shown is not the text of its events"),
    ],
    ids=["data", "header", "root", "path", "text"],
)
def test_what_was_altered_is_not_verified(
    page: Page, signed: str, pattern: str, change: Callable[[Any], None], reason: str
) -> None:
    """Whatever of the chain is altered on its way, the page says which part does not fit."""
    bend(page, pattern, change)
    assert reason in verify(page, signed, "not verified: ")


def test_another_key_is_noticed(page: Page, signed: str) -> None:
    """A browser that saw the timeline's key does not take another one."""
    verify(page, signed, "verified")
    page.evaluate("name => localStorage.setItem(`onrecord key ${name}`, 'x+00000000+AQ==')", signed)
    assert "another one than this browser saw before" in verify(page, signed, "not verified: ")


def test_a_key_that_is_changed_in_two_steps_is_followed(browser: Browser, tmp_path: Path) -> None:
    """While both keys sign, the one that the browser knows vouches for the next; after that the
    next is known, and the old one is not missed."""
    context = browser.new_context()
    page = context.new_page()
    options: list[str] = []
    told = []
    for turn in ([], ["rotate"], ["rotate", "--retire"]):
        if turn:
            done = Program().run(*turn, "--data-dir", str(tmp_path / "data"))
            assert done.code == 0, done.err
        with running(tmp_path, *options) as service:
            options = ["--port", str(urlsplit(service.url).port)]
            with httpx.Client(base_url=service.url) as api:
                api.put("/v1/timelines/t", json={"title": "T"})
                api.post("/v1/timelines/t/statements", json=said("s4"))
                kept = api.post(
                    "/v1/timelines/t/statements",
                    json=said(f"x{len(turn)}"),
                    params={"wait": "checkpoint"},
                )
                assert kept.headers["Onrecord-Checkpoint"].isdecimal()
            page.goto(f"{service.url}/t/t?statement=s4")
            page.get_by_test_id("verify").click()
            result = page.get_by_test_id("verify-result")
            expect(result).to_have_text(re.compile("^verified"))
            told.append(result.inner_text())
            page.goto("about:blank")
    assert "first time" in told[0]
    assert "which takes its place, signed as well" in told[1]
    assert "the key that this browser saw before." in told[2]
    assert "takes its place" not in told[2]
    context.close()

"""The button that verifies: the browser's own arithmetic against the real signer."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from events.tlog.merkle import Frontier, leaf_hash
from events.tlog.proof import consistency_proof
from tests.browser.conftest import Watched
from tests.browser.proofs import verified_again, verify
from tests.browser.tab import new_context
from tests.program import Program
from tests.serving import Service, running, said


def test_what_was_signed_is_verified(page: Page, signed: str) -> None:
    """Every event of a statement is under the signed head, and the page says what that proves."""
    told = verify(page, signed, "verified: 3 events of this statement are in the signed tree")
    assert "sees this key for the first time" in told
    assert "Not proved" in told
    assert "has seen this key before" in verify(page, signed, "verified")


def test_a_result_stays_when_names_become_known(
    page: Page, api: httpx.Client, growing: str
) -> None:
    """Whoever disputes the statement gets a name: the detail shows it, and the result of the check
    is still there. Where a statement was corrected since, as the reader has paused, what is shown
    is still what was recorded up to then."""
    verify(page, growing, "verified")
    put = {"name": "Korean Central News Agency", "type": "agency"}
    assert api.put(f"/v1/timelines/{growing}/actors/kcna", json=put).status_code == 201
    expect(page.get_by_test_id("detail")).to_contain_text("Korean Central News Agency")
    expect(page.get_by_test_id("verify-result")).to_have_text(re.compile("^verified"))
    expect(page.get_by_test_id("live")).to_have_text("live")
    page.get_by_test_id("live").click()
    changes = {"changes": {"text": "Once more."}, "reason": "again"}
    path = f"/v1/timelines/{growing}/statements/s4/corrections"
    api.post(path, json=changes, params={"wait": "checkpoint"})
    verified_again(page, "verified: 3 events")


@pytest.fixture(scope="module")
def verified_once(browser: Browser, server: Service, signed: str) -> Iterator[Watched]:
    """A page that has verified the timeline."""
    context = new_context(browser, server.url)
    watched = Watched(context.new_page(), server.url)
    verify(watched.page, signed, "verified")
    yield watched
    context.close()


@pytest.fixture
def verified(verified_once: Watched) -> Iterator[Page]:
    """This page. What the browser keeps is put back when the test ends."""
    page = verified_once.page
    kept = page.evaluate("({ ...localStorage })")
    yield page
    page.unroute_all(behavior="wait")
    page.evaluate("kept => { localStorage.clear(); Object.assign(localStorage, kept); }", kept)
    complaints, verified_once.complaints = verified_once.complaints, []
    assert complaints == verified_once.strangers == []


def test_a_service_that_is_away_raises_no_doubt(verified: Page, verified_once: Watched) -> None:
    """What came in place of the key is not taken for another one, and what did not come is told in
    words."""
    page = verified
    busy = {"type": "/problems/unavailable", "title": "The service is busy.", "status": 503}
    page.route("**/keys", lambda route: route.fulfill(status=503, json=busy))
    result = page.get_by_test_id("verify-result")
    page.get_by_test_id("verify").click()
    expect(result).to_have_text("not verified: The service is busy.")
    page.unroute("**/keys")
    page.route("**/events/*", lambda route: route.abort())
    page.get_by_test_id("verify").click()
    expect(result).to_have_text("not verified: The service cannot be reached.")
    verified_once.complaints.clear()  # the browser notes both


def _kept(page: Page, name: str) -> dict[str, Any]:
    """The head that the browser keeps."""
    kept = page.evaluate("name => localStorage.getItem(`onrecord head ${name}`)", name)
    found: dict[str, Any] = json.loads(kept)
    return found


def _keep(page: Page, name: str, head: dict[str, Any]) -> None:
    script = "([name, text]) => localStorage.setItem(`onrecord head ${name}`, text)"
    page.evaluate(script, [name, json.dumps(head)])


def test_a_later_head_is_held_to_the_one_before(
    page: Page, api: httpx.Client, growing: str
) -> None:
    """The browser keeps what it verified, and shows that a tree that has grown begins with it."""
    assert "verifies this timeline for the first time" in verify(page, growing, "verified")
    first = _kept(page, growing)
    for n in range(3):
        answer = api.post(
            f"/v1/timelines/{growing}/statements", json=said(f"x{n}"), params={"wait": "checkpoint"}
        )
        assert answer.headers["Onrecord-Checkpoint"].isdecimal()
        told = verify(page, growing, "verified") if n == 1 else verified_again(page, "verified")
        assert f"begins with the tree of {first['size'] + n} events that this browser" in told
    last = _kept(page, growing)
    assert (last["size"], last["since"]) == (first["size"] + 3, first["since"])


def test_another_history_than_before_is_noticed(verified: Page, signed: str) -> None:
    """What was verified before and is not the beginning of what is shown now is reported, and what
    was kept stays."""
    true = _kept(verified, signed)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"root": b64encode(bytes(32)).decode()}, "does not begin with the tree of 12"),
        ({"size": 99}, "fewer than the tree of 99"),
        ({"size": 5}, "does not begin with the tree of 5"),
    ]
    for change, reason in changes:
        kept = true | change
        _keep(verified, signed, kept)
        assert reason in verified_again(verified, "not verified: ")
        assert _kept(verified, signed) == kept


def test_the_arithmetic_of_growing(modules: Page) -> None:
    """For every pair of small trees the proof holds, and none with one bit turned does."""
    leaves = [leaf_hash(bytes([n])) for n in range(18)]
    tree, roots = Frontier(), []
    for leaf in leaves:
        tree.append(leaf)
        roots.append(tree.root())

    def node(level: int, index: int) -> bytes:
        part = Frontier()
        for leaf in leaves[index << level : (index + 1) << level]:
            part.append(leaf)
        return part.root()

    cases = []
    for new in range(2, len(leaves) + 1):
        for old in range(1, new):
            path = consistency_proof(old, new, node)
            given = [b64encode(each).decode() for each in (roots[old - 1], roots[new - 1], *path)]
            cases.append((old, new, given, True))
            for at, each in enumerate(given):
                raw = bytearray(b64decode(each))
                raw[7] ^= 1
                bent = [*given[:at], b64encode(raw).decode(), *given[at + 1 :]]
                cases.append((old, new, bent, False))
            cases.append((old, new, given[:-1] if path else [*given, given[0]], False))
    script = """async (cases) => {
        const { fromBase64 } = await import("/page/proof/bytes.js");
        const { grows } = await import("/page/proof/tree.js");
        return Promise.all(cases.map(([old, now, given]) => {
            const [one, two, ...path] = given.map(fromBase64);
            return grows(old, one, now, two, path);
        }));
    }"""
    found = modules.evaluate(script, [case[:3] for case in cases])
    assert [case[:2] for case, held in zip(cases, found, strict=True) if held != case[3]] == []


def test_a_kept_head_that_is_none_is_reported(verified: Page, signed: str) -> None:
    """What the browser keeps and cannot read is no reason to be silent, nor to forget it."""
    page = verified
    script = "([name, text]) => localStorage.setItem(`onrecord head ${name}`, text)"
    for kept in ("", "null", "{}", '{"size":1,"root":"%"}', "x"):
        page.evaluate(script, [signed, kept])
        assert "cannot be read" in verified_again(page, "not verified: "), kept
        got = page.evaluate("name => localStorage.getItem(`onrecord head ${name}`)", signed)
        assert got == kept


def test_another_key_is_noticed(verified: Page, signed: str) -> None:
    """A browser that saw the timeline's key does not take another one."""
    page = verified
    page.evaluate("name => localStorage.setItem(`onrecord key ${name}`, 'x+00000000+AQ==')", signed)
    assert "not the one that this browser saw before" in verified_again(page, "not verified: ")


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
            with service.client() as api:
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
    assert "Its successor" in told[1]
    assert "has seen this key before." in told[2]
    assert "successor" not in told[2]
    context.close()

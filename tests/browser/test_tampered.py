"""What the page says of each kind of tampering with what it verifies."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.proofs import verified_again, verify


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


def _taken_by(redaction: int) -> Callable[[dict[str, Any]], None]:
    def take(event: dict[str, Any]) -> None:
        if event["type"] == "statement.corrected":
            del event["salt"], event["data"]
            event["redacted"] = redaction

    return take


def _unsalted(event: dict[str, Any]) -> None:
    data = event.pop("data") | {"text": "Said otherwise."}
    del event["salt"]
    event |= {"missing": False, "data": data}


def _no_base64(proof: dict[str, Any]) -> None:
    proof["leaf"] = "%%%"


def _other_root(proof: dict[str, Any]) -> None:
    origin, size, _, *rest = proof["checkpoint"].split("\n")
    root = b64encode(bytes(32)).decode()
    proof["checkpoint"] = "\n".join([origin, size, root, *rest])


def _other_path(proof: dict[str, Any]) -> None:
    proof["hashes"][0] = b64encode(bytes(32)).decode()


def _other_text(statement: dict[str, Any]) -> None:
    statement["text"] = "Never said."


def _other_speaker(statement: dict[str, Any]) -> None:
    statement["said"]["by"] = "Somebody else"


def _other_source(statement: dict[str, Any]) -> None:
    statement["sources"] = [statement["sources"][0] | {"quote": "Never written."}]


def _other_date(statement: dict[str, Any]) -> None:
    statement["occurred"] = "2024"


_ALTERED: list[tuple[str, Callable[[Any], None], str]] = [
    (r"/events/\d+$", _other_data, "data that do not match its digest"),
    (r"/events/\d+$", _other_header, "not the leaf that the proof is for"),
    (r"/events/\d+$", _taken_by(99), "does not give the event at revision 99"),
    (r"/events/\d+$", _taken_by(12), "revision 12 is not a redaction of it"),
    (r"/events/\d+$", _taken_by(1), "an earlier event redacted it"),
    (r"/events/\d+$", _unsalted, "neither complete nor redacted"),
    (r"/proofs/inclusion", _no_base64, "answer of the service cannot be read"),
    (r"/proofs/inclusion", _other_root, "not signed with the timeline’s key"),
    (r"/proofs/inclusion", _other_path, "not in the signed tree"),
]
"""What is fetched for a check, how it is altered on its way, and what the page says of it."""


def test_what_was_altered_is_not_verified(page: Page, watched: Any, signed: str) -> None:
    """Whatever of the chain is altered on its way, the page says which part does not fit; and
    verifies the same again once nothing is altered."""
    verify(page, signed, "verified")
    result = page.get_by_test_id("verify-result")
    for pattern, change, reason in _ALTERED:
        bend(page, pattern, change)
        page.get_by_test_id("verify").click()
        expect(result).to_have_text(re.compile(f"^not verified: .*{reason}"))
        page.unroute_all(behavior="wait")
    page.get_by_test_id("verify").click()
    expect(result).to_have_text(re.compile("^verified"))
    # The browser notes what was asked for and is not there.
    watched.complaints[:] = [each for each in watched.complaints if "404" not in each]


_SHOWN: list[tuple[Callable[[Any], None], str]] = [
    (_other_text, "something else about its text"),
    (_other_speaker, "something else about its speaker, chain and time of saying"),
    (_other_source, "something else about its sources"),
    (_other_date, "something else about its time"),
]
"""How the statement is altered that the page shows, and what it says of that."""


def test_what_is_shown_is_held_to_what_was_signed(page: Page, signed: str) -> None:
    """A statement that the page was given otherwise than it was signed is not verified, and the
    page says what differs."""
    for change, reason in _SHOWN:
        bend(page, r"/statements/s4$", change)
        assert reason in verify(page, signed, "not verified: ")
        page.unroute_all(behavior="wait")


POINTS = ["00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "ee" + "ff" * 31]


def test_a_key_that_proves_nothing_is_refused(page: Page, signed: str) -> None:
    """Under a key of low order anything would be signed."""
    keys = [b64encode(b"\x01" + bytes.fromhex(point)).decode() for point in POINTS]
    left = iter(keys)

    def answer(route: Route) -> None:
        route.fulfill(body=f"name+00000000+{next(left)}\n")

    page.route(re.compile(r"/keys$"), answer)
    assert "proves nothing" in verify(page, signed, "not verified: ")
    for _ in keys[1:]:
        assert "proves nothing" in verified_again(page, "not verified: ")
    assert next(left, None) is None

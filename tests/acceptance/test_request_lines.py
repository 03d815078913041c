"""Every request is one line of the log: who, from where, about what, up to which revision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.looks import look_again
from tests.serving import Service, key_headers, running, said

PATH = "/v1/timelines/desk"
SHEET = "id,text,by\n1,It rained.,KCNA\n2,It snowed.,KCNA\n"
MAPPING = {
    "name": "rows",
    "schema": {"primaryKey": ["id"]},
    "onrecord": {
        "statement": {
            "kind": {"value": "claim"},
            "text": {"column": "text"},
            "said": {"by": {"column": "by"}},
        }
    },
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("lines"), "--workers", "2") as service:
        with service.client() as owner:
            owner.put(PATH, json={"title": "Desk"}).raise_for_status()
            owner.post(f"{PATH}/statements", json=[said("a"), said("b")]).raise_for_status()
            owner.get(PATH, params={"min_revision": 3}).raise_for_status()
        yield service


@pytest.fixture(scope="module")
def keys(service: Service) -> dict[str, str]:
    """The keys of a reader, a contributor and an editor."""
    found = {}
    with service.client() as owner:
        for role in ("reader", "contributor", "editor"):
            found[role] = owner.post("/v1/keys", json={"name": role}).json()["key"]
            grant = {"to": f"key:{role}", "role": role, "timelines": "desk"}
            owner.post("/v1/grants", json=grant).raise_for_status()
    return found


def lines(
    service: Service, since: int, count: int, *, by: str | None = None, event: str = "request"
) -> list[dict[str, Any]]:
    """The lines behind the first `since` bytes of the log, of one principal or all, once there are
    so many."""
    while True:
        text = service.log.read_bytes()[since:].decode()
        found = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        wanted = [each for each in found if each["event"] == event]
        if by is not None:
            wanted = [each for each in wanted if each["principal"] == by]
        if len(wanted) >= count:
            return wanted
        look_again()


READS = [
    "",
    "/statements",
    "/statements/a",
    "/statements/a/history",
    "/actors",
    "/facets",
    "/events",
]
READS += ["/export?format=csv", "/export?format=ndjson", "/feed.atom", "/feed.json", "/digest"]


@pytest.mark.parametrize("path", READS)
def test_a_read_is_one_line(service: Service, keys: dict[str, str], path: str) -> None:
    """A page, an export or a feed: by whom, from where, and of which revision it is; no word of
    what it had or what was asked for stands there."""
    since = service.log.stat().st_size
    with service.stranger(headers=key_headers(keys["reader"])) as reader:
        answer = reader.get(f"{PATH}{path}", params={"as_of": "3"} if not path else None)
    assert answer.status_code == 200, answer.text
    [line] = lines(service, since, 1, by="key:reader")
    told = (line["principal"], line["client"], line["timeline"], line["revision"], line["status"])
    assert told == ("key:reader", "127.0.0.1", "desk", 3, 200)
    assert line["path"] == f"{PATH}{path.partition('?')[0]}"


def test_streams_are_a_line_when_they_end(service: Service, keys: dict[str, str]) -> None:
    """One with the revision up to which it was sent; a joined one names its timelines, and that of
    proposals says nothing of their number."""
    since = service.log.stat().st_size
    with service.stranger(headers=key_headers(keys["editor"])) as editor:
        streams = (f"{PATH}/live?after=0", "/v1/live?timelines=desk", f"{PATH}/proposals/live")
        for path in streams:
            with editor.stream("GET", path) as answer:
                text = ""
                for part in answer.iter_text():
                    text += part
                    if "caught-up" in text:
                        break
    found = lines(service, since, len(streams), by="key:editor")
    told = {line["path"]: (line["timeline"], line["revision"], line["status"]) for line in found}
    assert told == {
        f"{PATH}/live": ("desk", 3, 200),
        "/v1/live": ("desk", None, 200),
        f"{PATH}/proposals/live": ("desk", None, 200),
    }


def ordered(client: httpx.Client) -> str:
    """The id of an import that is over."""
    form = {"mapping": json.dumps(MAPPING)}
    sent = client.post(f"{PATH}/imports", files={"file": ("rows.csv", SHEET)}, data=form)
    assert sent.status_code == 202, sent.text
    path = f"{PATH}/imports/{sent.json()['import']}"
    while client.get(path).json()["state"] not in ("done", "failed"):
        look_again()
    return str(sent.json()["import"])


def test_what_is_proposed_and_imported_has_its_author(tmp_path: Path) -> None:
    """A proposal, its approval and an import, each with who asked and the public revision; what an
    import recorded in the background has a line of its own, with who ordered it and from where."""
    with running(tmp_path, "--workers", "2") as service, service.client() as owner:
        owner.put(PATH, json={"title": "Desk"}).raise_for_status()
        key = owner.post("/v1/keys", json={"name": "con"}).json()["key"]
        grant = {"to": "key:con", "role": "contributor", "timelines": "desk"}
        owner.post("/v1/grants", json=grant).raise_for_status()
        since = service.log.stat().st_size
        with service.stranger(headers=key_headers(key)) as con:
            proposal = con.post(f"{PATH}/statements", json=said("a")).json()["proposal"]
            approval = f"{PATH}/proposals/{proposal}/approval"
            owner.post(approval, json={}).raise_for_status()
            first = ordered(con)
        second = ordered(owner)
        proposed, ordering, *_ = lines(service, since, 2, by="key:con")
        assert (proposed["status"], proposed["revision"]) == (202, 1)
        assert (ordering["path"], ordering["status"]) == (f"{PATH}/imports", 202)
        [approved] = [
            line for line in lines(service, since, 2, by="key:owner") if line["path"] == approval
        ]
        assert (approved["status"], approved["revision"]) == (201, 2)
        told = {
            line["id"]: (line["principal"], line["client"], line["timeline"], line["revision"])
            for line in lines(service, since, 2, event="import")
        }
        assert told[first] == ("key:con", "127.0.0.1", "desk", 2)
        assert told[second] == ("key:owner", "127.0.0.1", "desk", 4)

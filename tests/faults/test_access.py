"""Keys and grants in a log that was tampered with, and in a folder that was restored."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import redis

from tests.looks import look_again
from tests.program import Program
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, key_headers, running, stream_of


def give(owner: httpx.Client, to: str, timelines: str) -> int:
    body = {"to": to, "role": "editor", "timelines": timelines}
    answer = owner.post("/v1/grants", json=body)
    assert answer.status_code == 201, answer.text
    revision: int = answer.json()["revision"]
    return revision


def signed_to(owner: httpx.Client, revision: int) -> None:
    """Wait until a signed checkpoint covers the revision."""
    while True:
        note = owner.get("/v1/timelines/_access/checkpoint").text.split("\n")
        if len(note) > 1 and note[1].isdigit() and int(note[1]) >= revision:
            return
        look_again()


def alarm_of(service: Service, owner: httpx.Client) -> int:
    """The revision of the alarm about `_access`, once it is up: reading its events finds what is
    wrong."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        owner.get("/v1/timelines/_access/events")
        found = owner.get("/health/audit").json()["alarms"]
        if found:
            assert found[0]["timeline"] == "_access"
            return int(found[0]["revision"])
        look_again()
    raise TimeoutError(service.log.read_text())


def test_what_stood_before_a_bad_event_holds_and_nothing_behind_it(tmp_path: Path) -> None:
    """An event of `_access` is taken out of the log: the grants before it hold, those behind it do
    not, and no grant is changed, in a running service and after a restart."""
    with ValkeyServer(*DURABLE) as valkey:
        options = ("--redis-url", valkey.url)
        with running(tmp_path, *options) as service, service.client() as owner:
            key = owner.post("/v1/keys", json={"name": "desk"}).json()["key"]
            first = give(owner, "key:desk", "first")
            bad = give(owner, "key:desk", "bad")
            last = give(owner, "key:desk", "last")
            signed_to(owner, last)
            with redis.Redis(unix_socket_path=str(valkey.socket)) as store:
                mark = f'{{"timeline":"_access","revision":{bad},'.encode()
                stream = stream_of("_access")
                [place] = [at for at, each in store.xrange(stream) if each[b"h"].startswith(mark)]
                assert store.xdel(stream, place) == 1
            assert alarm_of(service, owner) == bad
            judge(service, owner, key, first)
        with running(tmp_path, *options) as service, service.client() as owner:
            assert alarm_of(service, owner) == bad
            judge(service, owner, key, first)


def judge(service: Service, owner: httpx.Client, key: str, first: int) -> None:
    """What holds is what stood at the revision `first`."""
    held = owner.get("/v1/grants").json()["items"]
    assert max(grant["revision"] for grant in held) == first
    with service.stranger(headers=key_headers(key)) as desk:
        granted = [each["timelines"] for each in desk.get("/v1/me").json()["grants"]]
        assert "first" in granted
        assert not {"bad", "last"} & {*granted}
    refused = owner.post(
        "/v1/grants", json={"to": "key:desk", "role": "reader", "timelines": "more"}
    )
    assert refused.status_code == 503
    assert "operator" in refused.json()["detail"]
    assert owner.post("/v1/keys", json={"name": "another"}).status_code == 503


def test_the_owner_comes_back_with_a_backup(tmp_path: Path) -> None:
    """A restored folder has the owner's key, readable by its user alone, and the log knows it."""
    file = str(tmp_path / "b.tar")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with running(tmp_path / "first") as service:
        done = service.program.run("backup", file, "--data-dir", str(service.data))
        assert done.code == 0, done.err
        key = service.key
    folder = tmp_path / "second" / "data"
    done = Program().run("restore", file, "--data-dir", str(folder))
    assert done.code == 0, done.err
    assert (folder / "owner.key").stat().st_mode & 0o777 == 0o600
    with running(tmp_path / "second") as service, service.client() as owner:
        assert service.key == key
        assert owner.get("/v1/keys").status_code == 200

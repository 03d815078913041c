"""Keys, grants, why and sign-in on the command line: by a server, and by its data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from projections.answers.access import IssuedKey
from service.access.secret import Secret
from service.cli.failure import Failure
from service.cli.granting.sign_in import require_holding
from tests.program import Program
from tests.serving import Service, key_headers, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("cli-granting")) as started:
        yield started


def where_of(service: Service, where: str) -> list[str]:
    """The options that have a command ask the server, or work beside it."""
    return [] if where == "server" else ["--data-dir", str(service.data)]


@pytest.mark.parametrize("where", ["server", "folder"])
def test_a_key_from_its_issue_to_its_end(service: Service, where: str) -> None:
    """Issued, granted to, asked about and revoked; the same by the server and beside it, and the
    running server knows each change."""
    run, name, place = service.program.run, f"desk-{where}", where_of(service, where)
    made = run("keys", "add", name, *place)
    assert made.code == 0, made.err
    key = made.answer["key"]
    with service.stranger(headers=key_headers(key)) as desk:
        assert desk.get("/v1/me").json()["principal"] == f"key:{name}"
    asked = ("why", f"key:{name}", "write", "desk-a", *place)
    assert run(*asked).code == 1
    grant = run("grants", "add", f"key:{name}", "writer", "desk-*", *place).answer
    assert (grant["to"], grant["author"]) == (
        f"key:{name}",
        "owner" if where == "server" else "onrecord (data folder)",
    )
    why = run(*asked)
    assert (why.code, why.answer["allowed"], len(why.answer["by"])) == (0, True, 1)
    listed = run("grants", "list", *place).answer["items"]
    assert grant["id"] in [each["id"] for each in listed]
    assert run("why", "key:owner", "manage", *place).code == 0
    assert run("why", f"key:{name}", "manage", "*", *place).code == 1
    taken = run("grants", "remove", grant["id"], "--reason", "over", *place)
    assert taken.code == 0
    assert run(*asked).code == 1
    before = ("--as-of", str(taken.answer["revision"] - 1))
    assert run(*asked, *before).code == 0
    then = [each["id"] for each in run("grants", "list", *before, *place).answer["items"]]
    now = [each["id"] for each in run("grants", "list", *place).answer["items"]]
    assert (grant["id"] in then, grant["id"] in now) == (True, False)
    assert run("keys", "revoke", name, "--reason", "lost", *place).code == 0
    again = run("keys", "revoke", name, "--reason", "lost", *place)
    assert again.code == 1
    keys = {each["name"]: each for each in run("keys", "list", *place).answer["items"]}
    assert keys[name]["revoked"]["reason"] == "lost"
    assert httpx.get(f"{service.url}/v1/me", headers=key_headers(key)).status_code == 401


@pytest.mark.parametrize("where", ["server", "folder"])
def test_a_change_is_tried_and_changes_nothing(service: Service, where: str) -> None:
    """Each is decided, refused or answered as it would be, and nothing is on record afterwards."""
    run, place = service.program.run, where_of(service, where)
    before = service.ask("GET", "/v1/timelines/_access").json()["revision"]
    [grant, *_] = service.ask("GET", "/v1/grants").json()["items"]
    tried = [
        run("keys", "add", "tried", *place, "--dry-run"),
        run("grants", "add", "key:tried", "reader", "*", *place, "--dry-run"),
        run("keys", "revoke", "owner", "--reason", "lost", *place, "--dry-run"),
        run("grants", "remove", grant["id"], "--reason", "over", *place, "--dry-run"),
    ]
    assert [(done.code, done.answer["dry_run"]) for done in tried] == [(0, True)] * 4
    assert tried[0].answer["key"] == ""
    assert run("keys", "add", "owner", *place, "--dry-run").code == 1
    assert service.ask("GET", "/v1/timelines/_access").json()["revision"] == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "add", "Desk"],
        ["keys", "add", "onrecord"],
        ["keys", "add", "everyone", "--dry-run"],
        ["keys", "add", "desk", "--expires", "tomorrow"],
        ["grants", "add", "anyone", "reader", "*"],
        ["grants", "add", "everyone", "reader", "_access"],
        ["grants", "add", "everyone", "king", "*"],
        ["why", "me", "read", "kursk"],
        ["why", "everyone", "read"],
        ["why", "everyone", "read", "*"],
        ["keys", "revoke", "desk"],
    ],
)
def test_what_cannot_be_is_wrong_use(service: Service, arguments: list[str]) -> None:
    """It is refused before anything is asked, with what to write instead."""
    done = service.program.run(*arguments)
    assert done.code == 2
    assert done.err


@pytest.mark.parametrize("given", [("--key", "x"), ("--url", "http://127.0.0.1:1")])
@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "list"],
        ["keys", "add", "both"],
        ["keys", "revoke", "owner", "--reason", "lost"],
        ["grants", "list"],
        ["grants", "add", "everyone", "admin", "*"],
        ["grants", "remove", "g", "--reason", "over"],
        ["why", "everyone", "read", "kursk"],
    ],
)
def test_a_folder_and_a_server_exclude_each_other(
    service: Service, arguments: list[str], given: tuple[str, str]
) -> None:
    """Nothing that is given is passed over in silence: it is said which to leave out, and nothing
    is changed."""
    before = service.ask("GET", "/v1/timelines/_access").json()["revision"]
    done = service.program.run(*arguments, "--data-dir", str(service.data), *given)
    assert done.code == 2
    assert "--data-dir alone" in " ".join(done.err.split())
    assert service.ask("GET", "/v1/timelines/_access").json()["revision"] == before


def test_a_lost_owner_has_a_way_back_in(tmp_path: Path) -> None:
    """The owner's key is revoked; who has the folder issues another one and grants it everything,
    while the service is stopped, and it works when that is started again."""
    with running(tmp_path) as service:
        folder = str(service.data)
        assert service.program.run("keys", "revoke", "owner", "--reason", "lost").code == 0
        assert service.program.run("keys", "list").code == 1
        service.stop()
    program = Program()
    made = program.run("keys", "add", "second", "--data-dir", folder)
    assert made.code == 0, made.err
    granted = program.run("grants", "add", "key:second", "admin", "*", "--data-dir", folder)
    assert granted.code == 0, granted.err
    with running(tmp_path) as service:
        headers = key_headers(made.answer["key"])
        with service.stranger(headers=headers) as second:
            assert second.get("/v1/keys").status_code == 200
            assert second.put("/v1/timelines/mine", json={"title": "x"}).status_code == 201


def test_a_link_signs_in_once(service: Service) -> None:
    """`sign-in` prints a link whose code opens a session of the owner, and no second one."""
    done = service.program.run("sign-in", "--data-dir", str(service.data))
    assert done.code == 0, done.err
    link = done.answer["link"]
    assert link.startswith(f"{service.url}/sign-in#")
    code = link.partition("#")[2]
    with service.stranger() as browser:
        assert browser.post("/v1/session", json={"code": code}).status_code == 201
        assert browser.get("/v1/me").json()["principal"] == "key:owner"
        assert browser.post("/v1/session", json={"code": code}).status_code == 401


def test_no_link_is_made_with_a_key_that_opens_nothing(service: Service) -> None:
    """A text that is no key, a key of another log, and one that is revoked or has expired: each is
    told as what it is, and what to do; nothing is printed that leads nowhere."""
    run, folder = service.program.run, ("--data-dir", str(service.data))
    lost = run("keys", "add", "lost").answer["key"]
    assert run("keys", "revoke", "lost", "--reason", "left in a taxi").code == 0
    for key, *words in (
        ("nonsense", "What was given is not an API key", "onr_<id>_<secret>"),
        (Secret.make().reveal(), "has not issued this key", "keys add NAME"),
        (lost, "The key lost is revoked", "left in a taxi", "keys add NAME"),
    ):
        done = run("sign-in", "--key", key, *folder)
        assert (done.code, done.out) == (1, "")
        told = " ".join(done.err.split())
        assert all(each in told for each in words), told
        assert key not in told


def test_an_owner_who_is_revoked_gets_no_link(tmp_path: Path) -> None:
    """Beside the running service and while it is stopped, `sign-in` says that the owner's key is
    revoked; the key that took its place signs in."""
    with running(tmp_path) as service:
        folder = ("--data-dir", str(service.data))
        heir = service.program.run("keys", "add", "heir").answer["key"]
        assert service.program.run("keys", "revoke", "owner", "--reason", "lost").code == 0
        beside = service.program.run("sign-in", *folder)
        signed = service.program.run("sign-in", "--key", heir, *folder)
        with service.stranger() as browser:
            code = {"code": signed.answer["code"]}
            assert browser.post("/v1/session", json=code).status_code == 201
        service.stop()
    stopped = Program().run("sign-in", *folder)
    for done in (beside, stopped):
        assert (done.code, done.out) == (1, "")
        assert "The key owner is revoked" in " ".join(done.err.split())


def test_a_key_ends_at_its_time(tmp_path: Path) -> None:
    """`sign-in` takes a key until the microsecond at which it expires."""
    brief = IssuedKey("12345678", "brief", "1970-01-01T00:00:01Z", "owner", 1, "")
    require_holding(brief, tmp_path, 999_999)
    with pytest.raises(Failure, match="The key brief expired at 1970-01-01T00:00:01Z"):
        require_holding(brief, tmp_path, 1_000_000)


def test_a_folder_that_is_none_is_reported(tmp_path: Path) -> None:
    """A mistyped folder is an answer, not a new log."""
    for name in ("nowhere", "empty"):
        folder = tmp_path / name
        if name == "empty":
            folder.mkdir()
        done = Program().run("keys", "list", "--data-dir", str(folder))
        assert done.code in {1, 3}, done.err
    assert not (tmp_path / "nowhere").exists()

"""A server that answers and refuses: its own reason is reported in ready, in the metrics and in the
answer, nothing is written, and all goes on by itself when it takes writes again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.faults.refusing_server import HOST, PATH, PROTECTED, REFUSALS, Desk, memory
from tests.looks import look_again
from tests.servers import DURABLE, ValkeyServer
from tests.serving import running, said


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One service for all refusals: behind each everything is as it was."""
    with ValkeyServer(*DURABLE, "--busy-reply-threshold", "50", *PROTECTED, tcp=True) as valkey:
        store: Any = redis.Redis(unix_socket_path=str(valkey.socket))
        store.execute_command("ACL", "SETUSER", "desk", "on", ">secret", "~*", "+@all")
        url = f"redis://desk:secret@{HOST}:{valkey.port}"
        folder = tmp_path_factory.mktemp("desk")
        with running(folder, "--redis-url", url) as service:
            opened = service.ask("PUT", PATH, json={"title": "Kursk"})
            assert opened.status_code == 201, opened.text
            options = ("--data-dir", str(folder / "data"), "--redis-url", url)
            yield Desk(service, valkey, store, options)
        store.close()


@pytest.mark.parametrize("name", REFUSALS)
def test_a_server_s_own_reason_is_reported(desk: Desk, name: str) -> None:
    """Ready is 503 and says that the log answers and takes nothing; the metrics have the word, the
    answer to a write the reason and that nothing was written; with the cause gone the same write is
    recorded once and ready is 200 again."""
    refuse, word, words = REFUSALS[name]
    statement = said(name.replace(" ", "-"))
    with desk.service.client(timeout=30) as client:
        with refuse(desk):
            while words not in str(client.get("/health/ready").json()["log"]["problem"]):
                look_again()
            answer = client.post(f"{PATH}/statements", json=statement)
            ready = client.get("/health/ready")
            metrics = client.get("/metrics").text
            assert client.get(PATH).status_code == 200
        log = ready.json()["log"]
        assert (ready.status_code, log["reachable"], log["writable"]) == (503, True, False)
        assert words in log["problem"]
        assert f'onrecord_log_problem{{reason="{word}"}} 1.0' in metrics
        assert "onrecord_log_writable 0.0" in metrics
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/log-unavailable")
        # Which of its two reasons such a replica gives depends on what it was asked first.
        reasons = (words, "READONLY") if word == "MASTERDOWN" else (words,)
        assert any(reason in answer.json()["detail"] for reason in reasons)
        assert "Nothing was written" in answer.json()["detail"]
        assert "does not answer" not in answer.json()["detail"] + log["problem"]
        while (again := client.post(f"{PATH}/statements", json=statement)).status_code == 503:
            look_again()
        assert (again.status_code, again.json()["items"][0]["duplicate"]) == (201, False)
        while (ready := client.get("/health/ready")).status_code == 503:
            look_again()
        assert ready.json()["log"] == {
            "reachable": True,
            "writable": True,
            "durability": "fsync",
            "problem": None,
        }


def test_the_doctor_tries_whether_it_is_writable(desk: Desk) -> None:
    """A log that can be read and takes nothing is a failed check, with the server's own reason."""

    def log() -> Any:
        checked = desk.service.program.run("doctor", "--json", *desk.options)
        return next(check for check in checked.answer["checks"] if check["name"] == "log")

    with memory(desk):
        found = log()
        assert found["verdict"] == "failed"
        assert "OOM command not allowed" in found["detail"]
    assert log()["verdict"] == "ok"


def test_what_a_setting_makes_unfit_is_refused(desk: Desk) -> None:
    """Set under a running service, what would have kept it from starting keeps it from writing:
    ready, metrics and answer say what to set; a lower level is reported as what it is."""
    with desk.service.client(timeout=30) as client:

        def log_until(durability: str) -> Any:
            while (ready := client.get("/health/ready").json())["log"]["durability"] != durability:
                look_again()
            return ready["log"]

        assert log_until("fsync")["writable"]
        before = changes_seen(desk)
        desk.set("appendfsync", "no")
        log = log_until("volatile")
        assert not log["writable"]
        assert "set appendonly to yes and appendfsync" in log["problem"]
        answer = client.post(f"{PATH}/statements", json=said("unfit"))
        assert answer.status_code == 503
        assert "set appendonly to yes and appendfsync" in answer.json()["detail"]
        metrics = client.get("/metrics").text
        assert 'onrecord_log_problem{reason="unfit"} 1.0' in metrics
        assert 'onrecord_log_durability{level="volatile"} 1.0' in metrics
        desk.set("appendfsync", "everysec")
        assert log_until("everysec")["writable"]
        answer = client.post(f"{PATH}/statements?wait=checkpoint", json=said("unfit"))
        assert answer.status_code == 201
        assert answer.headers["Onrecord-Checkpoint"] == str(answer.json()["revision"])
        desk.set("appendfsync", "always")
        assert log_until("fsync")["writable"]
    assert changes_seen(desk) == before + 3


def changes_seen(desk: Desk) -> int:
    """How often the process that writes has said that the log's server changed."""
    lines = desk.service.log.read_text().splitlines()
    return sum("the log's server has changed" in line and "worker-1" in line for line in lines)


def test_a_server_that_loads_under_a_running_service(desk: Desk, tmp_path: Path) -> None:
    """A restarted server that still reads its file is said to do that, and nothing is written."""
    with ValkeyServer(*DURABLE) as valkey, running(tmp_path, "--redis-url", valkey.url) as service:
        store = redis.Redis(unix_socket_path=str(valkey.socket))
        with service.client(timeout=30) as client:
            client.put(PATH, json={"title": "Kursk"})
            valkey.load_slowly(store)
            while "LOADING" not in str(
                (log := client.get("/health/ready").json()["log"])["problem"]
            ):
                look_again()
            assert (log["reachable"], log["writable"]) == (True, False)
            answer = client.post(f"{PATH}/statements", json=said("a"))
            assert "LOADING" in answer.json()["detail"]
            store.config_set("key-load-delay", 0)
            while (answer := client.post(f"{PATH}/statements", json=said("a"))).status_code == 503:
                look_again()
            assert answer.json()["revision"] == 2
        store.close()

"""Starting and stopping the service."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.leftovers import model_of
from tests.program import Program
from tests.servers import DURABLE, ValkeyServer, free_port
from tests.serving import Service, command, running, said


def _refused(folder: Path, *options: str, port: int = 0) -> tuple[int, str]:
    """The exit code and what was said of a start that is refused."""
    done = Program().run(*command(folder, port), *options)
    assert done.out == ""
    assert "Traceback" not in done.err
    return done.code, done.err


def test_what_was_recorded_is_there_after_a_restart(tmp_path: Path) -> None:
    """A signal ends the service with code 0, its Valkey too; the next start has everything."""
    statements = "/v1/timelines/kursk/statements"
    for recorded, (number, id_) in enumerate([(signal.SIGTERM, "a"), (signal.SIGINT, "b")]):
        with running(tmp_path) as service:
            assert "fsync" in service.line
            with service.client() as client:
                client.put("/v1/timelines/kursk", json={"title": "Kursk"})
                assert len(client.get(statements).json()["items"]) == recorded, number
                client.post(statements, json=said(id_))
            service.process.send_signal(number)
            assert service.process.wait() == 0, number
        assert not (tmp_path / "data" / "valkey" / "valkey.sock").exists(), number
    with running(tmp_path) as service:
        for id_ in ("a", "b"):
            assert service.ask("GET", f"{statements}/{id_}").status_code == 200, id_


def test_a_busy_port_is_said_so(tmp_path: Path) -> None:
    """The start is refused with the port and what to do, before anything else is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, words = _refused(tmp_path, port=port)
    assert code == 1
    assert str(port) in words
    assert "--port" in words
    assert not (tmp_path / "data").exists()


def test_a_folder_has_one_service(service: Service) -> None:
    """A second service on the same data folder is refused, and the first goes on."""
    code, words = _refused(service.data.parent)
    assert (code, "in use" in words) == (1, True)
    assert service.ask("GET", "/health/ready").status_code == 200


def test_a_redis_that_is_away_is_said_so(tmp_path: Path) -> None:
    """Nothing is started where the log cannot be reached: exit code 3."""
    code, words = _refused(tmp_path, "--redis-url", f"redis://127.0.0.1:{free_port()}")
    assert code == 3
    assert "log" in words


def test_a_log_is_joined_only_with_its_key(tmp_path: Path) -> None:
    """Without the key, or with another one, a start is refused; with the key it is one service."""
    with ValkeyServer(*DURABLE) as valkey:
        first, second = tmp_path / "first", tmp_path / "second"
        for folder in (first, second):
            folder.mkdir()
        with running(first, "--redis-url", valkey.url) as service:
            service.ask("PUT", "/v1/timelines/kursk", json={"title": "Kursk"})
        code, words = _refused(second, "--redis-url", valkey.url)
        assert code == 1
        assert "ONRECORD_SEAL_KEY_FILE" in words
        assert not (second / "data" / "seal.key").exists()
        (second / "data").mkdir(exist_ok=True)
        key = second / "data" / "seal.key"
        key.write_text("0" * 64)
        key.chmod(0o600)
        code, words = _refused(second, "--redis-url", valkey.url)
        assert (code, "does not fit" in words) == (1, True)
        shutil.copy(first / "data" / "seal.key", key)
        with running(second, "--redis-url", valkey.url) as service:
            assert service.ask("GET", "/v1/timelines/kursk").status_code == 200


def test_port_0_tells_the_port(service: Service) -> None:
    """The line that reports the start has the port that was found, and the documentation."""
    assert urlsplit(service.url).port
    assert f"{service.url}/docs" in service.line


def test_a_log_that_is_gone_is_not_begun_again(tmp_path: Path) -> None:
    """With the read model of a log and no log, a start is refused and says what to do; the log
    put back goes on, and without the read model a new one is begun with the key that is there."""
    data = tmp_path / "data"
    with running(tmp_path) as service:
        service.ask("PUT", "/v1/timelines/kursk", json={"title": "Kursk"})
    (data / "valkey").rename(tmp_path / "unmounted")
    for _ in range(2):
        code, words = _refused(tmp_path)
        assert code == 1
        assert "there is no log" in words
        assert str(data / "valkey") in words
    shutil.rmtree(data / "valkey")
    (tmp_path / "unmounted").rename(data / "valkey")
    with running(tmp_path) as service:
        assert service.ask("GET", "/v1/timelines/kursk").status_code == 200
    shutil.rmtree(data / "valkey")
    for name in ("readmodel-*", "ledger.sqlite3*", "signed.json"):
        for path in data.glob(name):
            path.unlink()
    key = (data / "seal.key").read_bytes()
    with running(tmp_path) as service:
        assert service.ask("GET", "/v1/timelines/kursk").status_code == 404
    assert (data / "seal.key").read_bytes() == key


def test_any_trace_of_a_log_keeps_another_from_being_begun(tmp_path: Path) -> None:
    """The read model alone, the ledger or what was signed: each shows that there was a log."""
    with running(_made(tmp_path / "whole")) as service:
        service.ask("PUT", "/v1/timelines/kursk", json={"title": "Kursk"})
    shutil.rmtree(tmp_path / "whole" / "data" / "valkey")
    for trace in ("read model", "ledger.sqlite3", "signed.json"):
        data = tmp_path / trace / "data"
        shutil.copytree(tmp_path / "whole", tmp_path / trace)
        kept = model_of(data) if trace == "read model" else data / trace
        for path in {*data.glob("*.sqlite3*"), data / "signed.json"} - {kept}:
            path.unlink()
        before = kept.read_bytes()
        code, words = _refused(tmp_path / trace)
        assert (code, "there is no log" in words) == (1, True), trace
        assert kept.read_bytes() == before, trace


def test_the_ledger_of_another_log_is_not_gone_on_with(tmp_path: Path) -> None:
    """A folder that has seen one log is refused for another one of the same key, with what to do;
    the ledger stays, and with it moved away the start goes through."""
    first, second = tmp_path / "first", tmp_path / "second"
    with running(_made(first)):
        pass
    (_made(second) / "data").mkdir()
    shutil.copy(first / "data" / "seal.key", second / "data" / "seal.key")
    with running(second):
        pass
    shutil.rmtree(first / "data" / "valkey")
    (second / "data" / "valkey").rename(first / "data" / "valkey")
    code, words = _refused(first)
    assert (code, "is the ledger of another log" in words) == (1, True)
    for name in ("ledger.sqlite3", "signed.json"):
        (first / "data" / name).rename(first / name)
    # The folder has the owner's key of another log.
    with running(first) as service, service.stranger() as client:
        assert client.get("/health/ready").status_code == 200


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_server_that_was_emptied_is_not_written_to(tmp_path: Path) -> None:
    """Under a running service a Redis comes back empty: writes are refused, what was folded is
    still shown, and neither the service nor its next start begins another log there."""
    with ValkeyServer(*DURABLE) as valkey:
        url = ("--redis-url", valkey.url)
        with running(tmp_path, *url) as service, service.client() as client:
            client.put("/v1/timelines/kursk", json={"title": "Kursk"})
            revision = client.post("/v1/timelines/kursk/statements", json=said("a")).json()
            path = f"/v1/timelines/kursk/statements?min_revision={revision['revision']}"
            assert len(client.get(path).json()["items"]) == 1
            valkey.kill()
            shutil.rmtree(valkey.folder / "appendonlydir")
            valkey.start()
            for body in (said("b"), said("a")):
                answer = client.post("/v1/timelines/kursk/statements", json=body)
                assert (answer.status_code, answer.json()["type"]) == (
                    503,
                    "/problems/log-unavailable",
                )
            assert client.get("/health/ready").status_code == 503
            assert len(client.get(path).json()["items"]) == 1
        code, words = _refused(tmp_path, *url)
        assert (code, "there is no log" in words) == (1, True)


def test_the_data_is_its_users_alone(tmp_path: Path) -> None:
    """Nobody else can read any file of the data folder, even where he may enter it."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    data.chmod(0o755)
    before = os.umask(0o022)
    try:
        with running(tmp_path) as service:
            service.ask("PUT", "/v1/timelines/kursk", json={"title": "Kursk"})
            files = [path for path in data.rglob("*") if path.is_file()]
            assert any(path.name.startswith("readmodel-") for path in files)
            assert [path for path in files if path.stat().st_mode & 0o077] == []
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1?foo=bar", "redis+cluster://127.0.0.1?sentinel_password=hunter2"]
)
def test_an_unknown_option_of_the_url_is_said_so(tmp_path: Path, url: str) -> None:
    """A slip in the URL's query is a sentence, in which no value is."""
    code, words = _refused(tmp_path, "--redis-url", url)
    assert code == 1
    assert "has no option" in words
    assert "hunter2" not in words

"""A failover to a replica that lags: what nobody signed is lost and said to be, and no alarm."""

from __future__ import annotations

from pathlib import Path

import redis

from tests.looks import look_again
from tests.servers import ValkeyServer
from tests.serving import Service, running, said
from tests.tampering import signed, write

AT_ONCE = ("--repl-diskless-sync-delay", "0")
VOLATILE = ("--appendonly", "no", "--save", "", *AT_ONCE)
KEPT = ("--appendonly", "yes", "--appendfsync", "always", "--save", "", *AT_ONCE)
PATH = "/v1/timelines/kursk"


def replica_of(port: int) -> ValkeyServer:
    return ValkeyServer(*KEPT, "--replicaof", f"127.0.0.1 {port}", tcp=True)


def linked(server: ValkeyServer) -> None:
    """Return once it follows its primary."""
    client = redis.Redis(unix_socket_path=str(server.socket))
    while client.info("replication").get("master_link_status") != "up":
        look_again()
    client.close()


def promote(server: ValkeyServer, port: int) -> None:
    """The replica takes the primary's place and address, with what it has."""
    server.kill()
    server.port = port
    server.follow_nobody()
    server.start()


def lines(service: Service, words: str) -> list[str]:
    return [line for line in service.log.read_text().splitlines() if words in line]


def test_what_a_failover_loses_is_reported(tmp_path: Path) -> None:
    """Events that no replica had are never signed; when one that lacks them takes over, the loss is
    reported with timeline and revisions, what was signed stays, no alarm is up, and signing goes on
    once a replica follows again."""
    with ValkeyServer(*VOLATILE, tcp=True) as primary, replica_of(primary.port) as second:
        linked(second)
        url = f"redis://127.0.0.1:{primary.port}"
        with running(tmp_path, "--redis-url", url) as service:
            assert "replicated" in service.line
            write(service, "kursk", range(7))
            signed(service, "kursk", 8)
            note = service.ask("GET", f"{PATH}/checkpoint").text
            client = redis.Redis(unix_socket_path=str(second.socket))
            client.replicaof("NO", "ONE")
            client.close()
            with service.client(timeout=60) as api:
                lost = [said(f"lost{n}") for n in range(3)]
                answer = api.post(f"{PATH}/statements", json=lost)
                assert answer.status_code == 201
                assert api.get(PATH, params={"min_revision": 11}).status_code == 200
                while api.get("/health/ready").status_code != 503:
                    look_again()
                assert api.post(f"{PATH}/statements", json=said("alone")).status_code == 503
                assert api.get(f"{PATH}/checkpoint").text == note
                port = primary.port
                primary.kill()
                promote(second, port)
                while not lines(service, "the log lost events that nobody signed"):
                    look_again()
                [line] = lines(service, "the log lost events that nobody signed")
                assert "kursk" in line
                assert "9 to 11" in line
                assert api.get(f"{PATH}/checkpoint").text == note
                with replica_of(port) as third:
                    linked(third)
                    while (again := api.post(f"{PATH}/statements", json=said("new"))).is_error:
                        assert again.status_code == 503
                        look_again()
                    assert again.json()["revision"] == 9
                    signed(service, "kursk", 9)
                    audit = api.get("/health/audit")
                    assert (audit.status_code, audit.json()["alarms"]) == (200, [])
                    assert api.get(PATH, params={"min_revision": 9}).json()["revision"] == 9

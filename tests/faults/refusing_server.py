"""A server that answers and refuses: how it comes to that, and the service beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import redis

from tests.looks import look_again
from tests.servers import ValkeyServer
from tests.serving import Service

PATH = "/v1/timelines/kursk"
HOST = "127.0.0.1"
PROTECTED = ("--enable-protected-configs", "yes")


class Desk(NamedTuple):
    """A service at work, its server as the operator has it, and what `doctor` needs to know."""

    service: Service
    valkey: ValkeyServer
    store: Any
    options: tuple[str, ...]

    def set(self, name: str, value: str | int) -> None:
        self.store.config_set(name, value)

    def acl(self, *rules: str) -> None:
        self.store.execute_command("ACL", "SETUSER", "desk", *rules)

    def drop(self) -> None:
        """Everybody has to connect again."""
        self.store.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


def setting(name: str, value: int, usual: int) -> Callable[[Desk], Any]:
    @contextmanager
    def set_so(desk: Desk) -> Iterator[None]:
        desk.set(name, value)
        try:
            yield
        finally:
            desk.set(name, usual)

    return set_so


memory = setting("maxmemory", 1, 0)
replicas = setting("min-replicas-to-write", 1, 0)


@contextmanager
def demoted(desk: Desk) -> Iterator[None]:
    """A replica whose primary cannot be reached, and that may not answer for it."""
    desk.set("replica-serve-stale-data", "no")
    desk.store.execute_command("REPLICAOF", HOST, "1")
    try:
        yield
    finally:
        desk.store.execute_command("REPLICAOF", "NO", "ONE")
        desk.set("replica-serve-stale-data", "yes")


@contextmanager
def replica(desk: Desk) -> Iterator[None]:
    desk.store.execute_command("REPLICAOF", HOST, "1")
    try:
        yield
    finally:
        desk.store.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def disk(desk: Desk) -> Iterator[None]:
    """A snapshot that cannot be written, where writes are to stop then."""
    desk.set("dbfilename", "there-is-a-folder")
    (desk.valkey.folder / "there-is-a-folder").mkdir(exist_ok=True)
    desk.set("save", "3600 1")
    desk.store.set("a", "b")
    desk.store.bgsave()
    while desk.store.info("persistence")["rdb_last_bgsave_status"] != "err":
        look_again()
    try:
        yield
    finally:
        desk.set("save", "")
        desk.set("dbfilename", "dump.rdb")


@contextmanager
def script(desk: Desk) -> Iterator[None]:
    """A script of somebody's that does not end."""
    other = redis.Redis(unix_socket_path=str(desk.valkey.socket), socket_timeout=60)

    def turn() -> None:
        with pytest.raises(redis.ResponseError, match="SCRIPT KILL"):
            other.eval("while true do end", 0)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        while True:
            try:
                desk.store.ping()
            except redis.ResponseError:
                break
        yield
    finally:
        desk.store.script_kill()
        thread.join()
        other.close()


def rights(*taken: str) -> Callable[[Desk], Any]:
    @contextmanager
    def without(desk: Desk) -> Iterator[None]:
        desk.acl(*taken)
        try:
            yield
        finally:
            desk.acl("+@all")

    return without


@contextmanager
def password(desk: Desk) -> Iterator[None]:
    desk.acl("resetpass", ">other")
    desk.drop()
    try:
        yield
    finally:
        desk.acl("resetpass", ">secret")


@contextmanager
def clients(desk: Desk) -> Iterator[None]:
    desk.set("maxclients", 1)
    desk.drop()
    try:
        yield
    finally:
        desk.set("maxclients", 1_000)


REFUSALS: dict[str, tuple[Callable[[Desk], Any], str, str]] = {
    "a replica": (replica, "unfit", "The server is a replica"),
    "memory": (memory, "OOM", "OOM command not allowed"),
    "too few replicas": (replicas, "NOREPLICAS", "NOREPLICAS Not enough good replicas"),
    "a replica without its primary": (demoted, "MASTERDOWN", "MASTERDOWN Link with MASTER is down"),
    "disk": (disk, "MISCONF", "MISCONF "),
    "script": (script, "BUSY", "BUSY "),
    "no right to write": (rights("-xadd"), "NOPERM", "NOPERM"),
    "half the right to write": (rights("-hset"), "NOPERM", "NOPERM"),
    "no right to run scripts": (rights("-eval", "-evalsha"), "NOPERM", "NOPERM"),
    "no right to look": (rights("-info"), "unfit", "allow INFO (ACL SETUSER"),
    "password": (password, "WRONGPASS", "WRONGPASS"),
    "clients": (clients, "other", "ERR"),
}
"""How a server comes to refuse, the word for it in the metrics, and what is reported of it."""

"""Whether a Redis or Valkey server is fit to keep a log, and how durable an append is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from events.errors import LogRefused
from events.log.contract import Durability
from events.log.redis.driver.driver import ErrorReply, RedisDriver

__all__ = ["DurabilityOptions", "ServersState", "inspect_servers"]

_OLDEST_REDIS = (7, 2)
_OLDEST_VALKEY = (8,)
_REWRITE = "no-appendfsync-on-rewrite"
_LEVELS: tuple[Durability, ...] = ("volatile", "replicated", "everysec", "fsync")

_ALLOW = "set ONRECORD_ALLOW_VOLATILE=true if events may be lost"
_LOSES = (
    "The server would lose events: set appendonly to yes and appendfsync to always (or everysec, "
    f"which may lose the last second), or {_ALLOW}."
)
_LAX = (
    "The server would lose events while it rewrites its append-only file: set "
    f"no-appendfsync-on-rewrite to no, or {_ALLOW}."
)
_UNSEEN = "The server does not let this user look at it: allow INFO (ACL SETUSER <user> +info)."
_HIDDEN = (
    "The server does not let this user read appendfsync, so how durable an append is cannot be "
    f"known: allow CONFIG GET (ACL SETUSER <user> +config|get), or {_ALLOW}."
)


class DurabilityOptions(NamedTuple):
    """What the operator allows: that events may be lost, or which durability to assume of a server
    that does not report it (managed servers forbid CONFIG GET)."""

    allow_volatile: bool = False
    level: Durability | None = None


class ServersState(NamedTuple):
    """The state of a log's servers: the durability of the weakest, why they are unfit to keep a log
    (None if they are fit), and the addresses of the connected replicas."""

    level: Durability
    problem: str | None
    replicas: frozenset[str]


async def inspect_servers(driver: RedisDriver, options: DurabilityOptions) -> ServersState:
    """How durable an acknowledged append is, and whether the servers are fit to keep a log.

    `fsync`: written to the disk before the answer. `everysec`: the last second may be lost.
    `replicated`: this server keeps no append-only file, but a replica is connected; what the
    replica has not received may be lost. `volatile`: anything may be lost, which is unfit unless it
    is allowed. Raises `LogUnavailable`, and `LogRefused` if a server is still loading its file.
    """
    try:
        servers = await driver.ask_servers("INFO")
    except ErrorReply as error:
        if error.code != "NOPERM":
            raise
        return ServersState(options.level or "volatile", _UNSEEN, frozenset())
    for server in servers:
        if server.get("loading"):
            done = server.get("loading_loaded_perc", 0)
            raise LogRefused(f"LOADING The server reads its file, {done} % of it so far.")
    level, lax = options.level, None
    if level is None and any(server.get("aof_enabled") for server in servers):
        level, lax = await _written(driver)
    weakest = min((_level(server, level) for server in servers), key=_LEVELS.index)
    problem = next(filter(None, (_unfit(server, driver.clustered) for server in servers)), None)
    if problem is None and weakest == "volatile" and not options.allow_volatile:
        problem = lax or _LOSES
    return ServersState(weakest, problem, frozenset(_replicas(servers)))


def _unfit(info: Mapping[str, Any], clustered: bool) -> str | None:
    name, version, oldest = _version(info)
    if version < oldest:
        return (
            f"The server is {name} {_dotted(version)}: use Redis {_dotted(_OLDEST_REDIS)} or "
            f"later, or Valkey {_dotted(_OLDEST_VALKEY)} or later."
        )
    if info.get("role") != "master":
        return "The server is a replica: give the address of its primary."
    if info.get("cluster_enabled") and not clustered:
        return "The server is part of a cluster: give its URL as redis+cluster://."
    policy = info.get("maxmemory_policy")
    if policy != "noeviction":
        return (
            f"The server would evict events when its memory is full (maxmemory-policy {policy}): "
            "set maxmemory-policy to noeviction."
        )
    return None


def _version(info: Mapping[str, Any]) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    valkey = info.get("valkey_version")
    if valkey is not None:
        return "Valkey", _numbers(str(valkey)), _OLDEST_VALKEY
    return "Redis", _numbers(str(info.get("redis_version", "0"))), _OLDEST_REDIS


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _level(info: Mapping[str, Any], written: Durability | None) -> Durability:
    if info.get("aof_enabled"):
        return written or "volatile"
    return "replicated" if info.get("connected_slaves") else "volatile"


def _replicas(servers: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for server in servers:
        for i in range(int(server.get("connected_slaves", 0))):
            replica = server.get(f"slave{i}", {})
            yield f"{replica.get('ip')}:{replica.get('port')}"


async def _written(driver: RedisDriver) -> tuple[Durability, str | None]:
    """The durability of the weakest server's append-only file; if that is volatile for another
    reason than `appendfsync`, also the reason."""
    try:
        servers = await driver.ask_servers("CONFIG GET", "appendfsync", _REWRITE)
    except ErrorReply:
        return "volatile", _HIDDEN
    if any(server.get(_REWRITE) == "yes" for server in servers):
        return "volatile", _LAX
    known: Mapping[object, Durability] = {"always": "fsync", "everysec": "everysec"}
    levels = [known.get(server.get("appendfsync"), "volatile") for server in servers]
    return min(levels, key=_LEVELS.index), None

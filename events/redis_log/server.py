"""Whether a Redis or Valkey server is fit to keep a log, and how durable an append is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from events.errors import UnfitServer
from events.log import Durability
from events.redis_log.driver import ErrorReply, RedisDriver

__all__ = ["inspect"]

_OLDEST_REDIS = (7, 2)
_OLDEST_VALKEY = (8,)
_LEVELS: tuple[Durability, ...] = ("volatile", "replicated", "everysec", "fsync")

_VOLATILE = "set ONRECORD_ALLOW_VOLATILE=true if events may be lost"


async def inspect(
    driver: RedisDriver, *, allow_volatile: bool = False, level: Durability | None = None
) -> Durability:
    """How durable an acknowledged append is; with several servers, on the weakest.

    `fsync`: written to the disk before the answer. `everysec`: the last second may be lost.
    `replicated`: this server keeps no append-only file, but had a replica connected when it was
    asked; what was not yet passed on may be lost. `volatile`, where that is allowed: anything.
    `level` is taken instead of an answer that the server may not give (managed servers forbid
    CONFIG GET). Raises `UnfitServer` with what to do, `LogUnavailable`.
    """
    servers = await driver.ask_servers("INFO")
    for server in servers:
        _check(server, driver.clustered)
    if level is None and any(server.get("aof_enabled") for server in servers):
        level = await _written(driver, allow_volatile)
    weakest = min((_level(server, level) for server in servers), key=_LEVELS.index)
    if weakest == "volatile" and not allow_volatile:
        raise UnfitServer(
            "The server would lose events: set appendonly to yes and appendfsync to always (or "
            f"everysec, which may lose the last second), or {_VOLATILE}."
        )
    return weakest


def _check(info: Mapping[str, Any], clustered: bool) -> None:
    name, version, oldest = _version(info)
    if version < oldest:
        raise UnfitServer(
            f"The server is {name} {_dotted(version)}: use Redis {_dotted(_OLDEST_REDIS)} or "
            f"later, or Valkey {_dotted(_OLDEST_VALKEY)} or later."
        )
    if info.get("role") != "master":
        raise UnfitServer("The server is a replica: give the address of its primary.")
    if info.get("cluster_enabled") and not clustered:
        raise UnfitServer("The server is part of a cluster: give its URL as redis+cluster://.")
    policy = info.get("maxmemory_policy")
    if policy != "noeviction":
        raise UnfitServer(
            f"The server would evict events when its memory is full (maxmemory-policy {policy}): "
            "set maxmemory-policy to noeviction."
        )


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


async def _written(driver: RedisDriver, allow_volatile: bool) -> Durability:
    """What the append-only files promise, by the weakest `appendfsync`."""
    try:
        answers = await driver.ask_servers("CONFIG GET", "appendfsync")
    except ErrorReply as error:
        if allow_volatile:
            return "volatile"
        raise UnfitServer(
            "The server does not let this user read appendfsync, so how durable an append is "
            "cannot be told: allow CONFIG GET (ACL SETUSER <user> +config|get), or "
            f"{_VOLATILE}. {error}"
        ) from error
    known: Mapping[object, Durability] = {"always": "fsync", "everysec": "everysec"}
    return min(
        (known.get(answer.get("appendfsync"), "volatile") for answer in answers),
        key=_LEVELS.index,
    )

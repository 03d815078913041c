"""Makes the driver for a URL, with its clients."""

from __future__ import annotations

from typing import Any, Final

from redis.asyncio import Redis, RedisCluster, UnixDomainSocketConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import RedisError

from events.errors import UnfitServer
from events.log.redis.driver.address import Address, read_address
from events.log.redis.driver.driver import ClusterDriver, Links, RedisDriver
from events.log.redis.driver.unix_connection import UnixConnection

__all__ = ["connect"]

CONNECT = 5.0
"""Seconds that connecting may take."""

_TOLD: Final = DriverInfo()
"""What a server is told of the driver. Each client that makes its own reads the package's metadata
for it, which takes as long as the rest of a client."""


def connect(url: str) -> RedisDriver:
    """A driver for `redis://`, `rediss://` or `unix://` (one server),
    `redis+sentinel://host:port,host:port/service[/db]` or `redis+cluster://host:port,...`; the
    last two with `?ssl=true` for TLS. Nothing is connected yet. Raises `UnfitServer` if the URL is
    not of these forms.

    Time-outs and retries in the URL's query are ignored: those set here ensure that no append is
    sent twice. `sentinel_username` and `sentinel_password` are for the Sentinels themselves.
    """
    try:
        address = read_address(url)
        if address.scheme == "redis+sentinel":
            return _sentinel_driver(address)
        if address.scheme == "redis+cluster":
            return _cluster_driver(address)
        return _driver(address)
    except (ValueError, TypeError, RedisError) as error:
        raise UnfitServer(f"The log's URL cannot be read: {error}") from error


def _limits() -> dict[str, Any]:
    # The client's own time-out uses asyncio.wait_for, which on Python 3.11 loses a cancellation
    # that comes together with the result. Therefore the time limits are set around it.
    return {
        "socket_timeout": None,
        "socket_connect_timeout": CONNECT,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "decode_responses": False,
        "max_connections": 1024,
        "driver_info": _TOLD,
    }


def _driver(address: Address) -> RedisDriver:
    options = dict(address.options)
    for host, port in address.hosts:
        options |= {"host": host, "port": port}
    links = Links()
    writer = Redis(**(options | _limits()), redis_connect_func=links.connect)
    reader = Redis(**(options | _limits()))
    for client in (writer, reader):
        if client.connection_pool.connection_class is UnixDomainSocketConnection:
            client.connection_pool.connection_class = UnixConnection
    return RedisDriver(links, writer, reader)


def _sentinel_driver(address: Address) -> RedisDriver:
    links = Links()
    access = {**address.access, **_limits()}
    options = {**address.options, **_limits()}
    sentinel = Sentinel(address.hosts, sentinel_kwargs=access)  # type: ignore[no-untyped-call]  # - the driver's own gap
    writer = sentinel.master_for(address.service, redis_connect_func=links.connect, **options)
    reader = sentinel.master_for(address.service, **options)
    return RedisDriver(links, writer, reader, sentinel)


def _cluster_driver(address: Address) -> RedisDriver:
    clients = []
    for _ in ("writer", "reader"):
        nodes = [ClusterNode(host, port) for host, port in address.hosts]
        clients.append(RedisCluster(startup_nodes=nodes, **{**address.options, **_limits()}))
    return ClusterDriver(Links(), *clients)

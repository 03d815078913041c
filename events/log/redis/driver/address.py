"""The addresses of the log's servers, parsed from a URL before anything is connected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["Address", "read_address"]

_PORTS = {"redis": 6379, "rediss": 6379, "redis+sentinel": 26379, "redis+cluster": 6379, "unix": 0}


class Address(NamedTuple):
    """Where to connect. `options` are the driver's for a connection to the log, `service` is
    Sentinel's name for the log's server, and `access` is for the Sentinels themselves; `hosts` is
    empty for a socket, whose path is among the options."""

    scheme: str
    hosts: tuple[tuple[str, int], ...]
    options: Mapping[str, Any]
    service: str
    access: Mapping[str, Any]


def _switch(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false.")
    return text == "true"


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValueError("must be a whole number.")
    return int(text)


_Parse = Callable[[str], object]

_OPTIONS: Mapping[str, _Parse] = {
    "client_name": str,
    "db": _number,
    "password": str,
    "socket_keepalive": _switch,
    "ssl_ca_certs": str,
    "ssl_ca_data": str,
    "ssl_cert_reqs": str,
    "ssl_certfile": str,
    "ssl_check_hostname": _switch,
    "ssl_ciphers": str,
    "ssl_keyfile": str,
    "username": str,
}
"""Options that every URL may have in its query."""
_CLUSTER: Mapping[str, _Parse] = {"ssl": _switch}
_SENTINEL: Mapping[str, _Parse] = {
    "sentinel_password": str,
    "sentinel_username": str,
    "ssl": _switch,
}
_OWN = {"redis+cluster": _CLUSTER, "redis+sentinel": _SENTINEL}

_DROPPED = {
    *("health_check_interval", "max_connections", "protocol", "retry_on_timeout"),
    *("socket_connect_timeout", "socket_timeout", "timeout"),
}
"""Options that are accepted but ignored. The driver's own time-outs and retries ensure that no
append is sent twice."""


def read_address(url: str) -> Address:
    """Parse a URL (see `connecting.connect`). Raises ValueError, which says what to write, if it is
    not valid."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS:
        known = ", ".join(f"{scheme}://" for scheme in _PORTS)
        raise ValueError(f"it begins with one of {known}.")
    options = _options(parts.query, {**_OPTIONS, **_OWN.get(parts.scheme, {})})
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    given = {"username": unquote(user), "password": unquote(password)}
    options |= {name: value for name, value in given.items() if value}
    service = ""
    if parts.scheme == "unix":
        options["unix_socket_path"] = unquote(parts.path)
    else:
        service, db = _path(parts.path, named=parts.scheme == "redis+sentinel")
        options = {"db": db} | options if parts.scheme != "redis+cluster" else options
    if parts.scheme == "rediss":
        options["ssl"] = True
    access = {
        name: options.pop(f"sentinel_{name}")
        for name in ("username", "password")
        if f"sentinel_{name}" in options
    }
    return Address(parts.scheme, _hosts(parts.scheme, hosts), options, service, access)


def _options(query: str, known: Mapping[str, _Parse]) -> dict[str, Any]:
    """The values in the query. Unknown names are refused, because they are most likely typing
    errors."""
    options: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name in _DROPPED:
            continue
        if name not in known:
            there = ", ".join(sorted(known))
            raise ValueError(f"it has no option {name!r}. Its options: {there}.")
        try:
            options[name] = known[name](text)
        except ValueError as error:
            raise ValueError(f"its option {name!r} {error}") from error
    return options


def _path(path: str, *, named: bool) -> tuple[str, int]:
    """The service's name, if the path begins with one, and the number of the database."""
    service, _, db = path.removeprefix("/").partition("/") if named else ("", "", path[1:])
    if named and not service:
        raise ValueError("redis+sentinel:// ends with the name of the service, like /mymaster.")
    if not re.fullmatch("[0-9]*", db):
        raise ValueError("a path ends with the number of the database, like /0.")
    return unquote(service), int(db or 0)


def _hosts(scheme: str, text: str) -> tuple[tuple[str, int], ...]:
    if scheme == "unix":
        return ()
    hosts = []
    for written in text.split(","):
        host = urlsplit(f"//{written}")
        hosts.append((host.hostname or "localhost", host.port or _PORTS[scheme]))
    return tuple(hosts)

"""Which `Host` a request may name.

If every program on this machine may call the service, web pages in a browser on this machine must
still not be able to. A page whose name was made to point here (DNS rebinding) sends its own name as
the host, and is therefore refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from service.http.requests import lines_by_name

__all__ = ["Hosts"]

_HOST = re.compile(rb"[0-9A-Za-z!$&'()*+,;=\-._~:\[\]@%]*")
"""The characters of a host and its port (RFC 3986, 3.2)."""
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """The names that are accepted; `*.example.org` is every name below it, `*` any name."""

    def __init__(self, allowed: Iterable[str], *, by_address: bool = False) -> None:
        """`by_address`: the address at which a connection arrived is accepted too. A page under
        that name must have been loaded from that address."""
        names = frozenset(name.lower() for name in allowed)
        self._any = "*" in names
        self._exact = frozenset(name for name in names if not name.startswith("*"))
        self._by_address = by_address
        self._below = tuple(name[1:] for name in names if name.startswith("*."))

    @classmethod
    def of(cls, allowed: tuple[str, ...], host: str) -> Hosts:
        """The names in the settings. If there are none, the service accepts the names of loopback
        and its own: `host`, on which it listens, and the address at which a client reached it."""
        if allowed:
            return cls(allowed)
        return cls((*_LOOPBACK, f"[{host}]" if ":" in host else host), by_address=True)

    def admit(self, scope: Any) -> bool:
        """Whether the request has exactly one `Host`, and it is accepted."""
        given = lines_by_name(scope).get(b"host", ())
        if len(given) != 1:
            return self._any and not given
        name = _name_of(given[0])
        if name is None:
            return False
        if self._any or name in self._exact or name.endswith(self._below):
            return True
        server = scope.get("server")
        return self._by_address and bool(server) and name.strip("[]") == _plain(server[0])


@lru_cache(256)
def _name_of(host: bytes) -> str | None:
    """The name without its port; None if it has characters that no host has."""
    if _HOST.fullmatch(host) is None:
        return None
    return _without_port(host.decode("latin-1")).lower().rstrip(".")


def _without_port(host: str) -> str:
    head, colon, port = host.rpartition(":")
    return head if colon and port.isdigit() and (":" not in head or head.endswith("]")) else host


def _plain(address: str) -> str:
    """The address in the form of a `Host`: an IPv4 address stays one, even if the socket serves
    both families."""
    return address.removeprefix("::ffff:") if "." in address else address.lower()

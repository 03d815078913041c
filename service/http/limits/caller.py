"""The caller for whom a request counts."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

__all__ = ["CALLER", "address_of", "counted_as", "network_of"]

CALLER: Final = "onrecord.caller"
"""In the scope of a request whose principal was proved: the principal's name. A request without it
counts for the client's address."""

_ONE_CLIENT: Final = 64
"""The bits of an IPv6 address that identify a network; clients choose the others freely."""


def counted_as(scope: Any) -> str:
    """The name under which the request counts: the principal's, or the client's address."""
    caller: str | None = scope.get(CALLER)
    return address_of(scope) if caller is None else caller


def address_of(scope: Any) -> str:
    """The client's address; for IPv6 its network."""
    client = scope["client"]
    return network_of(client[0]) if client else ""


@lru_cache(4_096)
def network_of(address: str) -> str:
    """The address itself; for IPv6 the network in which a client chooses its address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(ip_network((parsed, _ONE_CLIENT), strict=False))

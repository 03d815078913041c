"""What proxies say about a request: its client, and the address that the client requested.

Anybody can write these headers, so they count only from a peer in a trusted network. Each proxy
adds the address that it saw at the end of a list. So the list is read from the right, up to the
first address that is not trusted; the client may have written everything to the left of that.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from events.errors import Fault, InvalidInput
from service.http.requests import PREFIX, replace_headers
from service.settings.edge_values import parse_root_path

__all__ = ["Hop", "TrustedProxies"]

_PAIR: Final = re.compile(r'\s*([!#$%&\'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*))\s*')
_WITH_PORT: Final = re.compile(r"\[([^\]]+)\](?::\d+)?|([^:]+):\d+")
_SCHEMES: Final = ("http", "https")
_HEADERS: Final = {
    name: name.decode()
    for name in (
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
    )
}


class Hop(NamedTuple):
    """What one proxy says: its client, and how the request came. None: it does not say, or not in a
    usable form."""

    client: str | None = None
    scheme: str | None = None
    host: str | None = None


class TrustedProxies:
    """The networks whose proxies are believed."""

    def __init__(self, networks: Iterable[str], root_path: str = "") -> None:
        """`root_path` is the path prefix of requests whose proxy names none."""
        self._networks = [ipaddress.ip_network(network) for network in networks]
        self._root_path = root_path
        self._trusts = lru_cache(4_096)(self._is_trusted)

    def apply(self, scope: Any) -> None:
        """Write the client and its request's address into the scope: `client`, `scheme`, the header
        `Host` and PREFIX, the path prefix. A peer without an address is never trusted.

        Raises InvalidInput if a trusted proxy contradicts itself.
        """
        scope[PREFIX] = self._root_path
        peer = scope.get("client")
        client = _plain(peer[0]) if peer else ""
        scope["client"] = (client, 0)
        if client and self._networks and self._trusts(client):
            told = _told(scope["headers"])
            if told:
                scope["client"] = (self._believe(scope, client, told), 0)

    def _believe(self, scope: Any, peer: str, told: Mapping[str, str]) -> str:
        """Put what the proxies say into the scope. Returns the client's address."""
        hop = usual = self._followed(peer, _x_forwarded(told))
        if "forwarded" in told:
            hop = self._followed(peer, _forwarded(told["forwarded"]))
            if hop != usual and not _USUAL.isdisjoint(told):
                raise InvalidInput([Fault("", _DISAGREE)])
        if hop.scheme in _SCHEMES:
            scope["scheme"] = hop.scheme
        if hop.host:
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            replace_headers(scope, [(b"host", hop.host.encode("latin-1")), *others])
        if "x-forwarded-prefix" in told:
            scope[PREFIX] = _prefix(told["x-forwarded-prefix"])
        return hop.client or peer

    def _followed(self, peer: str, hops: Sequence[Hop]) -> Hop:
        """The hop that names the client: the first address, from the right, that is not trusted.
        What comes before a hop that names no address is not trustworthy."""
        found = Hop(peer)
        for hop in reversed(hops):
            found = hop._replace(client=hop.client or found.client)
            if hop.client is None or not self._trusts(hop.client):
                break
        return found

    def _is_trusted(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)


_USUAL: Final = frozenset(("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"))
_DISAGREE: Final = (
    "A proxy in front of this service sent Forwarded and X-Forwarded headers that do not say the "
    "same: the operator must have it remove those that it does not write itself."
)


def _told(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of proxies, each with all its lines joined."""
    told: dict[str, str] = {}
    for name, value in headers:
        if name in _HEADERS:
            text, before = value.decode("latin-1"), told.get(_HEADERS[name])
            told[_HEADERS[name]] = text if before is None else f"{before},{text}"
    return told


def _x_forwarded(told: Mapping[str, str]) -> list[Hop]:
    """The hops of the X-Forwarded headers. A list of schemes or hosts that is as long as the list
    of clients belongs to it hop by hop; of any other list the last member counts."""
    clients = _members(told.get("x-forwarded-for", "")) or [""]

    def beside(name: str) -> list[str | None]:
        members = _members(told.get(name, ""))
        if len(members) == len(clients):
            return [*members]
        return [members[-1] if members else None] * len(clients)

    schemes, hosts = beside("x-forwarded-proto"), beside("x-forwarded-host")
    return [
        Hop(_address(client), scheme.lower() if scheme else None, host)
        for client, scheme, host in zip(clients, schemes, hosts, strict=True)
    ]


def _forwarded(text: str) -> list[Hop]:
    """The hops of `Forwarded` (RFC 7239, 4). A malformed part names nobody."""
    hops: list[Hop] = []
    members: dict[str, str] = {}
    place, ending = 0, ","
    while place <= len(text) and text:
        found = _PAIR.match(text, place)
        if found is not None:
            quoted = found[2]
            value = found[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            members[found[1].lower()] = value
            place = found.end()
        ending = text[place : place + 1]
        if ending == ";":
            place += 1
            continue
        if ending not in ("", ","):
            return [Hop()]
        hops.append(_hop(members))
        members = {}
        place += 1
    return hops


def _hop(members: Mapping[str, str]) -> Hop:
    scheme = members.get("proto", "").lower() or None
    return Hop(_address(members.get("for", "")), scheme, members.get("host") or None)


def _members(text: str) -> list[str]:
    return [member.strip() for member in text.split(",")] if text.strip() else []


def _prefix(text: str) -> str:
    """The prefix that the last proxy names. Raises InvalidInput."""
    try:
        return parse_root_path(text.rpartition(",")[2].strip())
    except ValueError as error:
        raise InvalidInput([Fault("", f"X-Forwarded-Prefix {error}")]) from error


def _address(node: str) -> str | None:
    """The address of a node, without its port; None for a name, `unknown` or anything else."""
    found = _WITH_PORT.fullmatch(node)
    text = (found[1] or found[2]) if found else node
    return None if _parsed(text) is None else _plain(text)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(4_096)
def _plain(text: str) -> str:
    """The canonical spelling of an address: an IPv4 address is not written as IPv6, and the zone of
    an address is left out. Other texts are unchanged."""
    address = _parsed(text)
    return text if address is None else str(address)

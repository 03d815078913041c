"""Who asks, and for which address: what trusted proxies say of it, and no one else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput
from service.http.edge.proxies import TrustedProxies
from service.http.requests import PREFIX
from tests.rows import each_row

PROXY = "10.0.0.1"
PROXIES = TrustedProxies(["10.0.0.0/8", "fd00::/8"])


def settled(
    *headers: tuple[str, str], peer: str | None = PROXY, by: TrustedProxies = PROXIES
) -> dict[str, Any]:
    """The scope of a request from `peer` with these headers, once it is settled."""
    scope: dict[str, Any] = {
        "client": None if peer is None else (peer, 4711),
        "scheme": "http",
        "headers": [(b"host", b"inside:8000")]
        + [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    by.apply(scope)
    return scope


def client_of(*headers: tuple[str, str], peer: str | None = PROXY) -> str:
    return str(settled(*headers, peer=peer)["client"][0])


ADDRESSES = st.ip_addresses().map(str)
OUTSIDE = st.ip_addresses(network="203.0.113.0/24").map(str)
INSIDE = st.ip_addresses(network="10.0.0.0/8").map(str)


@given(st.lists(st.one_of(ADDRESSES, st.text('abc,;="1.:', max_size=12)), max_size=5), OUTSIDE)
def test_a_client_cannot_choose_its_address(claimed: list[str], client: str) -> None:
    """Whatever a client writes into the headers, the trusted proxy's own entry behind it counts."""
    usual = ", ".join([*claimed, client])
    assert client_of(("X-Forwarded-For", usual)) == client
    lines = [("X-Forwarded-For", text) for text in (*claimed, client)]
    assert client_of(*lines) == client


@given(st.lists(ADDRESSES, max_size=4), OUTSIDE)
def test_a_peer_that_is_not_trusted_is_the_client(claimed: list[str], client: str) -> None:
    """Without a trusted proxy no header counts, whatever it is about."""
    scope = settled(
        ("X-Forwarded-For", ", ".join([*claimed, "198.51.100.7"])),
        ("Forwarded", "for=198.51.100.7;host=evil.example;proto=https"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Prefix", "/evil"),
        peer=client,
    )
    assert scope["client"] == (client, 0)
    assert dict(scope["headers"])[b"host"] == b"inside:8000"
    assert (scope["scheme"], scope[PREFIX]) == ("http", "")


@given(OUTSIDE, st.lists(INSIDE, max_size=4))
def test_a_chain_of_trusted_proxies_leads_to_the_client(client: str, chain: list[str]) -> None:
    """The list is read from the right through all trusted proxies, in either header, also where
    each has added a line of its own."""
    nodes = ["6.6.6.6", client, *chain]
    assert client_of(*(("X-Forwarded-For", node) for node in nodes)) == client
    assert client_of(*(("Forwarded", f"for={node}") for node in nodes)) == client
    assert client_of(("X-Forwarded-For", ",".join(nodes))) == client
    assert client_of(("Forwarded", ", ".join(f"for={node}" for node in nodes))) == client


@each_row(
    ("text", "client"),
    [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", PROXY),
        ("_hidden", PROXY),
        ("203.0.113.9, unknown", PROXY),
        ("203.0.113.9, unknown, 10.0.0.7", "10.0.0.7"),
        ("203.0.113.9,", PROXY),
        ("", PROXY),
        ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
    ],
)
def test_forms_of_an_address(text: str, client: str) -> None:
    """Ports and other spellings are the same address; what is no address is not looked behind."""
    assert client_of(("X-Forwarded-For", text)) == client


@each_row(
    ("text", "client"),
    [
        ('for="[2001:db8::1]:4711"', "2001:db8::1"),
        ("For=203.0.113.9; Proto=https ;by=10.0.0.1", "203.0.113.9"),
        ('for="203.0.113.9";secret="a,b;for=6.6.6.6"', "203.0.113.9"),
        ('for=6.6.6.6, for="203.0.113.9, for=10.0.0.3', PROXY),
        ("for=203.0.113.9 for=6.6.6.6", PROXY),
        ("for=", PROXY),
        ('for="\\203.0.113.9"', "203.0.113.9"),
    ],
)
def test_forwarded_is_read_as_the_standard_has_it(text: str, client: str) -> None:
    """Quotes, spaces and other members are RFC 7239's; what is malformed names nobody."""
    assert client_of(("Forwarded", text)) == client


def test_host_and_scheme_are_those_of_the_client() -> None:
    """Where each proxy adds its own, those beside the client's address count."""
    scope = settled(
        ("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.7"),
        ("X-Forwarded-Proto", "http, HTTPS, http"),
        ("X-Forwarded-Host", "evil.example, news.example:444, inside"),
    )
    assert (scope["scheme"], dict(scope["headers"])[b"host"]) == ("https", b"news.example:444")
    scope = settled(("Forwarded", 'for=203.0.113.9;proto=https;host="news.example:444"'))
    assert (scope["scheme"], dict(scope["headers"])[b"host"]) == ("https", b"news.example:444")
    assert settled(("X-Forwarded-Proto", "https"))["scheme"] == "https"
    assert settled(("X-Forwarded-Proto", "gopher"))["scheme"] == "http"


@each_row(
    "forged", ["for=6.6.6.6", "for=203.0.113.9;host=evil.example", "for=203.0.113.9;proto=https"]
)
def test_a_header_that_the_proxy_passed_on_is_not_believed(forged: str) -> None:
    """A proxy that writes one header may pass the other one on as the client wrote it."""
    with pytest.raises(InvalidInput, match="remove those that it does not write"):
        settled(("X-Forwarded-For", "203.0.113.9"), ("Forwarded", forged))
    both = settled(("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"))
    assert both["client"][0] == "203.0.113.9"


def test_a_prefix_is_a_path() -> None:
    """The last proxy's counts, in place of the setting; what would lead elsewhere is refused."""
    own = TrustedProxies(["10.0.0.0/8"], "/own")
    assert settled(by=own)[PREFIX] == "/own"
    assert settled(("X-Forwarded-Prefix", "/evil, /desk/"), by=own)[PREFIX] == "/desk"
    for wrong in ("//evil.example", "desk", "/a b", "/../x", "/v1/timelines", '/"x'):
        with pytest.raises(InvalidInput, match="X-Forwarded-Prefix must"):
            settled(("X-Forwarded-Prefix", wrong))


def test_a_peer_without_an_address_is_believed_in_nothing() -> None:
    """Such as one behind a Unix socket: its client is not known."""
    assert client_of(("X-Forwarded-For", "203.0.113.9"), peer=None) == ""


def test_addresses_of_the_peer_have_one_spelling() -> None:
    """A socket of both families shows IPv4 as IPv6: the networks and the address are IPv4's."""
    assert client_of(("X-Forwarded-For", "203.0.113.9"), peer="::ffff:10.0.0.1") == "203.0.113.9"
    assert client_of(peer="::ffff:192.0.2.1") == "192.0.2.1"
    assert client_of(peer="fe80::1%eth0") == "fe80::1"

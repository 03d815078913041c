"""For whom a request counts."""

from __future__ import annotations

from service.http.limits.caller import CALLER, counted_as


def test_an_address_counts_where_nobody_is_known() -> None:
    """Of IPv6 it is the network, in which a client may take any address; a principal wins."""
    for address, caller in (
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("", ""),
    ):
        assert counted_as({"client": (address, 0)}) == caller
        assert counted_as({"client": (address, 0), CALLER: "key:desk"}) == "key:desk"
    assert counted_as({"client": None}) == ""

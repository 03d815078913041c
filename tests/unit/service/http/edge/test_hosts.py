"""Which hosts are answered to."""

from __future__ import annotations

from typing import Any

import pytest

from service.http.edge.hosts import Hosts
from tests.rows import each_row


def _asked(*hosts: str, at: str = "127.0.0.1") -> dict[str, Any]:
    """A request that reached the service at this address."""
    return {"headers": [(b"host", host.encode()) for host in hosts], "server": (at, 8000)}


@each_row(
    "host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST.", "[::1]"]
)
def test_loopback_answers_to_its_names(host: str) -> None:
    """Unless settings say otherwise, a service on loopback answers to loopback's names."""
    assert Hosts.of((), "127.0.0.1").admit(_asked(host))


@each_row(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "", "[::2]"]
)
def test_loopback_answers_to_no_other(host: str) -> None:
    """A page whose name was made to point to this machine is refused."""
    assert not Hosts.of((), "127.0.0.1").admit(_asked(host))


@pytest.mark.parametrize("at", ["192.0.2.7", "::ffff:192.0.2.7"])
def test_a_service_for_others_answers_to_its_address(at: str) -> None:
    """It cannot know its names, so that they have to be set: no name is accepted but loopback's."""
    hosts = Hosts.of((), "0.0.0.0")
    assert hosts.admit(_asked("192.0.2.7:8000", at=at))
    assert hosts.admit(_asked("localhost:8000", at=at))
    for other in ("any.example", "192.0.2.8", "192.0.2.7.evil.example", "::ffff:192.0.2.7"):
        assert not hosts.admit(_asked(other, at=at))
    assert Hosts.of((), "::").admit(_asked("[fd00::7]:8000", at="fd00::7"))
    assert not Hosts.of(("a.example",), "0.0.0.0").admit(_asked("192.0.2.7", at=at))


def test_settings_win() -> None:
    """The names in the settings are the only ones; a star stands for any label in front."""
    hosts = Hosts.of(("a.example", "*.b.example"), "127.0.0.1")
    assert hosts.admit(_asked("A.example:80"))
    assert hosts.admit(_asked("x.y.b.example"))
    assert not hosts.admit(_asked("b.example"))
    assert not hosts.admit(_asked("localhost"))
    assert Hosts.of(("*",), "127.0.0.1").admit(_asked("any.example"))


@each_row("host", ["two words", "a.example\xff", "<a>.b.example", "a/b.example"])
def test_what_is_no_host_is_refused(host: str) -> None:
    """Also where every name is accepted, or every one below a name."""
    assert not Hosts.of(("*",), "127.0.0.1").admit(_asked(host))
    assert not Hosts.of(("*.example",), "127.0.0.1").admit(_asked(host))


def test_a_request_has_one_host() -> None:
    """None or two are refused, as it cannot be known which one was meant."""
    hosts = Hosts.of((), "127.0.0.1")
    assert not hosts.admit(_asked())
    assert not hosts.admit(_asked("localhost", "localhost"))

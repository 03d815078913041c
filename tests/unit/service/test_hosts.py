"""Which hosts are answered to."""

from __future__ import annotations

import pytest

from service.hosts import Hosts


def _asked(*hosts: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", host.encode()) for host in hosts]


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST.", "[::1]"]
)
def test_loopback_answers_to_its_names(host: str) -> None:
    """Unless settings say otherwise, a service on loopback answers to loopback's names."""
    assert Hosts.of((), "127.0.0.1", everywhere=False).admit(_asked(host))


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "", "[::2]"]
)
def test_loopback_answers_to_no_other(host: str) -> None:
    """A page whose name was made to point to this machine is refused."""
    assert not Hosts.of((), "127.0.0.1", everywhere=False).admit(_asked(host))


def test_what_is_open_answers_to_any_name() -> None:
    """Who says that it is open is asked by names that are not known beforehand."""
    assert Hosts.of((), "0.0.0.0", everywhere=True).admit(_asked("any.example"))


def test_settings_win() -> None:
    """The names in the settings are the only ones; a star stands for any label in front."""
    hosts = Hosts.of(("a.example", "*.b.example"), "127.0.0.1", everywhere=False)
    assert hosts.admit(_asked("A.example:80"))
    assert hosts.admit(_asked("x.y.b.example"))
    assert not hosts.admit(_asked("b.example"))
    assert not hosts.admit(_asked("localhost"))
    assert Hosts.of(("*",), "127.0.0.1", everywhere=False).admit(_asked("any.example"))


def test_a_request_has_one_host() -> None:
    """None or two are refused, as it cannot be known which one was meant."""
    hosts = Hosts.of((), "127.0.0.1", everywhere=False)
    assert not hosts.admit([])
    assert not hosts.admit(_asked("localhost", "localhost"))

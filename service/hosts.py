"""Which `Host` a request may be addressed to.

A service that is open to everyone on this machine must not be open to every web page that a
browser on this machine shows: a page whose name was made to point here (DNS rebinding) sends its
own name as the host, and is refused by it.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Hosts"]

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """The names that are answered to; `*.example.org` is any below, `*` any at all."""

    def __init__(self, allowed: Iterable[str]) -> None:
        names = frozenset(name.lower() for name in allowed)
        self._any = "*" in names
        self._exact = frozenset(name for name in names if not name.startswith("*"))
        self._below = tuple(name[1:] for name in names if name.startswith("*."))

    @classmethod
    def of(cls, allowed: tuple[str, ...], host: str, *, everywhere: bool) -> Hosts:
        """What the settings say; where they say nothing, a service on loopback answers to the
        names of loopback, one that is open `everywhere` to any."""
        if allowed or everywhere:
            return cls(allowed or ("*",))
        return cls((*_LOOPBACK, f"[{host}]" if ":" in host else host))

    def admit(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether the request has one `Host`, and one that is answered to."""
        given = [value for name, value in headers if name == b"host"]
        if len(given) > 1:
            return False
        if self._any:
            return True
        if not given:
            return False
        name = _without_port(given[0].decode("latin-1")).lower().rstrip(".")
        return name in self._exact or name.endswith(self._below)


def _without_port(host: str) -> str:
    head, colon, port = host.rpartition(":")
    return head if colon and port.isdigit() and (":" not in head or head.endswith("]")) else host

"""Which web pages may call the service from a browser.

A browser names the site of the page in the header `Origin`. Our own page may do everything, pages
of allowed origins may call the API, and those of other sites can neither read an answer nor change
anything. Programs send no `Origin`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from service.http.answers import ReadyResponse
from service.http.requests import lines_by_name

__all__ = ["Origins"]

_HARMLESS: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
"""Methods that change nothing."""
_PORTS: Final = {"http": "80", "https": "443"}
_EXPOSED: Final = (
    *("Allow", "Content-Disposition", "ETag", "Last-Modified", "Onrecord-Checkpoint"),
    *("Onrecord-Log", "Onrecord-Loss", "Onrecord-Revision"),
    *("RateLimit", "RateLimit-Policy", "Retry-After"),
)
"""Headers of an answer that pages of other origins may read."""
_REMEMBERED: Final = "600"
"""Seconds for which a browser may reuse the answer."""


class Origins:
    """Our own origin, which is the origin of each request's address, and the `allowed` ones; `*` is
    every origin."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(origin.lower() for origin in allowed)
        self._any = "*" in self._allowed
        self.are_allowed = bool(self._allowed)
        """Whether pages of any other origin may read an answer."""

    def is_foreign(self, scope: Any) -> bool:
        """Whether the request would change something on behalf of a page that may not do so."""
        if scope["method"] in _HARMLESS:
            return False
        given = _values(scope, b"origin")
        return bool(given) and not (len(given) == 1 and self._may_call(given[0], scope))

    def preflight(self, scope: Any) -> ReadyResponse | None:
        """The answer to a browser's preflight for a page of an allowed origin; None if the request
        is not one."""
        if scope["method"] != "OPTIONS" or not _values(scope, b"access-control-request-method"):
            return None
        given = _values(scope, b"origin")
        if len(given) != 1 or not self._is_allowed(given[0]):
            return None
        asked = ", ".join(_values(scope, b"access-control-request-headers"))
        headers = {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE",
            "Access-Control-Max-Age": _REMEMBERED,
        }
        if asked.isascii() and asked.isprintable() and asked:
            headers["Access-Control-Allow-Headers"] = asked
        return ReadyResponse(b"", 200, headers, "text/plain")

    def shared(self, scope: Any) -> list[tuple[bytes, bytes]]:
        """The headers with which a page of an allowed origin may read the answer."""
        given = _values(scope, b"origin")
        if len(given) != 1 or not self._is_allowed(given[0]):
            return []
        origin = b"*" if self._any else given[0].encode("latin-1")
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", ", ".join(_EXPOSED).encode()),
        ]

    def _may_call(self, origin: str, scope: Any) -> bool:
        return self._is_allowed(origin) or _is_own(origin, scope)

    def _is_allowed(self, origin: str) -> bool:
        return self._any or origin.lower() in self._allowed


def _is_own(origin: str, scope: Any) -> bool:
    """Whether the origin is the origin of the request's own address. Only a trusted proxy can say
    that a request came by https; without that the scheme is unknown and not compared."""
    scheme, _, place = origin.partition("://")
    hosts = _values(scope, b"host")
    if len(hosts) != 1 or scheme not in _PORTS:
        return False
    if scope["scheme"] == "https" and scheme != "https":
        return False
    return _with_port(place, scheme) == _with_port(hosts[0], scheme)


def _with_port(place: str, scheme: str) -> tuple[str, str]:
    host, colon, port = place.lower().rpartition(":")
    if not colon or not port.isdigit():
        host, port = place.lower(), _PORTS[scheme]
    return host.rstrip("."), port


def _values(scope: Any, name: bytes) -> list[str]:
    return [value.decode("latin-1") for value in lines_by_name(scope).get(name, ())]

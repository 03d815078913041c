"""Errors of the connection, as errors of the client."""

from __future__ import annotations

from typing import Final

import httpx

from service.client.errors import Unreachable, Untrusted
from service.client.transport.trust import advice_on, refused_certificate, tls_reason

__all__ = ["unreachable"]

_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def unreachable(url: str, error: httpx.TransportError) -> Unreachable:
    """The error for the server at `url`: what failed, and whether a request may have arrived."""
    refused = refused_certificate(error)
    if refused is not None:
        return Untrusted(url, refused.verify_message, advice_on(refused))
    return Unreachable(url, _reason(error), sent=not isinstance(error, _NEVER_SENT))


def _reason(error: httpx.TransportError) -> str:
    """The cause in words: httpx says little, or only the number of the system's error."""
    match error:
        case httpx.ConnectTimeout():
            return "it did not answer the call in time"
        case httpx.TimeoutException():
            return "it took too long to answer"
        case httpx.ConnectError():
            return tls_reason(error) or str(error) or "no server is there"
        case _:
            return str(error) or "the connection broke"

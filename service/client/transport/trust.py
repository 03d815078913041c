"""Which certificates a client accepts, and what to do if it does not accept one."""

from __future__ import annotations

import ssl
from typing import Final
from urllib.parse import urlsplit

import httpx

__all__ = ["advice_on", "refused_certificate", "tls_reason", "trust_for"]

_EXPIRED: Final = frozenset({9, 10})
_MISMATCH: Final = frozenset({62, 63, 64})
"""OpenSSL's X509_V_ERR_ numbers: not yet valid and expired; another host, mail or IP address."""


def trust_for(url: str) -> ssl.SSLContext:
    """A context for the server at `url`. It trusts the authorities that come with the client, those
    of the system, and those in SSL_CERT_FILE and SSL_CERT_DIR. OpenSSL reads these two from the
    environment itself.

    An http server shows no certificate, so its context trusts nobody: reading the authorities takes
    longer than a short command."""
    if urlsplit(url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def refused_certificate(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The certificate refusal that caused `error`; None if the cause is another one."""
    cause = _cause(error)
    return cause if isinstance(cause, ssl.SSLCertVerificationError) else None


def tls_reason(error: BaseException) -> str | None:
    """Why no encrypted connection could be made, in words; None if the cause is another one."""
    cause = _cause(error)
    if cause is None:
        return None
    if cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "it does not answer in TLS; perhaps http:// is meant"
    return f"TLS with it failed ({(cause.reason or str(cause)).lower().replace('_', ' ')})"


def advice_on(refused: ssl.SSLCertVerificationError) -> str:
    """A sentence on what to do about a certificate that was refused."""
    if refused.verify_code in _MISMATCH:
        return "Name the server as its certificate does."
    if refused.verify_code in _EXPIRED:
        return "Have it renewed, or set the clock of this machine right."
    return (
        "If an authority of your own signed it, name that authority's certificate (PEM) with "
        "SSL_CERT_FILE, or a folder of them, as c_rehash makes it, with SSL_CERT_DIR."
    )


def _cause(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS error that another one wraps."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error

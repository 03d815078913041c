"""The header that sets a cookie. The value of a session's cookie is stamped in
`service.access.sessions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from service.http.requests import prefix_of

__all__ = ["cookie_header"]


def cookie_header(
    scope: Mapping[str, Any],
    name: str,
    value: str,
    seconds: int,
    same_site: Literal["Strict", "Lax"] = "Strict",
) -> str:
    """The value of `Set-Cookie` for an answer to the request of that scope. Scripts cannot read the
    cookie; if the request came over https, the cookie is sent over https only. With 0 seconds, the
    cookie is removed."""
    path = prefix_of(scope) or "/"
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    rules = f"; Path={path}; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}"
    return f"{name}={value}{rules}"

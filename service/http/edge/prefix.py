"""The path prefix under which a proxy shows the service."""

from __future__ import annotations

from typing import Any

from service.http.requests import prefix_of

__all__ = ["enter"]


def enter(scope: Any) -> None:
    """Remove the prefix from the request's path if a proxy has passed it on. A proxy that removes
    it itself works too, because no path of the service begins with a prefix."""
    prefix: str = prefix_of(scope)
    path: str = scope["path"]
    if not prefix or not (path == prefix or path.startswith(f"{prefix}/")):
        return
    raw: bytes = scope.get("raw_path") or path.encode()
    if raw.startswith(prefix.encode()):
        scope["path"] = path[len(prefix) :] or "/"
        scope["raw_path"] = raw[len(prefix) :] or b"/"

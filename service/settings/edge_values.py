"""Parsers of the settings of the service's edge: proxies, the path prefix and limits."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

__all__ = ["OWN_PATHS", "parse_root_path", "parse_streams", "parse_trusted_proxies"]

OWN_PATHS: Final = frozenset(
    (
        *("docs", "embed", "health", "metrics", "openapi.json"),
        *("page", "problems", "sign-in", "t", "v1"),
    )
)
"""The first parts of the service's own paths. A path prefix that begins with one of them would make
paths with and without the prefix ambiguous."""

_PREFIX: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)*")


def parse_trusted_proxies(text: str) -> tuple[str, ...]:
    """Networks in CIDR notation, or single addresses, separated by commas."""
    items = [item.strip() for item in text.split(",")] if text.strip() else []
    try:
        return tuple(str(ipaddress.ip_network(item)) for item in items)
    except ValueError as error:
        raise ValueError(
            "must be addresses or networks separated by commas, without bits beyond the mask, "
            "such as 127.0.0.1,10.0.0.0/8,fd00::/8."
        ) from error


def parse_root_path(text: str) -> str:
    """A path prefix without a trailing slash; empty for none."""
    prefix = text.rstrip("/") if text.startswith("/") else text
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(
            "must be a path such as /onrecord: parts of letters, digits and . _ ~ -, each "
            "after a slash."
        )
    first = prefix[1:].partition("/")[0]
    if first in OWN_PATHS:
        raise ValueError(
            f"must not begin with /{first}, as paths of the service itself do: choose another one."
        )
    return prefix


def parse_streams(text: str) -> int | None:
    """How many live streams a caller may have open; None for `off` and 0."""
    if text.lower() in ("off", "0"):
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise ValueError("must be a number from 1 to 9,999,999, or off.")
    return int(text)

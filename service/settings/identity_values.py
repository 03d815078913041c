"""Parsers of the settings of signing in by OpenID Connect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from events.errors import Fault
from service.settings.values import is_loopback

__all__ = ["faults_of_identity", "parse_claim", "parse_client_text", "parse_issuer"]

_SEEN: Final = re.compile(r"[\x21-\x7e]{1,512}")
_CLAIM: Final = re.compile(r"[\x21-\x7e]{1,200}")


def parse_issuer(text: str) -> str:
    """The issuer's own address: https, or http on loopback."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        parts, host = urlsplit(""), ""
    is_plain = text.isprintable() and " " not in text and not (parts.query or parts.fragment)
    if not (host and is_plain and parts.scheme in ("http", "https")):
        raise ValueError("must be the issuer's address, such as https://login.example.org.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must be an https address: only an issuer on this machine may use http.")
    return text


def parse_client_text(text: str) -> str:
    """The id or the secret that the issuer gave to this service."""
    if not _SEEN.fullmatch(text):
        raise ValueError("must be what the issuer gave to this service: visible ASCII characters.")
    return text


def parse_claim(text: str) -> str:
    """The name of a claim."""
    if not _CLAIM.fullmatch(text):
        raise ValueError("must be the name of a claim, such as groups.")
    return text


def faults_of_identity(values: Mapping[str, Any]) -> list[Fault]:
    """Faults for settings that are missing beside the given ones."""
    given = {name for name in values if name.startswith("oidc_")}
    if not given:
        return []
    needed = {"oidc_issuer": "the issuer's address", "oidc_client_id": "this service's id there"}
    return [
        Fault(f"ONRECORD_{name.upper()}", f"is missing: {what}. Signing in needs it.")
        for name, what in needed.items()
        if name not in given
    ]

"""Parsers of settings: each turns a text into a value, or raises a `ValueError` that says what to
write.

The messages never repeat the text, because it may be a secret.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

__all__ = [
    "HIDDEN",
    "REDIS_SCHEMES",
    "is_loopback",
    "mask_url",
    "number_between",
    "one_of",
    "parse_allowed_hosts",
    "parse_cors_origins",
    "parse_folder",
    "parse_host",
    "parse_key",
    "parse_origin",
    "parse_redis_url",
    "parse_seal_key",
    "parse_server_url",
    "parse_switch",
]

HIDDEN: Final = "***"
REDIS_SCHEMES: Final = ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster")

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOSTNAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")
_PLACE = re.compile(rf"(?:\[[0-9A-Fa-f:.]+\]|{_LABEL}(?:\.{_LABEL})*)(?::([0-9]{{1,5}}))?")
_ORIGIN = re.compile(r"[a-z0-9.-]+(/[a-z0-9._-]+)*")
_SEAL_KEY = re.compile(r"[0-9A-Fa-f]{64}")
_KEY = re.compile(r"[\x21-\x7e]{1,512}")
_SWITCH: Final = {
    "true": True, "yes": True, "on": True, "1": True,
    "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip


def parse_host(text: str) -> str:
    """An address or a host name to listen on; IPv6 without brackets."""
    if _address(text) is None and not _HOSTNAME.fullmatch(text):
        raise ValueError("must be an IP address or a host name, such as 127.0.0.1 or ::1.")
    return text


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`: 127.0.0.0/8, ::1, localhost."""
    address = _address(host)
    if address is None:
        return host.lower() == "localhost"
    # The IPv4-mapped forms (::ffff:127.0.0.1) are left out, because systems differ in what they
    # bind.
    return address.is_loopback and (address.version == 4 or int(address) == 1)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def number_between(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}.")
        return int(text)

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """A parser of one word out of `words`, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"must be one of {', '.join(words)}.")
        return text.lower()

    return parse


def parse_switch(text: str) -> bool:
    """true, yes, on, 1 or false, no, off, 0, in any case."""
    if text.lower() not in _SWITCH:
        raise ValueError("must be true or false.")
    return _SWITCH[text.lower()]


def parse_folder(text: str) -> Path:
    """An absolute path. A relative path starts at the current directory; `~` is the home folder."""
    if not text or "\0" in text or not _is_utf8(text):
        raise ValueError("must be the path of a folder, in UTF-8.")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError("begins with ~, but that home folder is not known.") from error


def _is_utf8(text: str) -> bool:
    """Whether the text has no surrogates, which Python uses for bytes that are not UTF-8."""
    return text == text.encode(errors="replace").decode()


def parse_origin(text: str) -> str:
    """The first part of every checkpoint's origin line."""
    if not _ORIGIN.fullmatch(text):
        raise ValueError(
            "must be lower-case letters, digits, dots and hyphens, with further parts "
            "after a slash, such as example.org/onrecord."
        )
    return text


def parse_seal_key(text: str) -> bytes:
    """32 bytes from 64 hex digits."""
    if not _SEAL_KEY.fullmatch(text):
        raise ValueError(
            "must be 64 hex digits: the content of seal.key in the data folder where the log "
            "was created."
        )
    return bytes.fromhex(text)


def parse_allowed_hosts(text: str) -> tuple[str, ...]:
    """Host names that requests may be addressed to, without port; a leading `*.` includes all
    subdomains."""
    hosts = _items(text)
    for host in hosts:
        if host != "*" and not _HOSTNAME.fullmatch(host.removeprefix("*.")):
            raise ValueError(
                "must be host names separated by commas, without scheme or port, such as "
                "onrecord.example.org,*.example.net; or * for any."
            )
    return tuple(host.lower() for host in hosts)


def parse_cors_origins(text: str) -> tuple[str, ...]:
    """Web origins whose pages may call the API."""
    origins = _items(text)
    for origin in origins:
        scheme, _, place = origin.partition("://")
        if origin != "*" and (scheme not in ("http", "https") or not _is_place(place)):
            raise ValueError(
                "must be web origins separated by commas, without a path, such as "
                "https://news.example.org,http://localhost:3000; or * for any."
            )
    return origins


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",")) if text.strip() else ()


def _is_place(text: str) -> bool:
    """`host` or `host:port`, IPv6 in brackets."""
    match = _PLACE.fullmatch(text)
    return match is not None and (match[1] is None or 1 <= int(match[1]) <= 65_535)


def parse_redis_url(text: str) -> str:
    """The address of one or several Redis or Valkey servers, with one of `REDIS_SCHEMES`."""
    scheme, mark, rest = text.partition("://")
    if not mark or scheme not in REDIS_SCHEMES:
        known = ", ".join(f"{known}://" for known in REDIS_SCHEMES)
        raise ValueError(f"must begin with one of {known}.")
    if not text.isprintable() or " " in text:
        raise ValueError("must not hold spaces or control characters: percent-encode them.")
    authority, slash, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    places = authority.rpartition("@")[2]
    if scheme == "unix":
        if places or not (slash and path):
            raise ValueError("must name the socket by an absolute path: unix:///run/redis.sock.")
    elif not all(_is_place(place) for place in places.split(",")):
        raise ValueError(
            f"must have host or host:port after {scheme}://, and what is special in a password "
            "percent-encoded."
        )
    elif "," in places and scheme in ("redis", "rediss"):
        raise ValueError(
            f"names several servers, and {scheme}:// is for one: use redis+sentinel:// or "
            "redis+cluster://."
        )
    return text


def mask_url(url: str) -> str:
    """The URL with `***` in place of its passwords, in the authority or in the query."""
    url = re.sub(r"(://[^/?#:@]*:)[^/?#]*@", rf"\1{HIDDEN}@", url)
    head, mark, query = url.partition("?")
    members = [member.partition("=") for member in query.split("&")]
    shown = [
        f"{name}={HIDDEN}" if "pass" in unquote(name).lower() else f"{name}{equals}{value}"
        for name, equals, value in members
    ]
    return head + mark + "&".join(shown)


def parse_server_url(text: str) -> str:
    """The address of an onrecord server, without a slash at its end."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not _is_place(parts.netloc):
        raise ValueError("must be a server's address, such as http://127.0.0.1:8000.")
    if parts.query or parts.fragment or not text.isprintable() or " " in text:
        raise ValueError("must be a server's address only: no ?, no #, no spaces.")
    return text.rstrip("/")


def parse_key(text: str) -> str:
    """An API key."""
    if not _KEY.fullmatch(text):
        raise ValueError("must be an API key: visible ASCII characters only.")
    return text

"""The settings of the service and of its clients. `service.settings.environment` fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

from service.settings.rate import Rate
from service.settings.values import HIDDEN, mask_url

__all__ = ["ClientSettings", "GivenBy", "LogFormat", "LogLevel", "Settings", "ShownSetting"]

GivenBy = Literal["default", "environment", "file", "flag"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]
LogFormat = Literal["console", "json"]

_SECRETS: Final = frozenset({"seal_key", "key", "oidc_client_secret"})
_URLS: Final = frozenset({"redis_url", "url"})


class ShownSetting(NamedTuple):
    """A setting without its secrets, so that it may be shown to anybody.

    `name` is that of the variable; `value` is None if it is not set.
    """

    name: str
    value: str | None
    given_by: GivenBy


class _Maskable(msgspec.Struct, frozen=True, kw_only=True):
    """The base of both kinds of settings. Secrets are never shown, even in a traceback."""

    given_by: Mapping[str, GivenBy]

    def masked(self) -> list[ShownSetting]:
        """Every setting, with secrets hidden, and where its value comes from."""
        return [
            ShownSetting(f"ONRECORD_{name.upper()}", _show(name, getattr(self, name)), given_by)
            for name, given_by in self.given_by.items()
        ]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, _show(name, getattr(self, name))) for name in self.given_by]


class Settings(_Maskable, frozen=True, kw_only=True):
    """The settings of the service. If `redis_url` is None, the bundled Valkey in `data_dir` is
    used.

    `workers` is the number of processes that answer; `partitions` is the number for a new log,
    which keeps it for ever; `data_dir` is absolute; `body_limit` is in bytes, `scrub_interval` in
    seconds; `seal_key` is 32 bytes, or None if the key is in the data folder; `allowed_hosts`,
    `cors_origins`, `trusted_proxies` (networks) and `root_path` (a path prefix without a slash at
    its end) are empty if not set; `rate_anonymous` (of an address), `rate_key` (of a principal) and
    `streams` (of either, open at the same time) are None without a limit. People sign in at
    `oidc_issuer`, if there is one; `oidc_groups` is the claim with their groups.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    partitions: int = 16
    data_dir: Path
    redis_url: str | None = None
    origin: str = "onrecord.local"
    seal_key: bytes | None = None
    body_limit: int = 16 * 1024 * 1024
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    root_path: str = ""
    rate_anonymous: Rate | None = None
    rate_key: Rate | None = None
    streams: int | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_groups: str | None = None
    allow_volatile: bool = False
    scrub_interval: int = 3600
    log_level: LogLevel = "info"
    log_format: LogFormat


class ClientSettings(_Maskable, frozen=True, kw_only=True):
    """The settings of commands that call a server: its address and the API key."""

    url: str = "http://127.0.0.1:8000"
    key: str | None = None


def _show(name: str, value: object) -> str | None:
    if value is None:
        return None
    if name in _SECRETS:
        return HIDDEN
    if name in _URLS:
        return mask_url(str(value))
    if isinstance(value, tuple) and not isinstance(value, Rate):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)

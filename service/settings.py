"""What the service and its clients run with. `service.config` fills these in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

from service.setting_values import HIDDEN, mask_url

__all__ = ["ClientSettings", "GivenBy", "LogFormat", "LogLevel", "Settings", "ShownSetting"]

GivenBy = Literal["default", "environment", "file", "flag"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]
LogFormat = Literal["console", "json"]

_SECRETS: Final = frozenset({"seal_key", "key"})
_URLS: Final = frozenset({"redis_url", "url"})


class ShownSetting(NamedTuple):
    """A setting as it may be shown to anybody: `value` has no secret in it.

    `name` is the variable's, `value` is None where nothing is set.
    """

    name: str
    value: str | None
    given_by: GivenBy


class _Maskable(msgspec.Struct, frozen=True, kw_only=True):
    """What both kinds of settings share: no secret shows, neither here nor in a traceback."""

    given_by: Mapping[str, GivenBy]

    def masked(self) -> list[ShownSetting]:
        """Every setting, secrets hidden, and who gave it."""
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
    """What the service runs with. `redis_url` None: the bundled Valkey in `data_dir`.

    `data_dir` is absolute; `body_limit` is in bytes, `scrub_interval` in seconds; `seal_key` is 32
    bytes, None where the data folder has it; `allowed_hosts` and `cors_origins` are empty where
    nothing was said.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path
    redis_url: str | None = None
    open: bool = False
    origin: str = "onrecord.local"
    seal_key: bytes | None = None
    body_limit: int = 16 * 1024 * 1024
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    allow_volatile: bool = False
    scrub_interval: int = 3600
    log_level: LogLevel = "info"
    log_format: LogFormat


class ClientSettings(_Maskable, frozen=True, kw_only=True):
    """What the commands that talk to a server need: its address and the API key."""

    url: str = "http://127.0.0.1:8000"
    key: str | None = None


def _show(name: str, value: object) -> str | None:
    if value is None:
        return None
    if name in _SECRETS:
        return HIDDEN
    if name in _URLS:
        return mask_url(str(value))
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)

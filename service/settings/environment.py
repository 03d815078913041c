"""Settings: the only reader of the environment.

A setting has the first of these values that exists: that of a command-line flag, that of
`ONRECORD_<NAME>`, the content of the file that `ONRECORD_<NAME>_FILE` names, the default. All
errors are reported at once, each with the name of the variable or flag.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from events.errors import Fault, InvalidInput
from service.settings.certificates import wrong_certificates
from service.settings.cores import usable_cores
from service.settings.edge_values import parse_root_path, parse_streams, parse_trusted_proxies
from service.settings.identity_values import (
    faults_of_identity,
    parse_claim,
    parse_client_text,
    parse_issuer,
)
from service.settings.rate import Rate, parse_rate
from service.settings.settings import ClientSettings, GivenBy, Settings
from service.settings.values import (
    is_loopback,
    number_between,
    one_of,
    parse_allowed_hosts,
    parse_cors_origins,
    parse_folder,
    parse_host,
    parse_key,
    parse_origin,
    parse_redis_url,
    parse_seal_key,
    parse_server_url,
    parse_switch,
)

__all__ = [
    "ClientSettings",
    "ConfigError",
    "Settings",
    "load",
    "load_client",
    "load_client_from_environment",
    "load_folder_from_environment",
    "load_from_environment",
]

_PREFIX: Final = "ONRECORD_"
_FILE: Final = "_FILE"
_MEBIBYTE: Final = 1024 * 1024
_FILE_LIMIT: Final = 64 * 1024

_SERVER: Final[Mapping[str, Callable[[str], object]]] = {
    "host": parse_host,
    "port": number_between(0, 65_535),
    "workers": number_between(1, 256),
    "partitions": number_between(1, 256),
    "data_dir": parse_folder,
    "redis_url": parse_redis_url,
    "origin": parse_origin,
    "seal_key": parse_seal_key,
    "body_limit": number_between(1024, 1024 * _MEBIBYTE),
    "allowed_hosts": parse_allowed_hosts,
    "cors_origins": parse_cors_origins,
    "trusted_proxies": parse_trusted_proxies,
    "root_path": parse_root_path,
    "rate_anonymous": parse_rate,
    "rate_key": parse_rate,
    "streams": parse_streams,
    "oidc_issuer": parse_issuer,
    "oidc_client_id": parse_client_text,
    "oidc_client_secret": parse_client_text,
    "oidc_groups": parse_claim,
    "allow_volatile": parse_switch,
    "scrub_interval": number_between(1, 604_800),
    "log_level": one_of("debug", "info", "warning", "error", "critical"),
    "log_format": one_of("console", "json"),
}
_FOR_OTHERS: Final = {"rate_anonymous": Rate(20, 1), "streams": 100}
"""Defaults that differ if other machines can reach the service."""
_CLIENT: Final[Mapping[str, Callable[[str], object]]] = {
    "url": parse_server_url,
    "key": parse_key,
}


_FOLDER: Final[Mapping[str, Callable[[str], object]]] = {"data_dir": parse_folder}
_GONE: Final = {
    "ONRECORD_OPEN": "is not a setting any more: unset it. Writing takes a key, wherever the "
    "service listens; who may read without one is granted (`onrecord grants`).",
}
"""Settings of earlier versions, and what to use instead."""


class ConfigError(InvalidInput):
    """Invalid settings; the `path` of each fault is the variable or flag it is about."""


class _Given(NamedTuple):
    text: str
    by: GivenBy
    label: str


def load(environ: Mapping[str, str], *, terminal: bool = False, **flags: object) -> Settings:
    """The service's settings. A flag that is not None overrides the environment.

    `terminal` says whether logs go to a terminal, which decides the default of `log_format`. Raises
    `ConfigError` with all errors: unknown names and invalid values.
    """
    values, given_by, faults = _read(_SERVER, environ, flags)
    if faults := faults or faults_of_identity(values):
        raise ConfigError(faults)
    values.setdefault("workers", max(1, usable_cores() - 1))
    if not is_loopback(values.get("host", "127.0.0.1")):
        values = {**_FOR_OTHERS, **values}
    values.setdefault("data_dir", Path.cwd() / ".onrecord")
    values.setdefault("log_format", "console" if terminal else "json")
    return Settings(**values, given_by=given_by)


def load_client(environ: Mapping[str, str], **flags: object) -> ClientSettings:
    """The client's settings; settings that only the server needs are not checked. Raises
    `ConfigError` as `load` does."""
    values, given_by, faults = _read(_CLIENT, environ, flags)
    if str(values.get("url", "")).startswith("https://"):
        faults += wrong_certificates(environ)
    if faults:
        raise ConfigError(faults)
    return ClientSettings(**values, given_by=given_by)


def load_from_environment(**flags: object) -> Settings:
    """`load` from this process's environment."""
    return load(os.environ, terminal=sys.stderr.isatty(), **flags)


def load_client_from_environment(**flags: object) -> ClientSettings:
    """`load_client` from this process's environment."""
    return load_client(os.environ, **flags)


def load_folder_from_environment(data_dir: str | None = None) -> Path:
    """The data folder that the flag, the environment or the default names, for a command that talks
    to a server. Raises ConfigError."""
    values, _, faults = _read(_FOLDER, os.environ, {"data_dir": data_dir})
    if faults:
        raise ConfigError(faults)
    folder: Path = values.get("data_dir", Path.cwd() / ".onrecord")
    return folder


def _read(
    table: Mapping[str, Callable[[str], object]],
    environ: Mapping[str, str],
    flags: Mapping[str, object],
) -> tuple[dict[str, Any], dict[str, GivenBy], list[Fault]]:
    """The given values, the source of each of them, and the faults."""
    if strangers := flags.keys() - table.keys():
        raise TypeError(f"no such settings: {', '.join(sorted(strangers))}")
    values: dict[str, Any] = {}
    given_by: dict[str, GivenBy] = dict.fromkeys(table, "default")
    faults = _unknown(environ)
    for name, parse in table.items():
        try:
            given = _find(name, environ, flags)
        except ConfigError as error:
            faults.extend(error.faults)
            continue
        if given is None:
            continue
        try:
            values[name], given_by[name] = parse(given.text), given.by
        except ValueError as error:
            faults.append(Fault(given.label, str(error)))
    return values, given_by, faults


def _find(name: str, environ: Mapping[str, str], flags: Mapping[str, object]) -> _Given | None:
    if (flag := flags.get(name)) is not None:
        return _Given(str(flag), "flag", _flag(name))
    variable = _PREFIX + name.upper()
    pointer = variable + _FILE
    if variable in environ and pointer in environ:
        raise ConfigError([Fault(variable, f"is set, and {pointer} too: keep one of them.")])
    if variable in environ:
        return _Given(environ[variable], "environment", variable)
    if pointer in environ:
        return _Given(_read_file(pointer, environ[pointer]), "file", pointer)
    return None


def _read_file(pointer: str, path: str) -> str:
    """The text of the file, without a newline at its end."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(_FILE_LIMIT + 1)
        text = content.decode()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError([Fault(pointer, f"{path!r} cannot be read: {reason}.")]) from error
    except ValueError as error:  # a NUL in the path, or bytes that are not UTF-8
        raise ConfigError([Fault(pointer, f"{path!r} is not a file of UTF-8 text.")]) from error
    if len(content) > _FILE_LIMIT:
        raise ConfigError([Fault(pointer, f"{path!r} is larger than {_FILE_LIMIT} bytes.")])
    return text.removesuffix("\n").removesuffix("\r")


def _unknown(environ: Mapping[str, str]) -> list[Fault]:
    """Faults for variables with the service's prefix that are not settings: most likely typing
    errors, which would otherwise go unnoticed."""
    variables = [_PREFIX + name.upper() for name in (*_SERVER, *_CLIENT)]
    known = variables + [variable + _FILE for variable in variables]
    strangers = sorted(n for n in environ if n.startswith(_PREFIX) and n not in known)
    return [
        Fault(name, _GONE.get(name) or f"is not a setting. Was {_nearest(name, known)} meant?")
        for name in strangers
    ]


def _nearest(name: str, known: list[str]) -> str:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")

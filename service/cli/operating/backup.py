"""`onrecord backup`: what a data folder must keep, in one file."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import rich_click as click

from events.edtf.timestamp import rfc3339
from projections.storage.files.held_file import UnreadableFile
from service import clock
from service.backup.copy import BackupRefused, back_up, size_of
from service.backup.file import BackupDescription
from service.cli.command import OUTPUT_FILE, CliCommand, json_option, run_command
from service.cli.failure import DONE, NO, WRONG_USE, Failure
from service.cli.output import Output
from service.cli.program import version
from service.cli.progress import bar
from service.datafolder.files import PRIVATE, VALKEY
from service.settings.environment import load_from_environment

__all__ = ["backup"]


@click.command(cls=CliCommand)
@click.argument("file", type=OUTPUT_FILE)
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@json_option
def backup(file: Path, data_dir: str | None, as_json: bool) -> int:
    """Back up the data folder to FILE, while the server is running or stopped.

    FILE is a tar archive of everything that cannot be rebuilt: the log, with every write that was
    answered before, the keys and the signed heads. Its mode is 0600, because with the keys events
    can be forged. An existing FILE is replaced when the new one is complete. The log on a server of
    your own is not included: back that up afterwards.

    \b
    Examples:
      onrecord backup /backups/monday.tar
      onrecord backup monday.tar --data-dir /var/lib/onrecord
    """
    output = Output.create(as_json=as_json)

    async def copy() -> int:
        settings = load_from_environment(data_dir=data_dir)
        os.umask(PRIVATE)
        about = BackupDescription(version(), rfc3339(clock.now() // 1_000_000))
        names: Any = ()
        done = 0
        try:
            with bar(output.err, "Copying", 1) as drawn:
                total = size_of(settings.data_dir)
                with closing(back_up(settings.data_dir, file, about)) as steps:
                    for step in steps:
                        if not isinstance(step, int):
                            names = step
                            continue
                        done += step
                        drawn.reach(done, max(done, total))
                        await asyncio.sleep(0)  # noqa: TID251 - Ctrl-C is heard here
        except BackupRefused as error:
            raise Failure(NO, "No backup was made", str(error)) from error
        except UnreadableFile as error:
            detail = "A service that is started builds it from the log again: do that first."
            raise Failure(NO, "No backup was made", str(error), detail) from error
        except OSError as error:
            detail = f"{error.filename or file}: {error.strerror or error}."
            raise Failure(WRONG_USE, "The backup cannot be written", detail) from error
        _tell(output, file, about, names, done)
        return DONE

    return run_command(output, copy())


def _tell(
    output: Output, file: Path, about: BackupDescription, names: tuple[str, ...], size: int
) -> None:
    has_log = any(name.startswith(f"{VALKEY}/") for name in names)
    if output.as_json:
        facts = {"file": str(file), "made_at": about.made_at, "bytes": size, "log": has_log}
        output.document({**facts, "files": names})
        return
    output.show(f"{file} holds {size:,} bytes in {len(names)} files. Keep it as you keep the keys.")
    if not has_log:
        output.show("The log is on a server of your own and not in it: back that up now.")
    if "seal.key" not in names:
        output.show("The seal key is not in the folder and not in it: keep it elsewhere.")

"""`onrecord rotate`: changes the key that checkpoints are signed with."""

from __future__ import annotations

import os
from typing import Final

import rich_click as click

from service.cli.command import CliCommand, json_option, run_command
from service.cli.failure import DONE, NO, Failure
from service.cli.output import Output
from service.datafolder.files import PRIVATE, remove_unfinished
from service.datafolder.key_continuity import refuse_another_key
from service.datafolder.key_rotation import retire as retire_key
from service.datafolder.key_rotation import rotate_key as rotate_key
from service.datafolder.lock import FolderLock
from service.settings.environment import load_from_environment

__all__ = ["rotate"]

_TAKEOVER: Final = 10.0
"""Seconds to wait until the folder's last owner has ended."""


@click.command(cls=CliCommand)
@click.option("--retire", is_flag=True, help="Drop the old key, once the new one has signed too.")
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@json_option
def rotate(retire: bool, data_dir: str | None, as_json: bool) -> int:
    """Make a new signing key for a stopped server; with --retire, drop the old one.

    Run the server between the two steps: both keys sign then, and verifiers can pin the new one.

    \b
    Examples:
      onrecord rotate
      onrecord rotate --retire
    """
    output = Output.create(as_json=as_json)

    async def change() -> int:
        settings = load_from_environment(data_dir=data_dir)
        os.umask(PRIVATE)
        if not settings.data_dir.is_dir():
            raise Failure(NO, f"There is no folder {settings.data_dir}", "Name it by --data-dir.")
        lock = FolderLock(settings.data_dir)
        await lock.acquire(_TAKEOVER)
        try:
            remove_unfinished(settings.data_dir)
            refuse_another_key(settings.data_dir, settings.origin)
            if retire:
                gone = retire_key(settings.data_dir, settings.origin)
                _tell(output, {"retired": gone.key, "last": dict(gone.last)})
            else:
                rotate_key(settings.data_dir)
                _tell(output, {"keys": 2})
        finally:
            lock.release()
        return DONE

    return run_command(output, change())


def _tell(output: Output, done: dict[str, object]) -> None:
    if output.as_json:
        output.document(done)
    elif "keys" in done:
        output.show(
            "There is a new key. Start the server: both sign. Then: onrecord rotate --retire"
        )
    else:
        output.show(f"The old key is retired. What it may have signed is in retired.json: {done}")

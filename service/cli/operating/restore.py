"""`onrecord restore`: restores a backup into a folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import rich_click as click

from service.backup.file import BadBackup
from service.backup.restore import Restore, RestoreRefused
from service.cli.command import CliCommand, json_option, run_command
from service.cli.failure import DONE, NO, WRONG_USE, Failure
from service.cli.interrupt import open_to_read
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.views.words import count_of
from service.datafolder.files import PRIVATE
from service.datafolder.signed_state import SIGNED, SignedStateError, load_heads

__all__ = ["restore"]


@click.command(cls=CliCommand)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--data-dir", metavar="DIR", required=True, help="A folder that is empty or does not exist."
)
@json_option
def restore(file: Path, data_dir: str, as_json: bool) -> int:
    """Restore the backup in FILE into a folder that is empty or does not exist.

    The folder is unchanged until the restore is complete. What was recorded after the backup is
    lost: everyone who keeps checkpoints of it must be informed, see docs/operations.md. With --json
    the answer has the signed size of each timeline.

    \b
    Examples:
      onrecord restore /backups/monday.tar --data-dir restored
      onrecord serve --data-dir restored
    """
    output = Output.create(as_json=as_json)

    async def put_back() -> int:
        os.umask(PRIVATE)
        try:
            with open_to_read(file) as source:
                restored = Restore(source, Path(data_dir))
                await _put_back(restored, source, output)
        except (BadBackup, RestoreRefused) as error:
            raise Failure(NO, "Nothing was restored", str(error)) from error
        except OSError as error:
            detail = f"{error.filename or file}: {error.strerror or error}."
            raise Failure(WRONG_USE, "The backup cannot be restored", detail) from error
        _tell(output, Path(data_dir), restored.about.made_at)
        return DONE

    return run_command(output, put_back())


async def _put_back(restored: Restore, source: BinaryIO, output: Output) -> None:
    total = os.fstat(source.fileno()).st_size
    lock = await restored.begin()
    try:
        with bar(output.err, "Restoring", total) as drawn, closing(restored.write()) as steps:
            for step in steps:
                drawn.advance(step)
                await asyncio.sleep(0)  # noqa: TID251 - Ctrl-C is heard here
    except BaseException:
        restored.give_up()
        raise
    finally:
        lock.release()


def _tell(output: Output, folder: Path, made_at: str) -> None:
    signed = _signed(folder)
    if output.as_json:
        document = {"data_dir": str(folder), "made_at": made_at, "timelines": signed}
        output.document(document)
        return
    output.show(
        f"{folder} is as it was at {made_at}, with signed checkpoints of "
        f"{count_of(len(signed), 'timeline')}.",
        "Inform everyone who keeps checkpoints of it: docs/operations.md says of what.",
    )


def _signed(folder: Path) -> Mapping[str, int]:
    """The signed size of each timeline; empty if the folder does not sign."""
    if not (folder / SIGNED).exists():
        return {}
    try:
        heads, _ = load_heads(folder)
    except SignedStateError as error:
        raise Failure(
            NO, "It is restored, but was damaged already when it was backed up", str(error)
        ) from error
    return {name: head.size for name, head in sorted(heads.items())}

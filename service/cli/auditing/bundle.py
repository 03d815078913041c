"""`onrecord bundle`: what an offline audit of a timeline needs, in one file."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import IO, Final

import rich_click as click

from events.audit.line import cut
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import BadLine, BadNote
from service.cli.command import (
    OUTPUT_FILE,
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE, NO, WRONG_USE, Failure, cause_of
from service.cli.interrupt import raising_interrupts
from service.cli.output import Output
from service.cli.progress import bar
from service.client import Client
from service.verifier.bundle import writing_bundle

__all__ = ["Bundling", "bundle"]

_TRIES: Final = 3


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.option(
    "-o",
    "--output",
    "path",
    required=True,
    type=OUTPUT_FILE,
    metavar="FILE",
    help="The bundle, a .tar.gz. An existing one is replaced when the new one is complete. A link "
    "is followed, and a pipe such as /dev/stdout is written to.",
)
@json_option
@server_options
def bundle(timeline: str, path: Path, as_json: bool, url: str | None, key: str | None) -> int:
    """Write the signed part of TIMELINE to a file that can be verified offline.

    The file has the events as exact lines, the signed checkpoint, the keys that the server shows,
    and a description of the steps. It is not verified while it is written; `onrecord verify FILE`
    does that.

    \b
    Examples:
      onrecord bundle kursk -o kursk.tar.gz
      onrecord verify kursk.tar.gz --vkey kursk.vkey
    """
    output = Output.create(as_json=as_json)

    async def write() -> int:
        settings = client_settings(url, key)
        to_stdout = _is_stdout(path)
        async with Client.create(settings.url, key=settings.key) as client:
            size = await Bundling(client, timeline, path, output).run()
        if to_stdout:
            output.note(f"{size:,} events of {timeline}, as they are signed.")
        elif output.as_json:
            output.document({"timeline": timeline, "size": size, "file": str(path)})
        else:
            output.show(f"{size:,} events of {timeline}, as they are signed, are in {path}.")
        return DONE

    return run_command(output, write())


def _is_stdout(path: Path) -> bool:
    """Whether the bundle itself goes to stdout, where the command's answer would be printed."""
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):  # the path does not exist yet, or stdout is not a file
        return False


class _Redacted(Exception):
    """A line names a redaction that the checkpoint does not cover, so a newer checkpoint is
    needed."""


class Bundling:
    """Writes one timeline to a file."""

    def __init__(self, client: Client, timeline: str, path: Path, output: Output) -> None:
        self._client = client
        self._timeline = timeline
        self._path = path
        self._output = output

    async def run(self) -> int:
        """Write the bundle, and return the number of its events."""
        keys = await self._client.keys(self._timeline) or b""
        for _ in range(_TRIES):
            note = await self._client.checkpoint(self._timeline)
            size = self._size(note)
            try:
                with ExitStack() as written:
                    lines = written.enter_context(
                        writing_bundle(self._path, self._timeline, size, note or b"", keys)
                    )
                    await self._copy(size, lines)
                    with raising_interrupts():
                        written.close()
            except _Redacted:
                continue
            except OSError as error:
                title = f"The bundle cannot be written to {self._path}"
                raise Failure(WRONG_USE, title, cause_of(error)) from error
            return size
        detail = "Statements are being redacted: try again in a minute."
        raise Failure(NO, f"{self._timeline} changes while it is read", detail)

    def _size(self, note: bytes | None) -> int:
        if note is None:
            detail = (
                "Checkpoints are signed within a second of an append, where the signing key is."
            )
            raise Failure(NO, f"Nothing of {self._timeline} is signed yet", detail)
        try:
            text = note.decode().partition("\n\n")[0]
            return SignedCheckpoint.parse(text + "\n").size
        except (BadNote, UnicodeDecodeError) as error:
            raise Failure(NO, "The server's checkpoint is invalid", str(error)) from error

    async def _copy(self, size: int, file: IO[bytes]) -> None:
        count = 0
        with bar(self._output.err, f"Bundling {self._timeline}", size) as drawn:
            async with (
                self._client.event_lines(self._timeline) as events,
                aclosing(events.lines) as lines,
            ):
                async for line in lines:
                    if count == size:
                        break
                    if _redaction_in(line) > size:
                        raise _Redacted
                    file.write(line + b"\n")
                    count += 1
                    if count % 1_000 == 0:
                        drawn.reach(count, size)
        if count < size:
            detail = f"It gives {count:,} events where {size:,} are signed: verify the server."
            raise Failure(NO, "The server does not hold what it signed", detail)


def _redaction_in(line: bytes) -> int:
    """The redaction that a line names, or 0. Invalid lines are not refused here; `verify` reports
    them."""
    if b',"salt":"' in line:
        return 0
    try:
        return cut(line).redacted or 0
    except BadLine:
        return 0

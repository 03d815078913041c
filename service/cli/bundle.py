"""`onrecord bundle`: what an offline audit of a timeline needs, in one file."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import IO, Final

import rich_click as click

from events.audit_errors import BadLine, BadNote
from events.checkpoint import Checkpoint
from events.line import cut
from service.auditing.bundle import writing_bundle
from service.cli.command import TIMELINE_NAME, json_option, run, server_options
from service.cli.failure import DONE, NO, WRONG_USE, Failure
from service.cli.output import Output
from service.cli.progress import bar
from service.client import Client
from service.config import load_client_from_environment

__all__ = ["Bundling", "bundle"]

_TRIES: Final = 3


@click.command()
@click.argument("timeline", type=TIMELINE_NAME)
@click.option(
    "-o",
    "--output",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The bundle, a .tar.gz; one that is there is replaced when the new one is whole.",
)
@json_option
@server_options
def bundle(timeline: str, path: Path, as_json: bool, url: str | None, key: str | None) -> int:
    """Write TIMELINE, as far as it is signed, into a file that can be verified offline.

    It holds the events as exact lines, the signed checkpoint, the keys that the server shows, and
    the steps in words. It is not verified on the way: `onrecord verify FILE` does that.

    \b
    Examples:
      onrecord bundle kursk -o kursk.tar.gz
      onrecord verify kursk.tar.gz --vkey kursk.vkey
    """
    output = Output.create(as_json=as_json)

    async def write() -> int:
        settings = load_client_from_environment(url=url, key=key)
        async with Client.create(settings.url, key=settings.key) as client:
            size = await Bundling(client, timeline, path, output).run()
        if output.as_json:
            output.document({"timeline": timeline, "size": size, "file": str(path)})
        else:
            output.show(f"{size:,} events of {timeline}, as they are signed, are in {path}.")
        return DONE

    return run(output, write())


class _Redacted(Exception):
    """A line names a redaction that the checkpoint does not cover: a newer one must be taken."""


class Bundling:
    """One timeline on its way into a file."""

    def __init__(self, client: Client, timeline: str, path: Path, output: Output) -> None:
        self._client = client
        self._timeline = timeline
        self._path = path
        self._output = output

    async def run(self) -> int:
        """Write the bundle; how many events it holds."""
        keys = await self._client.keys(self._timeline) or b""
        for _ in range(_TRIES):
            note = await self._client.checkpoint(self._timeline)
            size = self._size(note)
            try:
                with writing_bundle(self._path, self._timeline, size, note or b"", keys) as lines:
                    await self._copy(size, lines)
            except _Redacted:
                continue
            except OSError as error:
                raise Failure(WRONG_USE, "The bundle cannot be written", str(error)) from error
            return size
        told = "Statements are being redacted: try again in a minute."
        raise Failure(NO, f"{self._timeline} changes while it is read", told)

    def _size(self, note: bytes | None) -> int:
        if note is None:
            told = "Checkpoints are signed within a second of an append, where the signing key is."
            raise Failure(NO, f"Nothing of {self._timeline} is signed yet", told)
        try:
            text = note.decode().partition("\n\n")[0]
            return Checkpoint.parse(text + "\n").size
        except (BadNote, UnicodeDecodeError) as error:
            raise Failure(NO, "The server's checkpoint is none", str(error)) from error

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
            told = f"It gives {count:,} events where {size:,} are signed: verify the server."
            raise Failure(NO, "The server does not hold what it signed", told)


def _redaction_in(line: bytes) -> int:
    """The redaction that a line names, 0 where it names none; what is no line is taken as it is,
    for `verify` to judge."""
    if b',"salt":"' in line:
        return 0
    try:
        return cut(line).redacted or 0
    except BadLine:
        return 0

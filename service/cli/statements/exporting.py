"""Writes an export to a file, with what is lost beside it, or to stdout."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import msgspec
from msgspec import structs
from rich.console import Console

from service.cli.failure import WRONG_USE, Failure, cause_of
from service.cli.interrupt import raising_interrupts
from service.cli.output import Output
from service.cli.progress import bytes_bar
from service.cli.streams import give_up, is_terminal
from service.cli.views.words import count_of
from service.client import Client, ExportFormat, ExportLoss, StatementQuery
from service.verifier.output_file import writing_whole

__all__ = ["Exporting"]


class Exporting:
    """Writes the statements that `wanted` selects in one format."""

    def __init__(
        self,
        client: Client,
        timeline: str,
        format_: ExportFormat,
        wanted: StatementQuery,
        output: Output,
    ) -> None:
        self._client = client
        self._timeline = timeline
        self._format = format_
        self._wanted = wanted
        self._output = output

    async def to_stdout(self) -> None:
        """Write the file to stdout. Raises BrokenPipeError if nobody reads it any more."""
        try:
            await self._receive(sys.stdout.buffer)
            with raising_interrupts():
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            give_up(sys.stdout)
            title = "The export cannot be written to stdout"
            raise Failure(WRONG_USE, title, cause_of(error)) from error

    async def to_file(self, path: Path) -> None:
        """Write the file, and the report of its losses to a second one beside it. Both appear when
        they are complete."""
        beside = path.with_name(f"{path.name}.loss.json")
        try:
            with ExitStack() as written:
                file = written.enter_context(writing_whole(path))
                second = written.enter_context(writing_whole(beside))
                revision = await self._receive(file)
                loss = await self._loss_at(revision)
                second.write(msgspec.json.format(msgspec.json.encode(loss)) + b"\n")
                with raising_interrupts():
                    written.close()
        except OSError as error:
            title = f"The export cannot be written to {path}"
            raise Failure(WRONG_USE, title, cause_of(error)) from error
        self._report(path, beside, loss)

    async def _receive(self, file: IO[bytes]) -> int | None:
        """Write all chunks. Returns the revision of the file. On a terminal no progress is drawn,
        because it would mix with the file."""
        console = self._output.err if not is_terminal(file) else Console(quiet=True)
        title = f"Exporting {self._timeline}"
        async with self._client.export(self._timeline, self._format, self._wanted) as received:
            with bytes_bar(console, title) as drawn:
                async for piece in received.pieces:
                    file.write(piece)
                    drawn.advance(len(piece))
            return received.revision

    async def _loss_at(self, revision: int | None) -> ExportLoss:
        wanted = structs.replace(self._wanted, as_of=revision)
        return (await self._client.export_loss(self._timeline, self._format, wanted)).value

    def _report(self, path: Path, beside: Path, loss: ExportLoss) -> None:
        if self._output.as_json:
            shown = msgspec.to_builtins(loss)
            self._output.document({"file": str(path), "loss_file": str(beside), **shown})
            return
        of = f"{count_of(loss.statements, 'statement')} of {self._timeline}"
        self._output.show(f"{of}, as of revision {loss.revision}, are in {path}.")
        for lost in loss.losses:
            of = count_of(lost.statements, "statement")
            self._output.show(f"  {lost.field}: {lost.reason} ({of})")
        if not loss.losses:
            self._output.show("Nothing is lost.")

"""`onrecord append`: records statements."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import rich_click as click
from rich.text import Text

from service.cli.command import (
    OUTPUT_FILE,
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE, NO, WRONG_USE, Failure, cause_of, failure_of
from service.cli.interrupt import raising_interrupts
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.statements.appending import Appending
from service.cli.statements.input_file import name_of_input, read_input
from service.cli.statements.refusal import RefusedRow
from service.cli.statements.refusals import Refusals
from service.cli.statements.statement_file import StatementRow, read_statements
from service.cli.views.words import count_of
from service.client import Busy, Client, ClientError, NotFound, Unreachable

__all__ = ["append"]


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.argument(
    "file",
    required=False,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--create", metavar="TITLE", help="Open the timeline first, if there is none.")
@click.option(
    "--refused",
    "refused_path",
    type=OUTPUT_FILE,
    metavar="FILE",
    help="Write refused rows there, each on a line with its _line and _faults. Corrected, the file "
    "can be appended as it is.",
)
@json_option
@server_options
def append(  # noqa: PLR0913 - the command's options
    timeline: str,
    file: Path | None,
    create: str | None,
    refused_path: Path | None,
    as_json: bool,
    url: str | None,
    key: str | None,
) -> int:
    """Record the statements in FILE, or from stdin, on TIMELINE.

    They are one JSON object, an array, or one object a line, in UTF-8 (or UTF-16 with its mark).
    A refused statement is reported with its line and all faults, and the following ones are still
    recorded; the exit code is 1 then.

    A statement without an id gets one that is derived from its content and from the number of equal
    statements before it. So the command can be repeated, also after a failure, without recording
    anything twice. Who may only propose is given the ids of the proposals.

    \b
    Examples:
      onrecord append kursk statements.jsonl --refused refused.jsonl
      onrecord append strikes --create "The strikes of 2025" < one.json
      jq -c '.claims[]' export.json | onrecord append kursk
    """
    output = Output.create(as_json=as_json)

    async def record() -> int:
        settings = client_settings(url, key)
        rows = read_statements(read_input(file, output), timeline)
        with _opened(refused_path, file) as refused_file:
            refusals = Refusals(name_of_input(file), output, refused_file)
            async with Client.create(settings.url, key=settings.key) as client:
                if create is not None:
                    await _create(client, timeline, create)
                try:
                    await _append(client, timeline, rows, refusals, output)
                finally:
                    refusals.tell(len(rows))
        return NO if refusals.count else DONE

    return run_command(output, record())


@contextmanager
def _opened(path: Path | None, file: Path | None) -> Iterator[IO[bytes] | None]:
    """Open the file for refused rows before anything is sent; it must not be the input file."""
    if path is None:
        yield None
        return
    try:
        given = file.stat() if file is not None and file.exists() else os.fstat(0)
        if path.is_file() and os.path.samestat(path.stat(), given):
            detail = "Name another with --refused: the input is never changed."
            raise Failure(WRONG_USE, f"{path} is the file that is appended", detail)
        # Unbuffered: otherwise closing the file would try again what could not be written.
        with raising_interrupts():  # a pipe is opened once it has a reader
            opened = path.open("wb", buffering=0)
    except OSError as error:
        raise Failure(WRONG_USE, f"{path} cannot be written", cause_of(error)) from error
    with opened:
        yield opened


async def _create(client: Client, timeline: str, title: str) -> None:
    try:
        await client.timeline(timeline)
    except NotFound:
        await client.open_timeline(timeline, title)


async def _append(
    client: Client,
    timeline: str,
    rows: Sequence[StatementRow | RefusedRow],
    refusals: Refusals,
    output: Output,
) -> None:
    with bar(output.err, f"Appending to {timeline}", len(rows)) as drawn:
        appending = Appending(client, timeline, refusals.add, drawn.advance)
        try:
            await appending.send(rows)
        except ClientError as error:
            raise _stopped(error, appending) from error
        finally:
            with output.even_unread():
                _tell(output, timeline, appending)


def _stopped(error: ClientError, appending: Appending) -> Failure:
    failure = failure_of(error)
    details = list(failure.details)
    if isinstance(error, NotFound):
        details.append('Open it with --create "Its title".')
    elif appending.recorded:
        detail = count_of(len(appending.recorded), "statement")
        details.append(f"{detail} before that are recorded. The same command again adds the rest.")
    elif isinstance(error, Busy) or (isinstance(error, Unreachable) and error.sent):
        details.append("The same command again adds nothing twice.")
    return Failure(failure.code, failure.title, *details, document=failure.document)


def _tell(output: Output, timeline: str, appending: Appending) -> None:
    """Print what was recorded or proposed, if anything was."""
    _tell_proposed(output, timeline, appending)
    recorded = appending.recorded
    if not recorded:
        return
    if output.as_json:
        items = [
            {
                "line": line,
                "id": item.id,
                "event_id": item.event_id,
                "revision": item.revision,
                "duplicate": item.duplicate,
            }
            for line, item in recorded
        ]
        output.document({"timeline": timeline, "revision": appending.revision, "items": items})
        return
    for _, item in recorded:
        line = Text.assemble((f"{item.revision:>8,}  ", "cyan"), item.id)
        if item.duplicate:
            line.append("  was there", style="dim")
        output.show(line)
    output.show(
        f"{count_of(len(recorded), 'statement')} on {timeline}, "
        f"now at revision {appending.revision:,}."
    )


def _tell_proposed(output: Output, timeline: str, appending: Appending) -> None:
    for proposal, lines in appending.proposed.items():
        if output.as_json:
            items = [{"line": line, "id": id_} for line, id_ in lines]
            made = {"timeline": timeline, "proposal": proposal, "state": "proposed"}
            output.document({**made, "items": items})
        else:
            output.show(Text(f"proposed: {proposal} ({count_of(len(lines), 'statement')})"))

"""`onrecord export`: writes a timeline in the format of another program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final, get_args

import rich_click as click

from service.cli.command import (
    OUTPUT_FILE,
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE, WRONG_USE, Failure
from service.cli.output import Output
from service.cli.statements.exporting import Exporting
from service.cli.statements.query import query
from service.cli.streams import is_terminal
from service.client import Client, ExportFormat, StatementQuery

__all__ = ["export"]

_FILTERS: Final = frozenset(StatementQuery.__struct_fields__)
_BINARY: Final = frozenset({"csv-zip", "parquet"})


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.option(
    "--format",
    "format_",
    required=True,
    type=click.Choice(get_args(ExportFormat)),
    metavar="FORMAT",
    help=f"One of {', '.join(get_args(ExportFormat))}.",
)
@click.option(
    "-o",
    "--output",
    "path",
    type=OUTPUT_FILE,
    metavar="FILE",
    help="Where to write it; FILE.loss.json says what is lost. An existing file is replaced when "
    "the new one is complete. Without it, or with -, it is written to stdout.",
)
@json_option
@server_options
def export(timeline: str, format_: ExportFormat, path: Path | None, **options: Any) -> int:
    """Write TIMELINE, or the statements that the filters select, in the format of another program.

    Everything is of one revision, whatever is recorded meanwhile. `ndjson` has the events
    themselves, and loses nothing.

    \b
    Examples:
      onrecord export kursk --format csv -o kursk.csv
      onrecord export kursk --format ndjson > kursk.ndjson
      onrecord export kursk --format ics --tag treaty --as-of 40 -o treaty.ics
    """
    wanted = StatementQuery(**{name: options[name] for name in options if name in _FILTERS})
    output = Output.create(as_json=options["as_json"])
    to_stdout = path is None or str(path) == "-"

    async def write() -> int:
        if to_stdout and format_ in _BINARY and is_terminal(sys.stdout):
            detail = "Name a file with -o, or send it to another program."
            raise Failure(WRONG_USE, f"A terminal cannot show {format_}", detail)
        settings = client_settings(options["url"], options["key"])
        async with Client.create(settings.url, key=settings.key) as client:
            exporting = Exporting(client, timeline, format_, wanted, output)
            if path is None or to_stdout:
                await exporting.to_stdout()
            else:
                await exporting.to_file(path)
        return DONE

    return run_command(output, write())


# Statements are selected as in `query`: the same options, written down once.
export.params[-4:-4] = [each for each in query.params if each.name in _FILTERS]

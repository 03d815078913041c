"""`onrecord import`: brings the rows of a file onto a timeline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import rich_click as click

from events.errors import InvalidInput
from service import clock
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
from service.cli.interchange.client_target import ClientTarget
from service.cli.interchange.import_file import (
    choose_mapping,
    file_by_stored_mapping,
    store_for_next,
    unreadable,
    wrong_mapping,
)
from service.cli.interchange.import_view import ImportView, drawn_progress
from service.cli.output import Output
from service.cli.streams import is_terminal
from service.client import Client
from service.interchange.imports.import_file import ImportFile, ImportRun
from service.interchange.imports.importing import MissingRows
from service.interchange.imports.refused_rows import REFUSED_ENCODING, RefusedFile
from service.interchange.tables.limits import TableRefused
from service.messages.imports import FileFacts, ImportReport

__all__ = ["import_"]

_ASK: Final = "Import this?"


@click.command("import", cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "mapping", metavar="MAP", help="A mapping's file, or a known format.")
@click.option("--guess", is_flag=True, help="Write a first mapping to FILE.map.json, and use it.")
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, and record nothing.")
@click.option("--yes", is_flag=True, help="Record it without a question.")
@click.option(
    "--refused",
    "refused_path",
    type=OUTPUT_FILE,
    metavar="FILE.csv",
    help="Write refused rows there, with _line, _column and _reason. Once corrected, "
    "this file can be imported alone.",
)
@click.option(
    "--missing",
    type=click.Choice(["keep", "report", "retract"]),
    default="report",
    show_default=True,
    help="What becomes of statements whose rows are gone.",
)
@json_option
@server_options
def import_(  # noqa: PLR0913 - the command's options
    timeline: str,
    file: Path,
    mapping: str | None,
    guess: bool,
    dry_run: bool,
    yes: bool,
    refused_path: Path | None,
    missing: MissingRows,
    as_json: bool,
    url: str | None,
    key: str | None,
) -> int:
    """Import the rows of FILE to TIMELINE, by a mapping or a known format.

    Without --map and --guess a file is read by the mapping of the last import of its dataset, if
    there was one on the timeline, and else by its look.

    On a terminal it shows what would be recorded, and asks. Importing the same file again changes
    nothing; a row that has changed becomes a correction. Refused rows do not stop the others; the
    exit code is 1 then. The same command continues an import that was interrupted.

    \b
    Examples:
      onrecord import strikes strikes.xlsx --guess --dry-run
      onrecord import strikes strikes.xlsx --map strikes.xlsx.map.json
      onrecord import kursk events.csv --map acled --yes --refused refused.csv
    """
    output = Output.create(as_json=as_json)
    run = _Run(timeline, output, refused_path, missing)

    async def bring_in() -> int:
        _check_use(mapping, guess=guess, dry_run=dry_run, yes=yes)
        _check_output(refused_path, file, mapping)
        named = (
            choose_mapping(file, mapping, guess=guess, output=output) if mapping or guess else None
        )
        if guess and not (dry_run or yes or _is_asked()):
            return DONE
        settings = client_settings(url, key)
        async with Client.create(settings.url, key=settings.key) as client:
            chosen = named or await file_by_stored_mapping(client, timeline, file, output)
            chosen = chosen or choose_mapping(file, None, guess=False, output=output)
            target = ClientTarget(client, timeline, chosen.title)
            if not yes:
                report = await run.of(chosen, target, dry_run=True)
                if dry_run or not click.confirm(_ASK, err=True):
                    return NO if report.refused else DONE
            report = await run.of(chosen, target, dry_run=False)
            await store_for_next(client, timeline, chosen, report, output)
            for proposal in report.proposals:
                output.warn(f"proposed: {proposal}")
        return NO if report.refused else DONE

    return run_command(output, bring_in())


def _is_asked() -> bool:
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def _check_use(mapping: str | None, *, guess: bool, dry_run: bool, yes: bool) -> None:
    if mapping is not None and guess:
        raise Failure(WRONG_USE, "--map and --guess exclude each other", "Give one of them.")
    if dry_run and yes:
        raise Failure(WRONG_USE, "--dry-run and --yes exclude each other", "Give one of them.")
    if not (dry_run or yes or guess or _is_asked()):
        detail = "Give --dry-run to see what would be recorded, or --yes to record it."
        raise Failure(WRONG_USE, "There is no terminal to ask on", detail)


def _check_output(refused: Path | None, file: Path, mapping: str | None) -> None:
    if refused is None or not refused.exists():
        return
    read = {"the file that is imported": file, "the mapping": Path(mapping or file)}
    for what, path in read.items():
        if path.exists() and refused.samefile(path):
            detail = "Name another with --refused: what is read is never changed."
            raise Failure(WRONG_USE, f"{refused} is {what}", detail)


class _Run:
    """The common part of a dry run and the import itself."""

    def __init__(
        self, timeline: str, output: Output, refused: Path | None, missing: MissingRows
    ) -> None:
        self._timeline = timeline
        self._output = output
        self._refused = refused
        self._missing: MissingRows = missing

    async def of(self, file: ImportFile, target: ClientTarget, *, dry_run: bool) -> ImportReport:
        """Import the file, or in a dry run only try to; print and return the report."""
        is_new = not await target.is_open()
        verb = "Trying" if dry_run else "Importing to"
        now = clock.now() // 1_000_000
        try:
            if is_new and not dry_run:
                file.check()
                await target.open()
            with drawn_progress(self._output.err, f"{verb} {self._timeline}") as show:
                run = ImportRun(file, target, now, self._missing, self._refused_file, show, is_new)
                report = await run.run(dry_run=dry_run)
        except TableRefused as error:
            raise unreadable(error) from error
        except InvalidInput as error:
            raise wrong_mapping("The mapping", error) from error
        self._show(report)
        return report

    @contextmanager
    def _refused_file(self, facts: FileFacts) -> Iterator[RefusedFile | None]:
        if self._refused is None:
            yield None
            return
        try:
            with self._refused.open("w", encoding=REFUSED_ENCODING, newline="") as opened:
                yield RefusedFile(opened, facts)
        except OSError as error:
            title = f"{self._refused} cannot be written"
            raise Failure(WRONG_USE, title, cause_of(error)) from error

    def _show(self, report: ImportReport) -> None:
        if self._output.as_json:
            self._output.document(report)
        else:
            self._output.show(*ImportView(report).parts())

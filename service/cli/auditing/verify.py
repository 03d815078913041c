"""`onrecord verify`: checks a server or a bundle against what was signed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import rich_click as click

from events.tlog.errors import AuditError, BadKey
from events.tlog.note import VerifierKey
from service.cli.command import (
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
)
from service.cli.failure import DONE, NO, NOT_PROVABLE, WRONG_USE, Failure, cause_of
from service.cli.interrupt import open_to_read, raising_interrupts
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.statements.input_file import check_bundle
from service.cli.views.audit_view import audit_lines
from service.client import Client, ServerRefused, UnreadableAnswer
from service.clock import now
from service.verifier.archive import BadArchive
from service.verifier.bundle import Contents, audit_bundle, contents_of
from service.verifier.pins import SavedCheckpoint, read_pins, read_saved
from service.verifier.remote import audit_timeline
from service.verifier.report import Report, Verdict, unproven, verdict_of

__all__ = ["verify"]

_CODES: Final[dict[Verdict, int]] = {
    "verified": DONE,
    "tampered": NO,
    "unproven": NOT_PROVABLE,
}


@click.command(cls=CliCommand)
@click.argument("target", type=click.Path(), metavar="URL|BUNDLE")
@click.option(
    "--timeline",
    "timelines",
    type=TIMELINE_NAME,
    multiple=True,
    metavar="T",
    help="Only this timeline; may be repeated. [all of them]",
)
@click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    type=click.Path(),
    metavar="VKEY|FILE",
    help="A verifier key that you trust, or a file with one a line; may be repeated.",
)
@click.option(
    "--since",
    "saved_paths",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A signed checkpoint that you saved earlier: the history must continue it.",
)
@json_option
@click.option("--key", metavar="KEY", help="The API key. [ONRECORD_KEY]")
def verify(
    target: str,
    timelines: tuple[str, ...],
    vkeys: tuple[str, ...],
    saved_paths: tuple[Path, ...],
    as_json: bool,
    key: str | None,
) -> int:
    """Prove that nothing was changed since it was signed, on the server at URL or in a BUNDLE.

    You must bring a verifier key that you trust. The command reports what was proved and what was
    not. Its exit code is 0 if everything is verified, 1 if something was tampered with, and 4 if it
    cannot be proved.

    \b
    Examples:
      onrecord verify http://127.0.0.1:8000 --timeline kursk --vkey kursk.vkey
      onrecord verify kursk.tar.gz --vkey kursk.vkey --since checkpoint-of-may
      onrecord bundle kursk -o kursk.tar.gz && onrecord verify kursk.tar.gz --vkey kursk.vkey
    """
    output = Output.create(as_json=as_json)

    async def audit() -> int:
        pins = _pins(vkeys)
        saved = _saved(saved_paths, pins, timelines)
        if target.startswith(("http://", "https://")):
            settings = client_settings(target, key)
            async with Client.create(settings.url, key=settings.key) as client:
                reports = await _audit_server(client, timelines, pins, saved, output)
        else:
            reports = _audit_file(Path(target), timelines, pins, saved, output)
        return _tell(output, target, reports)

    return run_command(output, audit())


@raising_interrupts()
def _pins(given: Sequence[str]) -> tuple[VerifierKey, ...]:
    try:
        return read_pins(given, open_to_read)
    except BadKey as error:
        raise Failure(
            WRONG_USE, "This is not a verifier key that can be trusted", str(error)
        ) from error
    except (OSError, ValueError) as error:
        detail = "--vkey is a key as name+hash+base64, or a file with one a line."
        cause = cause_of(error) if isinstance(error, OSError) else str(error)
        raise Failure(WRONG_USE, "The verifier key cannot be read", cause, detail) from error


@raising_interrupts()
def _saved(
    paths: Sequence[Path], pins: Sequence[VerifierKey], wanted: Sequence[str]
) -> dict[str, list[SavedCheckpoint]]:
    found: dict[str, list[SavedCheckpoint]] = {}
    for path in paths if pins else ():
        try:
            saved = read_saved(path, pins, open_to_read)
        except AuditError as error:
            title = "The saved checkpoint is not signed by a key that you brought"
            raise Failure(NOT_PROVABLE, title, str(error)) from error
        except OSError as error:
            raise Failure(WRONG_USE, f"{path} cannot be read", cause_of(error)) from error
        if wanted and saved.timeline not in wanted:
            detail = f"It is of {saved.timeline!r}: name that with --timeline too."
            raise Failure(WRONG_USE, "The saved checkpoint is of another timeline", detail)
        found.setdefault(saved.timeline, []).append(saved)
    return found


async def _audit_server(
    client: Client,
    wanted: Sequence[str],
    pins: Sequence[VerifierKey],
    saved: dict[str, list[SavedCheckpoint]],
    output: Output,
) -> list[Report]:
    names = list(wanted) or await _names(client)
    reports = []
    # A timeline with a saved checkpoint must exist, even if the server does not list it.
    for name in dict.fromkeys([*names, *saved]):
        known = saved.get(name, [])
        with bar(output.err, f"Verifying {name}", 1) as drawn:
            reports.append(await audit_timeline(client, name, pins, known, drawn.reach, now))
    return reports


async def _names(client: Client) -> list[str]:
    try:
        return [timeline.timeline async for timeline in client.every_timeline()]
    except (ServerRefused, UnreadableAnswer) as error:
        raise Failure(NOT_PROVABLE, "The server does not list its timelines", str(error)) from error


@raising_interrupts()
def _audit_file(
    path: Path,
    wanted: Sequence[str],
    pins: Sequence[VerifierKey],
    saved: dict[str, list[SavedCheckpoint]],
    output: Output,
) -> list[Report]:
    check_bundle(path)
    try:
        there = contents_of(path)
    except BadArchive as error:
        raise Failure(NOT_PROVABLE, "This is not a bundle", str(error)) from error
    except OSError as error:
        detail = "Name a server's http(s) URL, or a file that `onrecord bundle` made."
        raise Failure(WRONG_USE, f"{path} cannot be read", cause_of(error), detail) from error
    reports = []
    for name in dict.fromkeys([*(wanted or there), *saved]):
        if name not in there:
            reports.append(unproven(name, "The bundle does not hold this timeline."))
            continue
        known = saved.get(name, [])
        with bar(output.err, f"Verifying {name}", 1) as drawn:
            for step in audit_bundle(path, name, there.get(name, Contents()), pins, known):
                if isinstance(step, Report):
                    reports.append(step)
                else:
                    drawn.reach(*step)
    return reports


def _tell(output: Output, target: str, reports: Sequence[Report]) -> int:
    outcome = verdict_of(reports)
    with output.even_unread():
        if output.as_json:
            output.document({"target": target, "outcome": outcome, "timelines": reports})
        elif not reports:
            output.show("There is no timeline: nothing to prove.")
        else:
            for report in reports:
                output.show(*audit_lines(report))
    return _CODES[outcome]

"""`onrecord verify`: holds a server or a bundle against what was signed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import rich_click as click

from events.audit_errors import AuditError, BadKey
from events.note import VerifierKey
from service.auditing.archive import BadArchive
from service.auditing.bundle import Contents, audit_bundle, contents_of
from service.auditing.pins import SavedCheckpoint, read_pins, read_saved
from service.auditing.remote import audit_timeline
from service.auditing.report import Outcome, Report, outcome_of, unproven
from service.cli.audit_view import audit_lines
from service.cli.command import TIMELINE_NAME, json_option, run
from service.cli.failure import DONE, NO, NOT_PROVABLE, WRONG_USE, Failure
from service.cli.output import Output
from service.cli.progress import bar
from service.client import Client, Problem, UnreadableAnswer
from service.config import load_client_from_environment

__all__ = ["verify"]

_CODES: Final[dict[Outcome, int]] = {
    "verified": DONE,
    "tampered": NO,
    "unproven": NOT_PROVABLE,
}


@click.command()
@click.argument("target", metavar="URL|BUNDLE")
@click.option(
    "--timeline",
    "timelines",
    type=TIMELINE_NAME,
    multiple=True,
    metavar="T",
    help="Only this timeline; may be repeated. [all that are there]",
)
@click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    metavar="VKEY|FILE",
    help="A verifier key that you trust, or a file with one a line; may be repeated.",
)
@click.option(
    "--since",
    "saved_paths",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A signed checkpoint that you saved earlier: the history must go on from it.",
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
    """Prove that nothing was touched since it was signed, on the server at URL or in a BUNDLE.

    Trust comes from outside: bring the verifier key. It tells what was proved and what was not,
    and ends with 0 where all is verified, 1 where something was tampered with, 4 where it is not
    provable.

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
            settings = load_client_from_environment(url=target, key=key)
            async with Client.create(settings.url, key=settings.key) as client:
                reports = await _audit_server(client, timelines, pins, saved, output)
        else:
            reports = _audit_file(Path(target), timelines, pins, saved, output)
        return _tell(output, target, reports)

    return run(output, audit())


def _pins(given: Sequence[str]) -> tuple[VerifierKey, ...]:
    try:
        return read_pins(given)
    except BadKey as error:
        raise Failure(WRONG_USE, "That is no verifier key to trust", str(error)) from error
    except (OSError, ValueError) as error:
        told = "--vkey is a key as name+hash+base64, or a file with one a line."
        raise Failure(WRONG_USE, "The verifier key cannot be read", str(error), told) from error


def _saved(
    paths: Sequence[Path], pins: Sequence[VerifierKey], wanted: Sequence[str]
) -> dict[str, SavedCheckpoint]:
    found: dict[str, SavedCheckpoint] = {}
    for path in paths if pins else ():
        try:
            saved = read_saved(path, pins)
        except AuditError as error:
            title = "The saved checkpoint is not signed by a key that you brought"
            raise Failure(NOT_PROVABLE, title, str(error)) from error
        except OSError as error:
            raise Failure(WRONG_USE, "The saved checkpoint cannot be read", str(error)) from error
        if wanted and saved.timeline not in wanted:
            told = f"It is of {saved.timeline!r}: name that with --timeline too."
            raise Failure(WRONG_USE, "The saved checkpoint is of another timeline", told)
        before = found.get(saved.timeline)
        if before is None or before.checkpoint.size < saved.checkpoint.size:
            found[saved.timeline] = saved
    return found


async def _audit_server(
    client: Client,
    wanted: Sequence[str],
    pins: Sequence[VerifierKey],
    saved: dict[str, SavedCheckpoint],
    output: Output,
) -> list[Report]:
    names = list(wanted) or await _names(client)
    reports = []
    # A timeline whose checkpoint was saved must be there, whatever the server lists.
    for name in dict.fromkeys([*names, *saved]):
        known = saved.get(name)
        with bar(output.err, f"Verifying {name}", 1) as drawn:
            reports.append(
                await audit_timeline(
                    client, name, pins, known.checkpoint if known else None, drawn.reach
                )
            )
    return reports


async def _names(client: Client) -> list[str]:
    try:
        return [timeline.timeline async for timeline in client.every_timeline()]
    except (Problem, UnreadableAnswer) as error:
        raise Failure(NOT_PROVABLE, "The server does not list its timelines", str(error)) from error


def _audit_file(
    path: Path,
    wanted: Sequence[str],
    pins: Sequence[VerifierKey],
    saved: dict[str, SavedCheckpoint],
    output: Output,
) -> list[Report]:
    try:
        there = contents_of(path)
    except BadArchive as error:
        raise Failure(NOT_PROVABLE, "That is no bundle", str(error)) from error
    except OSError as error:
        told = "Name a server's http(s) URL, or a file that `onrecord bundle` made."
        raise Failure(WRONG_USE, "The bundle cannot be read", str(error), told) from error
    reports = []
    for name in dict.fromkeys([*(wanted or there), *saved]):
        if name not in there:
            reports.append(unproven(name, "The bundle does not hold this timeline."))
            continue
        known = saved.get(name)
        checkpoint = known.checkpoint if known else None
        with bar(output.err, f"Verifying {name}", 1) as drawn:
            for step in audit_bundle(path, name, there.get(name, Contents()), pins, checkpoint):
                if isinstance(step, Report):
                    reports.append(step)
                else:
                    drawn.reach(*step)
    return reports


def _tell(output: Output, target: str, reports: Sequence[Report]) -> int:
    outcome = outcome_of(reports)
    if output.as_json:
        output.document({"target": target, "outcome": outcome, "timelines": reports})
    elif not reports:
        output.show("There is no timeline: nothing to prove.")
    else:
        for report in reports:
            output.show(*audit_lines(report))
    return _CODES[outcome]

"""`onrecord replay`: folds a timeline from its first event, and prints the digest of the result."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from itertools import islice
from pathlib import Path

import rich_click as click

from events.audit.line import Line, cut
from events.errors import CorruptEvent
from events.tlog.errors import BadLine
from projections.replay import Replay, Replayed, redaction_in, replaying
from service.cli.command import (
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
from service.cli.progress import Bar, bar
from service.cli.statements.input_file import check_bundle
from service.client import Client
from service.verifier.archive import BadArchive
from service.verifier.bundle import lines_of

__all__ = ["replay"]

_REDACTION = "statement.redacted"


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.option(
    "--as-of",
    "revision",
    type=click.IntRange(min=1),
    metavar="R",
    help="Only the events up to this revision. [all]",
)
@click.option(
    "--bundle",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read the events from a bundle, not from a server.",
)
@json_option
@server_options
def replay(
    timeline: str,
    revision: int | None,
    path: Path | None,
    as_json: bool,
    url: str | None,
    key: str | None,
) -> int:
    """Fold TIMELINE's events from the first one, check their digests, and print the result's
    digest.

    If the server returns the same digest at /v1/timelines/TIMELINE/digest for the same revision,
    then its answers match the events.

    \b
    Examples:
      onrecord replay kursk
      onrecord replay kursk --as-of 40 --bundle kursk.tar.gz
      curl -s http://127.0.0.1:8000/v1/timelines/kursk/digest?as_of=40
    """
    output = Output.create(as_json=as_json)

    async def fold() -> int:
        try:
            if path is not None:
                found = _from_bundle(path, timeline, revision, output)
            else:
                settings = client_settings(url, key)
                async with Client.create(settings.url, key=settings.key) as client:
                    found = await _from_server(client, timeline, revision, output)
        except (CorruptEvent, BadLine, BadArchive) as error:
            raise Failure(NO, f"{timeline} cannot be replayed", str(error)) from error
        if output.as_json:
            output.document(found._asdict())
        else:
            output.show(f"{found.timeline} at revision {found.revision:,}:", found.digest)
        return DONE

    return run_command(output, fold())


@raising_interrupts()
def _from_bundle(path: Path, timeline: str, revision: int | None, output: Output) -> Replayed:
    check_bundle(path)
    try:
        redactions, count = _redactions_in(lines_of(path, timeline))
    except OSError as error:
        raise Failure(WRONG_USE, f"{path} cannot be read", cause_of(error)) from error
    wanted = _wanted(timeline, revision, count)
    with (
        bar(output.err, f"Replaying {timeline}", wanted) as drawn,
        replaying(timeline, redactions) as folding,
    ):
        for line in islice(lines_of(path, timeline), wanted):
            _add(folding, line, drawn, wanted)
        return folding.finish()


def _redactions_in(lines: Iterable[bytes]) -> tuple[dict[str, int], int]:
    """The redacted statements, each with the revision of its redaction, and the number of lines."""
    found: dict[str, int] = {}
    count = 0
    for count, line in enumerate(lines, 1):
        if b'"type":"statement.redacted"' in line:
            _note(found, cut(line), count)
    return found, count


async def _from_server(
    client: Client, timeline: str, revision: int | None, output: Output
) -> Replayed:
    redactions: dict[str, int] = {}
    async with (
        client.event_lines(timeline, type=(_REDACTION,)) as events,
        aclosing(events.lines) as lines,
    ):
        async for line in lines:
            _note(redactions, cut(line), 0)
    with (
        bar(output.err, f"Replaying {timeline}", 1) as drawn,
        replaying(timeline, redactions) as folding,
    ):
        async with client.event_lines(timeline) as events, aclosing(events.lines) as lines:
            wanted = _wanted(timeline, revision, events.revision or 0)
            async for line in lines:
                _add(folding, line, drawn, wanted)
                if folding.count == wanted:
                    break
        if folding.count < wanted:
            detail = f"It gives {folding.count:,} events where {wanted:,} were recorded."
            raise Failure(NO, "The server does not hold what it recorded", detail)
        return folding.finish()


def _note(redactions: dict[str, int], line: Line, position: int) -> None:
    found = redaction_in(line, position)
    if found is not None:
        redactions.setdefault(*found)


def _add(folding: Replay, line: bytes, drawn: Bar, wanted: int) -> None:
    folding.add(cut(line))
    if folding.count % 500 == 0:
        drawn.reach(folding.count, wanted)


def _wanted(timeline: str, revision: int | None, head: int) -> int:
    if head == 0 or (revision is not None and revision > head):
        detail = f"There are {head:,} events: name one of them with --as-of."
        raise Failure(NO, f"{timeline} is not at revision {revision or 1:,}", detail)
    return head if revision is None else revision

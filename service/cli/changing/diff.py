"""`onrecord diff`: what differs between two moments of a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rich_click as click
from rich.text import Text

from projections.answers import ShownStatement
from service.cli.command import (
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE
from service.cli.output import Output
from service.cli.views.words import printable, spoken_by
from service.client import Client
from service.messages.states import Diff

__all__ = ["diff"]


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.argument("from_", metavar="FROM")
@click.argument("to", required=False)
@json_option
@server_options
def diff(timeline: str, from_: str, to: str | None, **options: Any) -> int:
    """Show what differs in TIMELINE between FROM and TO, each a revision, a day (its end in UTC) or
    a time (RFC 3339). Without TO it is now.

    \b
    Examples:
      onrecord diff kursk 20
      onrecord diff kursk 2026-11-01 2026-11-30
    """
    output = Output.create(as_json=options["as_json"])

    async def answer() -> int:
        settings = client_settings(options["url"], options["key"])
        async with Client.create(settings.url, key=settings.key) as client:
            end = to or (await client.timeline(timeline)).value.revision
            answered = await client.diff(timeline, from_, end)
        if output.as_json:
            output.document(answered.body)
        else:
            output.show(*(Text(printable(line)) for line in _lines(answered.value)))
        return DONE

    return run_command(output, answer())


def _lines(found: Diff[ShownStatement]) -> Iterator[str]:
    yield f"from revision {found.from_.revision:,} to {found.to.revision:,}"
    for statement in found.recorded:
        yield f"recorded {statement.id}: {spoken_by(statement.said)} · {statement.text}"
    for corrected in found.corrected:
        for change in corrected.changes:
            yield f"corrected {corrected.id} {change.path}: {change.before} → {change.after}"
    for verb, ids in (("retracted", found.retracted), ("reinstated", found.reinstated)):
        yield from (f"{verb} {id_}" for id_ in ids)
    for verb, pairs in (("related", found.related), ("no longer related", found.unrelated)):
        yield from (f"{verb} {pair.statement} {pair.relation} {pair.target}" for pair in pairs)
    for moved in found.standing:
        yield f"standing {moved.id}: {moved.before} → {moved.after}"

"""`onrecord query`: lists statements of a timeline."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, get_args

import rich_click as click

from events.statement.statement import Kind
from projections.answers.choices import Match, Order, Standing
from service.cli.command import (
    DATE,
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE
from service.cli.output import Output
from service.cli.statements.asking import Question, ask
from service.client import Client, StatementQuery

__all__ = ["query"]

_FILTERS: Final = frozenset(StatementQuery.__struct_fields__)


_several = partial(click.option, multiple=True)


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.option("--from", "from_", type=DATE, metavar="DATE", help="Occurred then or later.")
@click.option("--to", type=DATE, metavar="DATE", help="Occurred then or before.")
@click.option("--said-from", type=DATE, metavar="DATE", help="Said then or later.")
@click.option("--said-to", type=DATE, metavar="DATE", help="Said then or before.")
@click.option(
    "--match",
    type=click.Choice(get_args(Match)),
    help="Whether a vague date may touch a window or must lie inside it. [possible]",
)
@_several("--actor", metavar="NAME", help="Speaker, via or about, by any spelling.")
@_several("--by", metavar="NAME", help="Speakers only, by any spelling.")
@_several("--role", metavar="ROLE", help="As what --actor is spoken of, such as target.")
@_several(
    "--kind",
    type=click.Choice(get_args(Kind)),
    metavar="KIND",
    help=f"The sort of statement: {', '.join(get_args(Kind))}.",
)
@_several("--place", metavar="NAME", help="A place that it names.")
@_several("--tag", metavar="TAG", help="A tag that it has.")
@_several("--source", metavar="ID", help="A source that it has.")
@_several("--dataset", metavar="NAME", help="The dataset that it came from.")
@_several("--origin-id", metavar="ID", help="Its record's own id in that dataset.")
@_several(
    "--standing",
    type=click.Choice(get_args(Standing)),
    metavar="STANDING",
    help=f"What others say about it: {', '.join(get_args(Standing))}.",
)
@_several("--q", metavar="TEXT", help='Full text: words, "phrases", -not, prefix*.')
@click.option("--unsourced/--sourced", default=None, help="Only those without a source, or with.")
@click.option(
    "--corrected/--as-recorded", default=None, help="Only corrected ones, or uncorrected."
)
@click.option(
    "--as-of",
    metavar="WHEN",
    help="What was known then: a revision, a day (its end in UTC) or a time (RFC 3339).",
)
@click.option(
    "--order",
    type=click.Choice(get_args(Order)),
    metavar="ORDER",
    help="By which time: occurred, said or recorded; - in front reverses it. [occurred]",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most this many. [50]")
@click.option(
    "--cursor", metavar="CURSOR", help="Continue after an earlier answer, given its `next`."
)
@click.option("--count", is_flag=True, help="Count all that match, too.")
@json_option
@server_options
def query(timeline: str, **options: Any) -> int:
    """List statements of TIMELINE. A filter may be repeated; a statement must match one of its
    values.

    On a terminal the answer is a readable timeline; in a pipe, or with --json, it is the JSON of
    the HTTP interface.

    \b
    Examples:
      onrecord query kursk
      onrecord query kursk --from 2024-10 --to 2024-12 --match certain
      onrecord query kursk --by "Kim Jong Un" --by KCNA --order -said
      onrecord query kursk --q '"storm corps" -training'
      onrecord query kursk --as-of 20 --standing disputed
      onrecord query kursk --kind claim --limit 1000 | jq '.items[].text'
    """
    wanted = {name: value for name, value in options.items() if name in _FILTERS}
    if options["cursor"] is not None and (
        any(v not in (None, ()) for v in wanted.values()) or options["count"]
    ):
        raise click.UsageError(
            "--cursor carries the filters of its answer: only --limit goes with it."
        )
    output = Output.create(as_json=options["as_json"])
    question = Question(
        timeline, StatementQuery(**wanted), options["limit"], options["cursor"], options["count"]
    )

    async def answer() -> int:
        settings = client_settings(options["url"], options["key"])
        async with Client.create(settings.url, key=settings.key) as client:
            await ask(client, question, output)
        return DONE

    return run_command(output, answer())

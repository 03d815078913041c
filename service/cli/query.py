"""`onrecord query`: asks a timeline for statements."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, get_args

import rich_click as click

from events.statement import Kind
from service.cli.asking import Question, ask
from service.cli.command import DATE, TIMELINE_NAME, json_option, run, server_options
from service.cli.failure import DONE
from service.cli.output import Output
from service.client import Client, StatementFilter
from service.client.statement_filter import Match, Order, Standing
from service.config import load_client_from_environment

__all__ = ["query"]

_FILTERS: Final = frozenset(StatementFilter.__struct_fields__)


_several = partial(click.option, multiple=True)


@click.command()
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
@_several("--by", metavar="NAME", help="Speaker only, by any spelling.")
@_several(
    "--kind",
    type=click.Choice(get_args(Kind)),
    metavar="KIND",
    help=f"The sort of statement: {', '.join(get_args(Kind))}.",
)
@_several("--place", metavar="NAME", help="A place that it names.")
@_several("--tag", metavar="TAG", help="A tag that it has.")
@_several("--source", metavar="ID", help="A source that it has.")
@_several(
    "--standing",
    type=click.Choice(get_args(Standing)),
    metavar="STANDING",
    help=f"What others say about it: {', '.join(get_args(Standing))}.",
)
@_several("--q", metavar="TEXT", help='Full text: words, "phrases", -not, prefix*.')
@click.option("--unsourced/--sourced", default=None, help="Only those without a source, or with.")
@click.option(
    "--as-of",
    metavar="WHEN",
    help="What was known then: a revision, a day (its end in UTC) or a time (RFC 3339).",
)
@click.option(
    "--order",
    type=click.Choice(get_args(Order)),
    metavar="ORDER",
    help="By which time: occurred, said or recorded; - in front turns it round. [occurred]",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many. [50]")
@click.option("--cursor", metavar="CURSOR", help="Go on behind an earlier answer's `next`.")
@click.option("--count", is_flag=True, help="Count all that match, too.")
@json_option
@server_options
def query(timeline: str, **options: Any) -> int:
    """Ask TIMELINE for statements. A filter may be repeated: one of them must hold.

    On a terminal it is a timeline to read; in a pipe, or with --json, the interface's JSON.

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
        timeline, StatementFilter(**wanted), options["limit"], options["cursor"], options["count"]
    )

    async def answer() -> int:
        settings = load_client_from_environment(url=options["url"], key=options["key"])
        async with Client.create(settings.url, key=settings.key) as client:
            await ask(client, question, output)
        return DONE

    return run(output, answer())

"""`onrecord tail`: prints the events of a timeline as they are recorded."""

from __future__ import annotations

from contextlib import aclosing
from functools import partial
from typing import Any, get_args

import rich_click as click

from events.event.types import TYPES
from events.statement.statement import Kind
from service.cli.command import (
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE, NO, Failure
from service.cli.output import Output
from service.cli.views.event_view import EventView
from service.client import CaughtUp, Client, ClientError, LiveEvent, LiveQuery, Reset

__all__ = ["tail"]

_several = partial(click.option, multiple=True)


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.option(
    "--after",
    type=click.IntRange(min=0),
    metavar="N",
    help="Begin after revision N; 0 is the beginning. [the last one]",
)
@click.option(
    "--until-caught-up",
    is_flag=True,
    help="End at the last recorded event instead of waiting for more.",
)
@_several("--type", type=click.Choice(sorted(TYPES)), metavar="TYPE", help="An event's type.")
@_several("--subject", metavar="SUBJECT", help="What it is about: statements/<id>, timeline …")
@_several("--actor", metavar="NAME", help="Whom a statement that it touches names.")
@_several(
    "--kind",
    type=click.Choice(get_args(Kind)),
    metavar="KIND",
    help="The kind of a statement that it touches.",
)
@_several("--tag", metavar="TAG", help="A tag of a statement that it touches.")
@json_option
@server_options
def tail(timeline: str, after: int | None, until_caught_up: bool, **options: Any) -> int:
    """Follow TIMELINE: print each event as it is recorded, until Ctrl-C.

    In a pipe, or with --json, each event is the exact JSON that was recorded, one a line. If the
    server goes away, the command waits for it.

    \b
    Examples:
      onrecord tail kursk
      onrecord tail kursk --after 0 --until-caught-up | jq -r '.type'
      onrecord tail kursk --actor KCNA --type statement.recorded
    """
    output = Output.create(as_json=options["as_json"])
    wanted = LiveQuery(**{name: options[name] for name in LiveQuery.__struct_fields__})

    async def follow() -> int:
        settings = client_settings(options["url"], options["key"])
        async with Client.create(settings.url, key=settings.key) as client:
            shown = _Shown(timeline, output, begins=after is None)
            stream = client.live(timeline, after=after, wanted=wanted, trouble=shown.trouble)
            try:
                async with aclosing(stream) as heard:
                    async for one in heard:
                        shown.show(one)
                        if until_caught_up and isinstance(one, CaughtUp):
                            break
            except Reset as error:
                raise _beyond(timeline, after, error) from error
        return DONE

    return run_command(output, follow())


class _Shown:
    """Prints the events of one timeline."""

    def __init__(self, timeline: str, output: Output, *, begins: bool) -> None:
        self._timeline = timeline
        self._output = output
        self._view = EventView()
        self._begins = begins

    def show(self, one: object) -> None:
        match one:
            case LiveEvent(_, _, line) if self._output.as_json:
                self._output.line(line)
            case LiveEvent(_, event, _):
                self._output.show(*self._view.lines(event))
            case CaughtUp(position, _) if self._begins:
                revision = position[self._timeline]
                self._output.note(
                    f"Following {self._timeline} after revision {revision:,}; Ctrl-C ends it."
                )

    def trouble(self, error: ClientError) -> None:
        self._output.note(f"{error} It is waited for.")


def _beyond(timeline: str, after: int | None, error: Reset) -> Failure:
    title = f"{timeline} cannot be followed further"
    if after is not None:
        title = f"{timeline} cannot be followed after revision {after:,}"
    return Failure(
        NO, title, "Its log was replaced, has lost events, or --after is too large.", str(error)
    )

"""`onrecord tail`: follows a timeline."""

from __future__ import annotations

import asyncio
from typing import Final, NoReturn

import msgspec
import rich_click as click

from service.cli.command import TIMELINE_NAME, json_option, run, server_options
from service.cli.event_view import EventView
from service.cli.failure import NO, Failure
from service.cli.output import Output
from service.client import Busy, Client, ClientError, Event, Unreachable
from service.config import load_client_from_environment

__all__ = ["tail"]

_FIRST_PAUSE: Final = 0.1
_LAST_PAUSE: Final = 2.0
_event = msgspec.json.Decoder(Event)


@click.command()
@click.argument("timeline", type=TIMELINE_NAME)
@click.option(
    "--after",
    type=click.IntRange(min=0),
    metavar="N",
    help="Begin behind revision N; 0 is the beginning. [the last one there is]",
)
@json_option
@server_options
def tail(timeline: str, after: int | None, as_json: bool, url: str | None, key: str | None) -> int:
    """Follow TIMELINE: each event as it is recorded, until Ctrl-C.

    In a pipe, or with --json, each is the exact JSON that was recorded, one a line. A server
    that goes away is waited for.

    \b
    Examples:
      onrecord tail kursk
      onrecord tail kursk --after 0 | jq -r '.type'
    """
    output = Output.create(as_json=as_json)

    async def follow() -> int:
        settings = load_client_from_environment(url=url, key=key)
        async with Client.create(settings.url, key=settings.key) as client:
            following = _Following(client, timeline, output)
            await following.begin(after)
            await following.follow()

    return run(output, follow())


class _Following:
    """One reader of one timeline: all it holds is the revision that it has shown."""

    def __init__(self, client: Client, timeline: str, output: Output) -> None:
        self._client = client
        self._timeline = timeline
        self._output = output
        self._view = EventView()
        self._after = 0

    async def begin(self, after: int | None) -> None:
        """Finds the timeline, and the place in it; here trouble ends the command."""
        if after is None:
            self._after = (await self._client.timeline(self._timeline)).value.revision
            self._output.note(
                f"Following {self._timeline} behind revision {self._after:,}; Ctrl-C ends it."
            )
        else:
            self._after = after
            await self._reach()

    async def follow(self) -> NoReturn:
        """Shows what comes, for ever; what is lost in between is asked for again."""
        pause, told = _FIRST_PAUSE, False
        while True:
            before = self._after
            try:
                await self._catch_up()
                told = False
            except (Busy, Unreachable) as error:
                if not told:
                    self._output.note(f"{error} It is waited for.")
                told = True
            pause = _FIRST_PAUSE if self._after > before else min(pause * 1.5, _LAST_PAUSE)
            await asyncio.sleep(pause)  # noqa: TID251 - the server is asked again and again

    async def _catch_up(self) -> None:
        async with self._client.event_lines(self._timeline, after=self._after) as events:
            if events.revision is not None and events.revision < self._after:
                await self._reach()
            async for line in events.lines:
                event = _event.decode(line)
                self._show(line, event)
                self._after = event.revision

    def _show(self, line: bytes, event: Event) -> None:
        if self._output.as_json:
            self._output.line(line)
        else:
            self._output.show(*self._view.lines(event))

    async def _reach(self) -> None:
        """A replica may be a moment behind; a log that ends before what was shown is another."""
        try:
            await self._client.timeline(self._timeline, min_revision=self._after)
        except Busy as busy:
            if busy.slug != "projection-lagging":
                raise
            raise _beyond(self._timeline, self._after, busy) from busy


def _beyond(timeline: str, after: int, error: ClientError) -> Failure:
    return Failure(
        NO,
        f"{timeline} has no revision {after:,}",
        "It ends before that: its log was replaced, or --after is too large.",
        str(error),
    )

"""`onrecord rebuild`: folds the read model anew from the log."""

from __future__ import annotations

import asyncio
import os
from typing import Final

import rich_click as click

from events.redis_log import NoLog
from projections.fold import Stall
from service.cli.command import json_option, run
from service.cli.failure import DONE, NO, Failure
from service.cli.output import Output
from service.cli.progress import Bar, bar
from service.cli.words import count_of
from service.config import load_from_environment
from service.logs import configure_logs
from service.runtime import PRIVATE, Runtime, open_runtime
from service.settings import Settings

__all__ = ["rebuild"]

_LOOK: Final = 0.1
"""Seconds between two looks at how far it is."""


@click.command()
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@click.option(
    "--redis-url",
    metavar="URL",
    help="The server of the log. [ONRECORD_REDIS_URL, the bundled Valkey]",
)
@json_option
def rebuild(data_dir: str | None, redis_url: str | None, as_json: bool) -> int:
    """Drop the read model of a stopped server, fold it anew from the log, and wait for it.

    The log itself is not touched, and nothing that was recorded is lost.

    \b
    Examples:
      onrecord rebuild
      onrecord rebuild --data-dir /var/lib/onrecord
    """
    output = Output.create(as_json=as_json)

    async def fold() -> int:
        settings = load_from_environment(data_dir=data_dir, redis_url=redis_url)
        configure_logs("error", settings.log_format)
        os.umask(PRIVATE)
        _look_for_log(settings)
        try:
            async with open_runtime(settings, anew=True) as runtime:
                events = await _caught_up(runtime, output)
                _tell(output, runtime, events)
        except NoLog as error:
            raise _no_log(settings) from error
        return DONE

    return run(output, fold())


def _look_for_log(settings: Settings) -> None:
    """A folder that was mistyped is told before anything is made there."""
    if settings.redis_url is None and not (settings.data_dir / "valkey").is_dir():
        raise _no_log(settings)


def _no_log(settings: Settings) -> Failure:
    if settings.redis_url is not None:
        return Failure(NO, "There is no log on this server", "Name another with --redis-url.")
    return Failure(
        NO,
        f"There is no log in {settings.data_dir}",
        "Name the folder that the server ran on with --data-dir (ONRECORD_DATA_DIR).",
    )


async def _caught_up(runtime: Runtime, output: Output) -> int:
    """Waits until the fold is at the head; answers how many events that were."""
    partitions = range(runtime.log.identity.partitions)
    total = sum([await runtime.log.head(partition) for partition in partitions])
    arrival = asyncio.create_task(runtime.projector.caught_up.wait(), name="arrival")
    try:
        with bar(output.err, "Folding", total) as drawn:
            while not arrival.done():
                await asyncio.wait(
                    {arrival, runtime.fold}, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED
                )
                if runtime.fold.done():
                    raise Failure(NO, "The fold failed", str(runtime.fold.exception()))
                await _draw(runtime, drawn)
    finally:
        arrival.cancel()
    return total


async def _draw(runtime: Runtime, drawn: Bar) -> None:
    left = sum([lag.events for lag in await runtime.projector.lag()])
    done = sum(runtime.projector.checkpoint(p) for p in range(runtime.log.identity.partitions))
    drawn.reach(done, done + left)


def _tell(output: Output, runtime: Runtime, events: int) -> None:
    stalls = runtime.projector.stalls()
    if stalls:
        raise Failure(NO, "Not everything could be folded", *map(_told, stalls))
    if output.as_json:
        output.document({"events": events})
    else:
        output.show(f"The read model is folded anew from {count_of(events, 'event')}.")


def _told(stall: Stall) -> str:
    if not stall.timeline:
        return f"the entry at position {stall.position}: {stall.reason}"
    return f"{stall.timeline} at revision {stall.revision}: {stall.reason}"

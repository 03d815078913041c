"""`onrecord rebuild`: drops the read model and folds it from the log again."""

from __future__ import annotations

import os

import rich_click as click

from events.log.redis import NoLog
from projections.fold.fold import Stall
from projections.storage.stores import drop
from service.cli.command import CliCommand, json_option, run_command
from service.cli.failure import DONE, NO, Failure
from service.cli.operating.rebuilders import fold_all
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.views.words import count_of
from service.datafolder.files import PRIVATE, remove_unfinished
from service.operations.logs import configure_logs
from service.processes.loading import when_loaded
from service.processes.sealed_log import join_sealed_log
from service.settings.cores import usable_cores
from service.settings.environment import load_from_environment
from service.settings.settings import Settings
from service.valkey.log_server import log_server

__all__ = ["rebuild"]


@click.command(cls=CliCommand)
@click.option("--data-dir", metavar="DIR", help="The data folder. [ONRECORD_DATA_DIR, .onrecord]")
@click.option(
    "--redis-url",
    metavar="URL",
    help="The server of the log. [ONRECORD_REDIS_URL, the bundled Valkey]",
)
@json_option
def rebuild(data_dir: str | None, redis_url: str | None, as_json: bool) -> int:
    """Drop the read model of a stopped server, and fold it from the log again, on all cores.

    The log itself is not changed, and nothing that was recorded is lost.

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
            async with log_server(settings) as url:
                heads = await _dropped(settings, url)
                _tell(output, sum(heads.values()), await _folded(settings, url, heads, output))
        except NoLog as error:
            raise _no_log(settings) from error
        return DONE

    return run_command(output, fold())


def _look_for_log(settings: Settings) -> None:
    """Report a mistyped folder before anything is created in it."""
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


async def _dropped(settings: Settings, url: str) -> dict[int, int]:
    """Drop the read model, once there is a log to fold and its key. Returns the log's heads, by
    partition."""
    remove_unfinished(settings.data_dir)
    log, _ = await when_loaded(lambda: join_sealed_log(url, settings))
    try:
        heads = {
            partition: await log.head(partition) for partition in range(log.identity.partitions)
        }
    finally:
        await log.close()
    drop(settings.data_dir)
    return heads


async def _folded(
    settings: Settings, url: str, heads: dict[int, int], output: Output
) -> list[Stall]:
    total = sum(heads.values())
    with bar(output.err, "Folding", total, lines=True) as drawn:
        return await fold_all(settings, url, heads, usable_cores(), drawn.advance)


def _tell(output: Output, events: int, stalls: list[Stall]) -> None:
    if stalls:
        raise Failure(NO, "Not everything could be folded", *map(_sentence_of, stalls))
    if output.as_json:
        output.document({"events": events})
    else:
        output.show(f"The read model was rebuilt from {count_of(events, 'event')}.")


def _sentence_of(stall: Stall) -> str:
    if not stall.timeline:
        return f"the entry at position {stall.position}: {stall.reason}"
    return f"{stall.timeline} at revision {stall.revision}: {stall.reason}"

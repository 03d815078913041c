"""`onrecord seed`: plays a file of commands."""

from __future__ import annotations

import asyncio
from importlib import resources
from pathlib import Path
from typing import Final

import rich_click as click

from events.wording import TIMELINE
from service.cli.command import TIMELINE_NAME, json_option, run, server_options
from service.cli.failure import DONE, NO, UNREACHABLE, WRONG_USE, Failure
from service.cli.input_file import read_input
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.seed_command import Played
from service.cli.seed_file import read_seed
from service.cli.seeding import Seeding
from service.cli.words import count_of
from service.client import Client, Unreachable
from service.config import load_client_from_environment

__all__ = ["seed"]

_OWN: Final = "kursk.jsonl"
_SHOWN: Final = 20
"""Faults of one file that are told."""
_FIRST_PAUSE: Final = 0.05
_LAST_PAUSE: Final = 1.0


@click.command()
@click.argument(
    "file",
    required=False,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--timeline", type=TIMELINE_NAME, help="Its name. [the file's, without .jsonl]")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=0.0,
    help="Wait so long until the server is ready.",
)
@json_option
@server_options
def seed(
    file: Path | None,
    timeline: str | None,
    wait: float,
    as_json: bool,
    url: str | None,
    key: str | None,
) -> int:
    """Play FILE, one JSON object a line; - is stdin. Without it, the project's own timeline.

    A line has one of timeline, actor, alias, statement, relation and grade. The whole file is
    checked before anything is sent, and playing it twice changes nothing.

    \b
    Examples:
      onrecord seed
      onrecord seed --wait 10
      onrecord seed strikes.jsonl --timeline strikes-2025
    """
    output = Output.create(as_json=as_json)

    async def play() -> int:
        settings = load_client_from_environment(url=url, key=key)
        name, commands = _read(file, timeline, output)
        async with Client.create(settings.url, key=settings.key) as client:
            await _until_ready(client, wait)
            return await _play(client, output, name, commands)

    return run(output, play())


def _read(file: Path | None, timeline: str | None, output: Output) -> tuple[str, list[Played]]:
    """The timeline's name and the checked commands."""
    stem = Path(_OWN).stem if file is None else file.stem
    name = timeline or stem
    if not TIMELINE.admits(name):
        raise Failure(
            WRONG_USE,
            f"{stem!r} is no timeline's name",
            TIMELINE.rule,
            "Give one with --timeline.",
        )
    commands, faults = read_seed(_content(file, output).split(b"\n"), name)
    if faults:
        told = [str(fault) for fault in faults[:_SHOWN]]
        rest = len(faults) - len(told)
        more = [f"and {rest} more"] if rest else []
        raise Failure(WRONG_USE, "The file is wrong; nothing was sent", *told, *more)
    return name, commands


def _content(file: Path | None, output: Output) -> bytes:
    return (
        (resources.files("seeds") / _OWN).read_bytes() if file is None else read_input(file, output)
    )


async def _play(client: Client, output: Output, name: str, commands: list[Played]) -> int:
    with bar(output.err, f"Seeding {name}", len(commands)) as drawn:
        seeding = Seeding(client, name, drawn.advance)
        await seeding.play(commands)
    if output.as_json:
        output.document(
            {
                "timeline": name,
                "revision": seeding.revision,
                "recorded": seeding.recorded,
                "duplicates": seeding.duplicates,
            }
        )
    elif seeding.recorded:
        before = f", {seeding.duplicates:,} were there" if seeding.duplicates else ""
        output.show(
            f"{name}: {count_of(seeding.recorded, 'command')} recorded{before}; "
            f"revision {seeding.revision:,}. See it with `onrecord query {name}`."
        )
    else:
        output.show(
            f"{name}: nothing new, all {count_of(seeding.duplicates, 'command')} were there; "
            f"revision {seeding.revision:,}."
        )
    return DONE


async def _until_ready(client: Client, limit: float) -> None:
    """Waits up to `limit` seconds until the server can serve; 0 does not ask."""
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + limit, _FIRST_PAUSE
    while limit:
        try:
            if (await client.health()).ready:
                return
            failure = Failure(NO, "The server is not ready", "See its /health/ready for the cause.")
        except Unreachable as error:
            failure = Failure(UNREACHABLE, "No server", str(error))
        if loop.time() + pause > deadline:
            raise failure
        await asyncio.sleep(pause)  # noqa: TID251 - a server that starts tells nobody: ask again
        pause = min(pause * 2, _LAST_PAUSE)

"""`onrecord seed`: plays a file of commands."""

from __future__ import annotations

import asyncio
from importlib import resources
from pathlib import Path
from typing import Final

import rich_click as click
from rich.text import Text

from events.statement.wording import TIMELINE
from service.cli.command import (
    TIMELINE_NAME,
    CliCommand,
    client_settings,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE, NO, WRONG_USE, Failure, failure_of
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.seeding.seed_command import SeedCommand
from service.cli.seeding.seed_file import read_seed
from service.cli.seeding.seeding import Seeding
from service.cli.statements.encoding import as_utf8
from service.cli.statements.input_file import read_input
from service.cli.views.words import count_of
from service.client import Client, Unreachable

__all__ = ["seed"]

_OWN: Final = "kursk.jsonl"
_SHOWN: Final = 20
"""The most faults of one file that are reported."""
_FIRST_PAUSE: Final = 0.05
_LAST_PAUSE: Final = 1.0


@click.command(cls=CliCommand)
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
    help="Wait so long for the server to become ready.",
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
    """Play FILE, one JSON object a line; - is stdin. Without FILE, play the project's own timeline.

    A line has one of the members timeline, actor, alias, statement, relation and grade. The whole
    file is checked before anything is sent, and playing it twice changes nothing.

    \b
    Examples:
      onrecord seed
      onrecord seed --wait 10
      onrecord seed strikes.jsonl --timeline strikes-2025
    """
    output = Output.create(as_json=as_json)

    async def play() -> int:
        settings = client_settings(url, key)
        name, commands = _read(file, timeline, output)
        if wait:
            async with Client.create(settings.url, key=settings.key) as client:
                await _until_ready(client, wait)
            settings = client_settings(url, key)  # the first start of a server makes its key
        async with Client.create(settings.url, key=settings.key) as client:
            return await _play(client, output, name, commands)

    return run_command(output, play())


def _read(file: Path | None, timeline: str | None, output: Output) -> tuple[str, list[SeedCommand]]:
    """The timeline's name and the checked commands."""
    stem = Path(_OWN).stem if file is None else file.stem
    name = timeline or stem
    if not TIMELINE.admits(name):
        raise Failure(
            WRONG_USE,
            f"{stem!r} is not a timeline's name",
            TIMELINE.rule,
            "Give one with --timeline.",
        )
    commands, faults = read_seed(as_utf8(_content(file, output)).split(b"\n"), name)
    if faults:
        sentences = [str(fault) for fault in faults[:_SHOWN]]
        rest = len(faults) - len(sentences)
        more = [f"and {rest} more"] if rest else []
        raise Failure(WRONG_USE, "The file is wrong; nothing was sent", *sentences, *more)
    if not commands:
        raise Failure(
            WRONG_USE, "The file has no commands", "A seed is one JSON object a line: see --help."
        )
    return name, commands


def _content(file: Path | None, output: Output) -> bytes:
    return (
        (resources.files("seeds") / _OWN).read_bytes() if file is None else read_input(file, output)
    )


async def _play(client: Client, output: Output, name: str, commands: list[SeedCommand]) -> int:
    with bar(output.err, f"Seeding {name}", len(commands)) as drawn:
        seeding = Seeding(client, name, drawn.advance)
        await seeding.play(commands)
    for proposal in () if output.as_json else seeding.proposals:
        output.show(Text(f"proposed: {proposal}", no_wrap=True))
    if output.as_json:
        output.document(
            {
                "timeline": name,
                "revision": seeding.revision,
                "recorded": seeding.recorded,
                "duplicates": seeding.duplicates,
                **({"proposals": seeding.proposals} if seeding.proposals else {}),
            }
        )
    elif seeding.recorded:
        before = f", {seeding.duplicates:,} were there" if seeding.duplicates else ""
        output.show(
            f"{name}: {count_of(seeding.recorded, 'command')} recorded{before}; "
            f"revision {seeding.revision:,}. See it with `onrecord query {name}`."
        )
    elif seeding.duplicates or not seeding.proposals:
        output.show(
            f"{name}: nothing new, all {count_of(seeding.duplicates, 'command')} were there; "
            f"revision {seeding.revision:,}."
        )
    return DONE


async def _until_ready(client: Client, limit: float) -> None:
    """Wait up to `limit` seconds until the server can serve; with 0 it is not checked."""
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + limit, _FIRST_PAUSE
    while limit:
        try:
            if (await client.health()).ready:
                return
            failure = Failure(NO, "The server is not ready", "See its /health/ready for the cause.")
        except Unreachable as error:
            failure = failure_of(error)
        if loop.time() + pause > deadline:
            raise failure
        await asyncio.sleep(pause)  # noqa: TID251 - a server that starts tells nobody: ask again
        pause = min(pause * 2, _LAST_PAUSE)

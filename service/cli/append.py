"""`onrecord append`: records statements."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec
import rich_click as click
from rich.text import Text

from service.cli.command import TIMELINE_NAME, json_option, run, server_options
from service.cli.failure import DONE, WRONG_USE, Failure, failure_of
from service.cli.input_file import read_input
from service.cli.output import Output
from service.cli.progress import bar
from service.cli.statement_file import Item, batches, read_statements
from service.cli.words import count_of
from service.client import Busy, Client, ClientError, NotFound, Recorded, Unreachable
from service.config import load_client_from_environment

__all__ = ["append"]

_LONGEST_KEY = 100


@click.command()
@click.argument("timeline", type=TIMELINE_NAME)
@click.argument(
    "file",
    required=False,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--create", metavar="TITLE", help="Open the timeline first, if there is none.")
@click.option(
    "--idempotency-key",
    "run_key",
    metavar="KEY",
    help="What makes this the same run again: nothing is recorded twice. [made for each run]",
)
@json_option
@server_options
def append(  # noqa: PLR0913 - the command's options
    timeline: str,
    file: Path | None,
    create: str | None,
    run_key: str | None,
    as_json: bool,
    url: str | None,
    key: str | None,
) -> int:
    """Record the statements in FILE, or from stdin, on TIMELINE.

    They are one JSON object, an array, or one object a line. They are sent in arrays of up to
    500, each recorded whole or not at all.

    \b
    Examples:
      onrecord append kursk statements.jsonl
      onrecord append strikes --create "The strikes of 2025" < one.json
      jq -c '.claims[]' export.json | onrecord append kursk
    """
    output = Output.create(as_json=as_json)

    async def record() -> int:
        settings = load_client_from_environment(url=url, key=key)
        sending = _Sending(timeline, _checked_key(run_key))
        items = read_statements(read_input(file, output))
        async with Client.create(settings.url, key=settings.key) as client:
            if create is not None:
                await _create(client, timeline, create)
            try:
                await sending.send(client, items, output)
            finally:
                _tell(output, sending)
        return DONE

    return run(output, record())


class _Sending:
    """One run: what it recorded so far, and the key that makes its requests the same again."""

    def __init__(self, timeline: str, key: str) -> None:
        self.timeline = timeline
        self.key = key
        self.revision = 0
        self.recorded: list[Recorded] = []

    async def send(self, client: Client, items: Sequence[Item], output: Output) -> None:
        """Sends one batch after the other; raises a `Failure` at the first that is refused."""
        with bar(output.err, f"Appending to {self.timeline}", len(items)) as drawn:
            for number, batch in enumerate(batches(items), start=1):
                body = b"[" + b",".join(item.body for item in batch) + b"]"
                try:
                    answer = await client.record(self.timeline, body, key=f"{self.key}.{number}")
                except ClientError as error:
                    raise self._failure(error, batch) from error
                self.recorded += answer.value.items
                self.revision = answer.value.revision
                drawn.advance(len(batch))

    def _failure(self, error: ClientError, batch: Sequence[Item]) -> Failure:
        failure = failure_of(error)
        details = [_placed(detail, batch) for detail in failure.details]
        if isinstance(error, NotFound):
            details.append('Open it with --create "Its title".')
        if isinstance(error, Busy) or (isinstance(error, Unreachable) and error.sent):
            details.append(
                "Whether these were recorded is not known. Repeat the same command with "
                f"--idempotency-key {self.key}: nothing is recorded twice."
            )
        elif self.recorded:
            details.append(
                f"{count_of(len(self.recorded), 'statement')} before these are recorded. "
                f"With --idempotency-key {self.key} they are not recorded twice."
            )
        return Failure(failure.code, failure.title, *details, document=failure.document)


def _placed(detail: str, batch: Sequence[Item]) -> str:
    """`/3/said/on: …` with the place in the file of the statement that it is about."""
    index, slash, rest = detail.removeprefix("/").partition("/")
    if detail.startswith("/") and index.isdecimal() and int(index) < len(batch):
        return f"{batch[int(index)].place} {slash}{rest}"
    return detail


def _checked_key(given: str | None) -> str:
    key = secrets.token_hex(16) if given is None else given
    if not (0 < len(key) <= _LONGEST_KEY and all("!" <= letter <= "~" for letter in key)):
        raise Failure(
            WRONG_USE,
            "The idempotency key is wrong",
            f"It is 1 to {_LONGEST_KEY} visible ASCII characters.",
        )
    return key


async def _create(client: Client, timeline: str, title: str) -> None:
    try:
        await client.timeline(timeline)
    except NotFound:
        await client.open_timeline(timeline, title)


def _tell(output: Output, sending: _Sending) -> None:
    if not sending.recorded:
        return
    if output.as_json:
        document = {
            "timeline": sending.timeline,
            "revision": sending.revision,
            "items": sending.recorded,
        }
        output.document(msgspec.json.encode(document))
        return
    for item in sending.recorded:
        line = Text.assemble((f"{item.revision:>8,}  ", "cyan"), item.id)
        if item.duplicate:
            line.append("  was there", style="dim")
        output.show(line)
    output.show(
        f"{count_of(len(sending.recorded), 'statement')} on {sending.timeline}, "
        f"now at revision {sending.revision:,}."
    )

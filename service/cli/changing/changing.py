"""The common part of commands that change a statement: their arguments, and their call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import rich_click as click
from rich.text import Text

from events.errors import InvalidInput
from events.statement import shape
from events.statement.faults import source_faults
from events.statement.statement import Source
from events.statement.wording import STATEMENT_ID
from service.cli.command import (
    DATE,
    TIMELINE_NAME,
    Worded,
    client_settings,
    is_text,
    json_option,
    run_command,
    server_options,
)
from service.cli.failure import DONE
from service.cli.output import Output
from service.client import Client, Recorded, ServerAnswer

__all__ = ["ID", "about_statement", "by", "change", "evidence", "note", "reason"]

ID: Final = Worded("id", STATEMENT_ID)

F = TypeVar("F", bound=Callable[..., Any])


class _SourceText(click.ParamType[Source]):
    """A source as JSON."""

    name = "source"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Source:
        if isinstance(value, Source):
            return value
        if not is_text(value):
            self.fail("It is not UTF-8.", param, ctx)
        try:
            return shape.decode(
                str(value).encode(), Source, lambda source: source_faults("", source)
            )
        except InvalidInput as error:
            told = "; ".join(f"{fault.path} {fault.message}".strip() for fault in error.faults)
            self.fail(told, param, ctx)


reason: Final = click.option("--reason", required=True, metavar="TEXT", help="Why.")
note: Final = click.option("--note", metavar="TEXT", help="What else there is to say of it.")
by: Final = click.option("--by", metavar="NAME", help="Who does so.")
_ON: Final = click.option("--on", type=DATE, metavar="DATE", help="When they said so (EDTF).")
_SOURCE: Final = click.option(
    "--source",
    type=_SourceText(),
    metavar="JSON",
    help='Where they said so: {"id": …, "title": …}, as a statement has a source.',
)


def evidence(command: F) -> F:
    """Add `--on` and `--source`."""
    return _ON(_SOURCE(command))


def about_statement(command: F) -> F:
    """Add the arguments TIMELINE and ID, and the options of every command that calls a server."""
    timeline = click.argument("timeline", type=TIMELINE_NAME)
    id_ = click.argument("id", type=ID)
    return timeline(id_(json_option(server_options(command))))


def change(
    options: dict[str, Any], call: Callable[[Client], Awaitable[ServerAnswer[Recorded]]]
) -> int:
    """Make the call, and print what was recorded. `options` are those of `about_statement`."""
    output = Output.create(as_json=options["as_json"])

    async def answer() -> int:
        settings = client_settings(options["url"], options["key"])
        async with Client.create(settings.url, key=settings.key) as client:
            answered = await call(client)
        if output.as_json:
            output.document(answered.body)
            return DONE
        made = answered.value
        before = ", as before" if made.duplicate else ""
        output.show(Text(f"{made.id} at revision {made.revision:,}{before}"))
        return DONE

    return run_command(output, answer())

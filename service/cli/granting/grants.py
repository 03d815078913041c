"""`onrecord grants`: lists, gives and takes grants."""

from __future__ import annotations

from typing import Any, get_args

import rich_click as click
from rich.text import Text

from events.event.access_words import AccessRole
from projections.answers.access import Grant
from service.cli.command import CliCommand, run_command
from service.cli.failure import DONE
from service.cli.granting.desk import desk_options, open_desk
from service.cli.granting.faults import refuse_faults
from service.cli.output import Output
from service.messages.access import GrantBody, faults_of_grant

__all__ = ["grant_line", "grants"]


@click.group()
def grants() -> int:
    """List, give and take grants: who may do what on which timelines.

    \b
    Examples:
      onrecord grants list --as-of 2026-05-03
      onrecord grants add everyone reader '*'
      onrecord grants add key:desk writer 'desk-*'
    """
    return DONE


@grants.command("list", cls=CliCommand)
@click.option("--as-of", metavar="WHEN", help="As it was then: a time, a day or a revision.")
@desk_options
def list_grants(
    as_of: str | None, url: str | None, key: str | None, data_dir: str | None, as_json: bool
) -> int:
    """Show the grants that hold, or held.

    \b
    Examples:
      onrecord grants list
      onrecord grants list --as-of 2026-05-03
    """
    output = Output.create(as_json=as_json)

    async def show() -> int:
        async with open_desk(url, key, data_dir) as desk:
            page = await desk.grants(as_of)
        if output.as_json:
            output.document(page)
        else:
            for grant in page.items:
                output.show(Text(grant_line(grant), no_wrap=True))
        return DONE

    return run_command(output, show())


@grants.command("add", cls=CliCommand)
@click.argument("to")
@click.argument("role", type=click.Choice(get_args(AccessRole)))
@click.argument("timelines")
@desk_options
def give(  # noqa: PLR0913 - the options of the command
    to: str,
    role: Any,
    timelines: str,
    url: str | None,
    key: str | None,
    data_dir: str | None,
    as_json: bool,
) -> int:
    """Give TO a ROLE on TIMELINES.

    TO is everyone, key:NAME, person:ADDRESS or group:NAME; TIMELINES a timeline's name, a prefix
    with * behind it, or '*'.

    \b
    Examples:
      onrecord grants add everyone reader '*'
      onrecord grants add person:ann@example.org editor 'desk-*'
    """
    output = Output.create(as_json=as_json)

    async def add() -> int:
        body = GrantBody(to, role, timelines)
        refuse_faults(faults_of_grant(body))
        async with open_desk(url, key, data_dir) as desk:
            grant = await desk.give(body)
        if output.as_json:
            output.document(grant)
        else:
            output.show(Text(grant_line(grant), no_wrap=True))
        return DONE

    return run_command(output, add())


@grants.command("remove", cls=CliCommand)
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@desk_options
def take(
    id_: str,
    reason: str,
    url: str | None,
    key: str | None,
    data_dir: str | None,
    as_json: bool,
) -> int:
    """Take the grant ID.

    \b
    Examples:
      onrecord grants remove 019ae0d2-7a10-7c2b-9a31-3f2f7d0a9b55 --reason "She left."
    """
    output = Output.create(as_json=as_json)

    async def end() -> int:
        async with open_desk(url, key, data_dir) as desk:
            done = await desk.take(id_, reason)
        if output.as_json:
            output.document(done)
        else:
            output.show("It is taken.")
        return DONE

    return run_command(output, end())


def grant_line(grant: Grant) -> str:
    """A grant in a line, for people."""
    given = f"given by {grant.author} at {grant.recorded_at}"
    return f"{grant.id}  {grant.to}  {grant.role}  {grant.timelines}  {given}"

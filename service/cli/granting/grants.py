"""`onrecord grants`: lists, gives and takes grants."""

from __future__ import annotations

from typing import Any, get_args

import rich_click as click
from rich.text import Text

from events.event.access_words import AccessRole
from projections.answers.access import Grant
from service.cli.command import CliCommand
from service.cli.failure import DONE
from service.cli.granting.asking import BackendCall, ask_backend, backend_options, changing_options
from service.cli.output import Output
from service.messages.access import GrantBody, GrantsPage, faults_of_grant

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
@backend_options
def list_grants(call: BackendCall, as_of: str | None) -> int:
    """Show the grants that are valid, or were valid then."""

    def show(output: Output, page: GrantsPage) -> None:
        for grant in page.items:
            _show(output, grant)

    return ask_backend(call, lambda backend: backend.grants(as_of), show)


@grants.command("add", cls=CliCommand)
@click.argument("to")
@click.argument("role", type=click.Choice(get_args(AccessRole)))
@click.argument("timelines")
@changing_options
def add_grant(call: BackendCall, to: str, role: Any, timelines: str) -> int:
    """Give TO a ROLE on TIMELINES.

    TO is everyone, key:NAME, person:ADDRESS or group:NAME; TIMELINES a timeline's name, a prefix
    followed by *, or '*'.

    \b
    Examples:
      onrecord grants add everyone reader '*'
      onrecord grants add person:ann@example.org editor 'desk-*'
    """
    body = GrantBody(to, role, timelines)
    return ask_backend(
        call, lambda backend: backend.give_grant(body), _show, faults=faults_of_grant(body)
    )


@grants.command("remove", cls=CliCommand)
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@changing_options
def remove_grant(call: BackendCall, id_: str, reason: str) -> int:
    """Take the grant ID.

    \b
    Examples:
      onrecord grants remove 019ae0d2-7a10-7c2b-9a31-3f2f7d0a9b55 --reason "She left."
    """
    taken = "It can be taken." if call.dry_run else "It is taken."
    return ask_backend(
        call, lambda backend: backend.take_grant(id_, reason), lambda output, _: output.show(taken)
    )


def _show(output: Output, grant: Grant) -> None:
    output.show(Text(grant_line(grant), no_wrap=True))


def grant_line(grant: Grant) -> str:
    """A grant in a line, for people."""
    given = f"given by {grant.author} at {grant.recorded_at}"
    return f"{grant.id}  {grant.to}  {grant.role}  {grant.timelines}  {given}"

"""`onrecord keys`: lists, issues and revokes keys."""

from __future__ import annotations

import rich_click as click
from rich.text import Text

from service.cli.command import CliCommand, run_command
from service.cli.failure import DONE
from service.cli.granting.desk import desk_options, open_desk
from service.cli.granting.faults import refuse_faults
from service.cli.output import Output
from service.messages.access import KeyBody, KeysPage, faults_of_key

__all__ = ["keys"]


@click.group()
def keys() -> int:
    """List, issue and revoke API keys.

    \b
    Examples:
      onrecord keys list
      onrecord keys add desk --expires 2027-01-01T00:00:00Z
      onrecord keys revoke desk --reason "The laptop was stolen."
    """
    return DONE


@keys.command("list", cls=CliCommand)
@desk_options
def list_keys(url: str | None, key: str | None, data_dir: str | None, as_json: bool) -> int:
    """Show every key that was issued, without its secret.

    \b
    Examples:
      onrecord keys list
      onrecord keys list --data-dir /var/lib/onrecord
    """
    output = Output.create(as_json=as_json)

    async def show() -> int:
        async with open_desk(url, key, data_dir) as desk:
            found = await desk.keys()
        if output.as_json:
            output.document(KeysPage(found))
            return DONE
        for each in found:
            end = f"expires {each.expires}" if each.expires else "holds"
            if each.revoked is not None:
                end = f"revoked by {each.revoked.author}: {each.revoked.reason}"
            output.show(Text(f"{each.name}  {each.id}  {end}", no_wrap=True))
        return DONE

    return run_command(output, show())


@keys.command("add", cls=CliCommand)
@click.argument("name")
@click.option("--expires", metavar="TIME", help="When it ends, in RFC 3339. [never]")
@desk_options
def add_key(
    name: str,
    expires: str | None,
    url: str | None,
    key: str | None,
    data_dir: str | None,
    as_json: bool,
) -> int:
    """Issue a key named NAME, and print it, this once. It may nothing until something is granted.

    \b
    Examples:
      onrecord keys add desk
      onrecord keys add wire --expires 2027-01-01T00:00:00Z
    """
    output = Output.create(as_json=as_json)

    async def issue() -> int:
        body = KeyBody(name, expires)
        refuse_faults(faults_of_key(body))
        async with open_desk(url, key, data_dir) as desk:
            made = await desk.issue(body)
        if output.as_json:
            output.document(made)
        else:
            output.show(Text(made.key, no_wrap=True))
            output.note(
                f"It is not shown again. Next: onrecord grants add key:{name} ROLE TIMELINES"
            )
        return DONE

    return run_command(output, issue())


@keys.command("revoke", cls=CliCommand)
@click.argument("name")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@desk_options
def revoke(
    name: str,
    reason: str,
    url: str | None,
    key: str | None,
    data_dir: str | None,
    as_json: bool,
) -> int:
    """Revoke the key NAME, for ever.

    \b
    Examples:
      onrecord keys revoke desk --reason "The laptop was stolen."
    """
    output = Output.create(as_json=as_json)

    async def end() -> int:
        async with open_desk(url, key, data_dir) as desk:
            done = await desk.revoke(name, reason)
        if output.as_json:
            output.document(done)
        else:
            output.show(f"The key {name} is revoked.")
        return DONE

    return run_command(output, end())

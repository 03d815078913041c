"""`onrecord keys`: lists, issues and revokes keys."""

from __future__ import annotations

import rich_click as click
from rich.text import Text

from service.cli.command import CliCommand
from service.cli.failure import DONE
from service.cli.granting.asking import BackendCall, ask_backend, backend_options, changing_options
from service.cli.granting.backend import AccessBackend
from service.cli.output import Output
from service.messages.access import KeyBody, KeysPage, NewKey, faults_of_key

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
@backend_options
def list_keys(call: BackendCall) -> int:
    """Show every key that was issued, without its secret.

    \b
    Examples:
      onrecord keys list
      onrecord keys list --data-dir /var/lib/onrecord
    """

    async def listed(backend: AccessBackend) -> KeysPage:
        return KeysPage(await backend.keys())

    return ask_backend(call, listed, _show)


@keys.command("add", cls=CliCommand)
@click.argument("name")
@click.option("--expires", metavar="TIME", help="When it ends, in RFC 3339. [never]")
@changing_options
def add_key(call: BackendCall, name: str, expires: str | None) -> int:
    """Issue a key named NAME, and print it, this once. It has no rights until it is given a grant.

    \b
    Examples:
      onrecord keys add desk
      onrecord keys add wire --expires 2027-01-01T00:00:00Z --dry-run
    """

    def show(output: Output, made: NewKey) -> None:
        if call.dry_run:
            output.show(f"A key named {name} can be issued.")
            return
        output.show(Text(made.key, no_wrap=True))
        output.note(f"It is not shown again. Next: onrecord grants add key:{name} ROLE TIMELINES")

    body = KeyBody(name, expires)
    return ask_backend(
        call, lambda backend: backend.issue_key(body), show, faults=faults_of_key(body)
    )


@keys.command("revoke", cls=CliCommand)
@click.argument("name")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@changing_options
def revoke(call: BackendCall, name: str, reason: str) -> int:
    """Revoke the key NAME, for ever.

    \b
    Examples:
      onrecord keys revoke desk --reason "The laptop was stolen."
    """
    return ask_backend(
        call,
        lambda backend: backend.revoke_key(name, reason),
        lambda output, _: output.show(
            f"The key {name} {'can be' if call.dry_run else 'is'} revoked."
        ),
    )


def _show(output: Output, page: KeysPage) -> None:
    for each in page.items:
        end = f"expires {each.expires}" if each.expires else "holds"
        if each.revoked is not None:
            end = f"revoked by {each.revoked.author}: {each.revoked.reason}"
        output.show(Text(f"{each.name}  {each.id}  {end}", no_wrap=True))

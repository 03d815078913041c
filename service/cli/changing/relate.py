"""`onrecord relate`: say how a statement relates to another."""

from __future__ import annotations

from typing import Any, get_args

import rich_click as click

from events.event.types import Relation
from service.cli.changing.changing import ID, about_statement, change, evidence, note
from service.cli.command import CliCommand

__all__ = ["relate"]


@click.command(cls=CliCommand)
@about_statement
@click.argument("relation", type=click.Choice(get_args(Relation)))
@click.argument("target", type=ID)
@note
@evidence
def relate(timeline: str, id: str, relation: Relation, target: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Say that the statement ID of TIMELINE supports, disputes, repeats, responds to or supersedes
    the statement TARGET, which usually is the earlier one.

    \b
    Example:
      onrecord relate kursk ukraine-disputes-control disputes gerasimov-full-control
    """
    said = {name: options[name] for name in ("note", "on", "source")}
    return change(options, lambda client: client.relate(timeline, id, relation, target, **said))

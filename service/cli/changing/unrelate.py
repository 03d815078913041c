"""`onrecord unrelate`: take a relation back."""

from __future__ import annotations

from typing import Any, get_args

import rich_click as click

from events.event.types import Relation
from service.cli.changing.changing import ID, about_statement, change, reason
from service.cli.command import CliCommand

__all__ = ["unrelate"]


@click.command(cls=CliCommand)
@about_statement
@click.argument("relation", type=click.Choice(get_args(Relation)))
@click.argument("target", type=ID)
@reason
def unrelate(timeline: str, id: str, relation: Relation, target: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Take back that the statement ID of TIMELINE has the RELATION to the statement TARGET.

    \b
    Example:
      onrecord unrelate kursk kcna-1 supports gerasimov-full-control --reason "a misreading"
    """
    return change(
        options,
        lambda client: client.unrelate(timeline, id, relation, target, options["reason"]),
    )

"""`onrecord reinstate`: take a retraction back."""

from __future__ import annotations

from typing import Any

import rich_click as click

from service.cli.changing.changing import about_statement, by, change, reason
from service.cli.command import CliCommand

__all__ = ["reinstate"]


@click.command(cls=CliCommand)
@about_statement
@reason
@by
def reinstate(timeline: str, id: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Take the retraction of the statement ID of TIMELINE back: the statement gets the standing
    that it would have without the retraction.

    \b
    Example:
      onrecord reinstate kursk initial-reports --reason "it was another one that was meant"
    """
    return change(
        options,
        lambda client: client.reinstate(timeline, id, options["reason"], by=options["by"]),
    )

"""`onrecord redact`: have the text of a statement removed."""

from __future__ import annotations

from typing import Any

import rich_click as click

from service.cli.changing.changing import about_statement, change, reason
from service.cli.command import CliCommand

__all__ = ["redact"]


@click.command(cls=CliCommand)
@about_statement
@reason
def redact(timeline: str, id: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Remove everything that the statement ID of TIMELINE said, for ever and for every date. Its
    place and its id stay taken. This cannot be undone.

    \b
    Example:
      onrecord redact kursk initial-reports --reason "a court ordered it"
    """
    return change(options, lambda client: client.redact(timeline, id, options["reason"]))

"""`onrecord retract`: take a statement back."""

from __future__ import annotations

from typing import Any

import rich_click as click

from service.cli.changing.changing import about_statement, by, change, evidence, reason
from service.cli.command import CliCommand

__all__ = ["retract"]


@click.command(cls=CliCommand)
@about_statement
@reason
@by
@evidence
def retract(timeline: str, id: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Retract the statement ID of TIMELINE. It stays there, marked, and its relations to other
    statements no longer count. `onrecord reinstate` takes that back.

    \b
    Example:
      onrecord retract kursk initial-reports --reason "withdrawn" --by KCNA --on 2025-05
    """
    said = {name: options[name] for name in ("by", "on", "source")}
    return change(options, lambda client: client.retract(timeline, id, options["reason"], **said))

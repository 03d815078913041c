"""`onrecord correct`: correct a statement."""

from __future__ import annotations

from typing import Any

import msgspec
import rich_click as click

from service.cli.changing.changing import about_statement, change, evidence, reason
from service.cli.command import CliCommand

__all__ = ["correct"]


@click.command(cls=CliCommand)
@about_statement
@click.argument("changes")
@reason
@evidence
def correct(timeline: str, id: str, changes: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Correct the statement ID of TIMELINE by CHANGES, a JSON merge patch (RFC 7396): null puts a
    default back. Its first recording stays in its history.

    \b
    Example:
      onrecord correct kursk initial-reports '{"occurred": "2024-10"}' --reason "misread"
    """
    try:
        patch = msgspec.json.decode(changes, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise click.BadParameter(f"CHANGES is no JSON object: {error}.") from error
    said = {name: options[name] for name in ("on", "source")}
    return change(
        options, lambda client: client.correct(timeline, id, patch, options["reason"], **said)
    )

"""`onrecord grade`: grade a statement or a source."""

from __future__ import annotations

from typing import Any, cast, get_args

import rich_click as click

from events.event.types import Reliability
from events.statement.wording import SOURCE_ID
from service.cli.changing.changing import change, note
from service.cli.command import TIMELINE_NAME, CliCommand, Worded, json_option, server_options

__all__ = ["grade"]

_CREDIBILITY = tuple(map(str, range(1, 7)))


@click.command(cls=CliCommand)
@click.argument("timeline", type=TIMELINE_NAME)
@click.argument("id", type=Worded("id", SOURCE_ID))
@click.argument("grade", type=click.Choice((*_CREDIBILITY, *get_args(Reliability))))
@note
@json_option
@server_options
def grade(timeline: str, id: str, grade: str, **options: Any) -> int:  # noqa: A002 - the API's own word for it
    """Grade on the Admiralty scale: how credible the statement ID of TIMELINE is, 1 (the best) to
    6, or how reliable the source ID is, A (the best) to F.

    \b
    Examples:
      onrecord grade kursk syrskyi-numbers 2 --note "photographs"
      onrecord grade kursk article F
    """
    told = options["note"]
    if grade in _CREDIBILITY:
        return change(
            options, lambda client: client.grade_statement(timeline, id, int(grade), note=told)
        )
    reliability = cast("Reliability", grade)
    return change(options, lambda client: client.grade_source(timeline, id, reliability, note=told))

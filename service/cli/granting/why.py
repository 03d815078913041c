"""`onrecord why`: whether somebody has a right, and why."""

from __future__ import annotations

import rich_click as click
from rich.text import Text

from events.event.access_words import GRANTEE
from events.statement.timeline_names import ANY_TIMELINE
from service.cli.command import CliCommand
from service.cli.failure import DONE, NO
from service.cli.granting.asking import BackendCall, ask_backend, backend_options

__all__ = ["why"]

_RIGHTS = ("read", "propose", "write", "review", "open", "redact", "manage", "operate")
_OF_SERVICE = ("manage", "operate")


@click.command(cls=CliCommand)
@click.argument("principal")
@click.argument("right", type=click.Choice(_RIGHTS))
@click.argument("timeline", required=False)
@click.option("--as-of", metavar="WHEN", help="As it was then: a time, a day or a revision.")
@backend_options
def why(
    call: BackendCall, principal: str, right: str, timeline: str | None, as_of: str | None
) -> int:
    """Say whether PRINCIPAL has RIGHT on TIMELINE, and by which grants. The exit code is 1 if not.

    The rights manage and operate are to the whole service, so they need no TIMELINE.

    \b
    Examples:
      onrecord why key:desk write desk-a
      onrecord why everyone read kursk --as-of 2026-05-03
    """
    place = None if right in _OF_SERVICE else timeline or ""
    faults = [] if GRANTEE.admits(principal) else [GRANTEE.fault("", principal)]
    if place is not None and not ANY_TIMELINE.admits(place):
        faults.append(ANY_TIMELINE.fault("", place))
    return ask_backend(
        call,
        lambda backend: backend.why(principal, right, place, as_of),
        lambda output, found: output.show(
            Text(("Yes. " if found.allowed else "No. ") + found.because)
        ),
        faults=faults,
        code=lambda found: DONE if found.allowed else NO,
    )

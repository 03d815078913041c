"""What is wrong with the arguments of these commands."""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import Fault
from service.cli.failure import WRONG_USE, Failure

__all__ = ["refuse_faults"]


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Raise Failure if there are any."""
    if faults:
        raise Failure(WRONG_USE, "That cannot be", *(fault.message for fault in faults))

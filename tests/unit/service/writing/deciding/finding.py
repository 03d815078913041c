"""What is found of a timeline, and relations that are recorded."""

from __future__ import annotations

from typing import Any

from events.event.types import (
    Event,
    StatementCorrected,
    StatementRelated,
)
from service.writing.deciding.command import Command
from service.writing.deciding.finder import Finder
from service.writing.deciding.working_state import FoundState


async def found(finder: Finder, id_: str, event: Event) -> FoundState:
    """What is known for the command."""
    return await finder.find("kursk", [Command(id_, event)])


CORRECTED = StatementCorrected(changes={"text": "x"}, reason="r")


def related(relation: str, target: str) -> StatementRelated:
    name: Any = relation
    return StatementRelated(relation=name, target=target)

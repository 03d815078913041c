"""Random commands of every kind, which succeed, repeat each other, and are refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from events.errors import OnrecordError
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from events.statement.statement import Source, Statement
from service.messages.write_results import Recorded
from service.writing.deciding.command import Put
from service.writing.execution.command import (
    ArrayResult,
    Caller,
    Command,
    CommandArray,
    RecordStatements,
)
from tests.writers import Writer, said

__all__ = ["apart", "random_commands", "shown", "together", "written"]

IDS = ["a", "b", "c", "d"]
NAMES = ["Kim", "KIM", "Un", "Marshal", "Lee"]
RELATIONS: list[Any] = ["supports", "disputes"]


def statement(chance: random.Random, id_: str) -> Statement:
    """One of a few statements with that id."""
    sources = tuple(Source(id=s, title="x") for s in ("s", "t") if chance.random() < 0.3)
    text = chance.choice(["It rained.", "It snowed."])
    tags = chance.choice([(), ("weather",)])
    return said(id_, text, sources=sources, tags=tags, by=chance.choice(["Kim", "Lee"]))


def random_commands(chance: random.Random, count: int) -> list[Command]:
    """This many random commands about a few things."""
    return [_random_command(chance) for _ in range(count)]


def _random_command(chance: random.Random) -> Command:
    id_, other = chance.choice(IDS), chance.choice(IDS)
    relation, name = chance.choice(RELATIONS), chance.choice(NAMES)
    actor = chance.choice(["kim", "lee", "LEE"])
    one = statement(chance, id_)
    changes: dict[str, Any] = chance.choice(
        [
            {"text": "It hailed."},
            {"text": "It rained.", "said": {"by": "Lee"}},
            {"sources": [{"id": "t", "title": "x"}]},
            {"occurred": "2024-13"},
            {"id": "z"},
        ]
    )
    choices = [
        *[Command(id_, StatementRecorded(statement=one))] * 4,
        *[Command(id_, Put(statement=one, reason="again"))] * 3,
        *[Command(id_, StatementCorrected(changes=changes, reason="r"))] * 3,
        *[Command(id_, StatementRelated(relation=relation, target=other))] * 3,
        Command(id_, StatementUnrelated(relation=relation, target=other, reason="r")),
        Command(id_, StatementRetracted(reason="r")),
        *[Command(id_, StatementReinstated(reason="r"))] * 2,
        Command(id_, StatementGraded(credibility=2)),
        Command(chance.choice(["s", "t"]), SourceGraded(reliability="B")),
        Command(actor, ActorRegistered(id=actor, name=name, type="person")),
        Command(actor, AliasAdded(alias=name)),
        Command(actor, AliasRemoved(alias=name)),
        Command("kursk", TimelineOpened(title=chance.choice(["Kursk", "Orla"]))),
    ]
    if chance.random() < 0.05:
        return Command(id_, StatementRedacted(revisions=(), reason="a court"))
    return chance.choice(choices)


def shown(outcome: Recorded | OnrecordError) -> Any:
    """What a caller sees of an outcome, without generated ids."""
    if isinstance(outcome, Recorded):
        return (outcome.id, outcome.revision, outcome.duplicate)
    return (type(outcome).__name__, str(outcome))


async def apart(writer: Writer, commands: Sequence[Command]) -> list[Recorded | OnrecordError]:
    """The outcomes of the commands, each given separately."""
    outcomes: list[Recorded | OnrecordError] = []
    for id_, event in commands:
        try:
            if isinstance(event, StatementRecorded):
                command: Command | RecordStatements = RecordStatements(event.statement)
            else:
                command = Command(id_, event)
            result = await writer.commands.execute("kursk", command, Caller("desk"))
        except OnrecordError as error:
            outcomes.append(error)
        else:
            outcomes += result.items
    return outcomes


async def together(
    writer: Writer, commands: Sequence[Command], *, is_atomic: bool = False, **terms: Any
) -> ArrayResult:
    """The result of the commands, given in one call."""
    kinds = tuple(command.event.event_type for command in commands)
    array = CommandArray(tuple(commands), kinds, is_atomic)
    return await writer.commands.execute_all("kursk", array, Caller("desk", **terms))


async def written(writer: Writer) -> list[Any]:
    """What the log holds of each event, without generated ids."""
    return [(e.header.type, e.header.subject, e.event) for e in await writer.events()]

"""Playing the commands of a seed: in their order, so that playing them again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from events.statement import Statement
from events.types import ActorRegistered, TimelineOpened
from service.cli.failure import Failure, failure_of
from service.cli.seed_command import AliasCommand, GradeCommand, Played, RelationCommand
from service.client import Answer, Client, Lost, NotFound, Problem, Recorded

__all__ = ["Seeding"]

_MOST: Final = 500
"""Statements a request."""


class Seeding:
    """One playing. `recorded` and `duplicates` count the commands that did something now and
    those that were played before; `revision` is the timeline's."""

    def __init__(
        self, client: Client, timeline: str, on_played: Callable[[int], None] | None = None
    ) -> None:
        """`on_played` is told how many more commands are done."""
        self._client = client
        self._timeline = timeline
        self._on_played = on_played or (lambda _: None)
        self.recorded = 0
        self.duplicates = 0
        self.revision = 0

    async def play(self, commands: Sequence[Played]) -> None:
        """Plays them all. A refusal is raised as a `Failure` that names the line; what stands
        before that line is recorded, and may be played again."""
        self.revision = await self._reached()
        for batch in _batches(commands):
            try:
                await self._play(batch)
            except Problem as problem:
                raise _at_line(problem, batch) from problem
            self._on_played(len(batch))

    async def _reached(self) -> int:
        try:
            return (await self._client.timeline(self._timeline)).value.revision
        except NotFound:
            return 0

    async def _play(self, batch: Sequence[Played]) -> None:
        played = batch[0]
        match played.command:
            case Statement():
                await self._record(batch)
            case TimelineOpened():
                await self._open(played.command)
            case ActorRegistered(id=id, name=name, type=type):
                self._count(await self._client.describe_actor(self._timeline, id, name, type))
            case AliasCommand(actor=actor, alias=alias):
                self._count(await self._client.add_alias(self._timeline, actor, alias))
            case RelationCommand():
                await self._relate(played.command, played.key)
            case GradeCommand():
                await self._grade(played.command, played.key)

    async def _record(self, batch: Sequence[Played]) -> None:
        body = msgspec.json.encode([played.command for played in batch])
        answer = (await self._client.record(self._timeline, body)).value
        duplicates = sum(item.duplicate for item in answer.items)
        self._add(len(answer.items) - duplicates, duplicates, answer.revision)

    async def _open(self, opened: TimelineOpened) -> None:
        answer = await self._client.open_timeline(
            self._timeline,
            opened.title,
            description=opened.description,
            language=opened.language,
        )
        changed = answer.value.revision > self.revision
        self._add(int(changed), int(not changed), answer.value.revision)

    async def _relate(self, command: RelationCommand, key: str) -> None:
        try:
            answer = await self._client.relate(
                self._timeline,
                command.statement,
                command.relation,
                command.target,
                note=command.note,
                key=key,
            )
        except Lost as lost:
            if lost.slug != "relation-exists":
                raise
            self._add(0, 1, self.revision)  # what was asked for stands, whoever recorded it
        else:
            self._count(answer)

    async def _grade(self, command: GradeCommand, key: str) -> None:
        if command.source is not None and command.reliability is not None:
            answer = await self._client.grade_source(
                self._timeline, command.source, command.reliability, note=command.note, key=key
            )
        elif command.statement is not None and command.credibility is not None:
            answer = await self._client.grade_statement(
                self._timeline, command.statement, command.credibility, note=command.note, key=key
            )
        else:
            raise ValueError("a grade without its subject: the file was not checked")
        self._count(answer)

    def _count(self, answer: Answer[Recorded]) -> None:
        duplicate = answer.value.duplicate
        self._add(int(not duplicate), int(duplicate), answer.revision or answer.value.revision)

    def _add(self, recorded: int, duplicates: int, revision: int) -> None:
        self.recorded += recorded
        self.duplicates += duplicates
        self.revision = max(self.revision, revision)


def _batches(commands: Iterable[Played]) -> Iterator[Sequence[Played]]:
    """Statements that follow one another go together, all else alone."""
    batch: list[Played] = []
    for played in commands:
        if not isinstance(played.command, Statement):
            if batch:
                yield batch
            yield [played]
            batch = []
            continue
        batch.append(played)
        if len(batch) == _MOST:
            yield batch
            batch = []
    if batch:
        yield batch


def _at_line(problem: Problem, batch: Sequence[Played]) -> Failure:
    """The refusal, with the line that it is about."""
    failure = failure_of(problem)
    line = _line_of(problem, batch)
    return Failure(
        failure.code,
        f"Line {line}: {failure.title}",
        *failure.details,
        "What stands above it is recorded. Put it right and play the file again: nothing is "
        "recorded twice.",
        document=failure.document,
    )


def _line_of(problem: Problem, batch: Sequence[Played]) -> int:
    for fault in problem.faults:
        index = fault.path.split("/")[1:2]
        if index and index[0].isdecimal() and int(index[0]) < len(batch):
            return batch[int(index[0])].line
    named = problem.members.get("id")
    for played in batch:
        if isinstance(played.command, Statement) and played.command.id == named:
            return played.line
    return batch[0].line

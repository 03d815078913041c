"""Plays the commands of a seed, in order and so that playing them again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from service.cli.failure import Failure, failure_of
from service.cli.seeding.seed_command import SeedCommand, as_sent
from service.client import Client, Recorded, ServerAnswer, ServerRefused, WriteProposed
from service.messages.commands import GradeCommand

__all__ = ["Seeding"]

_MOST: Final = 500
"""The number of commands in a request."""
_WANTED: Final = "relation-exists"
"""The refusal that means that the wanted state exists already."""


class Seeding:
    """One run over a seed. `recorded` counts the commands that changed something, `duplicates`
    those that were played before; `revision` is the timeline's. If the caller may only propose,
    `proposals` has the ids of the proposals."""

    def __init__(
        self, client: Client, timeline: str, on_played: Callable[[int], None] | None = None
    ) -> None:
        """`on_played` is called with the number of commands that were just done."""
        self._client = client
        self._timeline = timeline
        self._on_played = on_played or (lambda _: None)
        self.recorded = 0
        self.duplicates = 0
        self.revision = 0
        self.proposals: list[str] = []

    async def play(self, commands: Sequence[SeedCommand]) -> None:
        """Play all commands. If one is refused, a `Failure` that names its line is raised; the
        lines before it are recorded, and may be played again."""
        for batch in _batches(commands):
            try:
                await self._play(batch)
            except WriteProposed as made:
                self._propose(batch, made)
            except ServerRefused as problem:
                raise _at_line(problem, batch[0].line) from problem
            self._on_played(len(batch))

    async def _play(self, batch: Sequence[SeedCommand]) -> None:
        if isinstance(batch[0].command, GradeCommand):
            await self._grade(batch[0].command, batch[0].key)
            return
        body = msgspec.json.encode([as_sent(played.command) for played in batch])
        answer = (await self._client.carry_out(self._timeline, body)).value
        for item in answer.items:
            if isinstance(item, Recorded):
                self._add(int(not item.duplicate), int(item.duplicate), answer.revision)
            elif item.slug == _WANTED:
                self._add(0, 1, answer.revision)
        _raise_first(batch, answer.items)

    def _propose(self, batch: Sequence[SeedCommand], made: WriteProposed) -> None:
        self.proposals.append(made.proposal)
        _raise_first(batch, made.items)

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

    def _count(self, answer: ServerAnswer[Recorded]) -> None:
        duplicate = answer.value.duplicate
        self._add(int(not duplicate), int(duplicate), answer.revision or answer.value.revision)

    def _add(self, recorded: int, duplicates: int, revision: int) -> None:
        self.recorded += recorded
        self.duplicates += duplicates
        self.revision = max(self.revision, revision)


def _batches(commands: Iterable[SeedCommand]) -> Iterator[Sequence[SeedCommand]]:
    """Group consecutive commands. Grades are sent one by one, each with its key, because they are
    the only commands that would be recorded again."""
    batch: list[SeedCommand] = []
    for played in commands:
        is_grade = isinstance(played.command, GradeCommand)
        if batch and (is_grade or len(batch) == _MOST):
            yield batch
            batch = []
        if is_grade:
            yield [played]
        else:
            batch.append(played)
    if batch:
        yield batch


def _raise_first(batch: Sequence[SeedCommand], items: Sequence[object]) -> None:
    """Raise the first refusal, if there is one."""
    for played, item in zip(batch, items, strict=True):
        if isinstance(item, ServerRefused) and item.slug != _WANTED:
            raise _at_line(item, played.line)


def _at_line(problem: ServerRefused, line: int) -> Failure:
    """The failure for a refusal of the command on that line."""
    failure = failure_of(problem)
    return Failure(
        failure.code,
        f"Line {line}: {failure.title}",
        *failure.details,
        "All lines above it are recorded. Correct it and play the file again: nothing is "
        "recorded twice.",
        document=failure.document,
    )

"""The three steps of a write, for the handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from events.event.types import StatementRedacted
from service.http.answers import HttpRequest, ReadyResponse
from service.messages.bodies import StatementChange
from service.messages.write_results import Recorded
from service.writing.answers import WriteAnswers
from service.writing.execution.command import ArrayResult, Command, CommandResult
from service.writing.execution.commands import Commands
from service.writing.proposing.proposer import Proposer
from service.writing.proposing.reviewer import Reviewer
from service.writing.proposing.showing import Proposals
from service.writing.request_reader import RequestReader
from service.writing.write_request import ArrayRequest, WriteRequest

__all__ = ["WriteSteps"]

_Answer = Callable[[WriteRequest, CommandResult], Awaitable[ReadyResponse]]


class WriteSteps(NamedTuple):
    """The three steps of a write, for the handlers. It is one object because Litestar starts a task
    for each of several dependencies."""

    read: RequestReader
    commands: Commands
    answers: WriteAnswers
    proposer: Proposer
    reviewer: Reviewer
    proposals: Proposals

    async def change(self, request: HttpRequest, body_type: type[StatementChange]) -> ReadyResponse:
        """Change the statement in the path as the body of that type describes."""
        return await self.about_one(await self.read.change(request, body_type))

    async def about_one(self, asked: WriteRequest) -> ReadyResponse:
        """Execute a command that is about one thing, and answer with what was recorded of it."""
        return await self.carry_out(asked, self.answers.item)

    async def forget_proposals(self, asked: WriteRequest) -> None:
        """After a redaction: remove the text of proposals about the statement too."""
        command, caller = asked.command, asked.caller
        if caller.dry_run or not isinstance(command, Command):
            return
        id_, event = command
        if isinstance(event, StatementRedacted):
            await self.reviewer.redact_about(asked.timeline, id_, event.reason, caller.author)

    async def carry_out_all(self, asked: ArrayRequest) -> ArrayResult:
        """Execute the commands of an array; after redactions, also remove the text of proposals
        about those statements."""
        result = await self.commands.execute_all(asked.timeline, asked.array, asked.caller)
        if asked.caller.dry_run or (asked.array.is_atomic and result.refused):
            return result
        for command, outcome in zip(asked.array.items, result.items, strict=True):
            if isinstance(command, Command) and isinstance(outcome, Recorded):
                id_, event = command
                if isinstance(event, StatementRedacted):
                    author = asked.caller.author
                    await self.reviewer.redact_about(asked.timeline, id_, event.reason, author)
        return result

    async def carry_out(self, asked: WriteRequest, answer: _Answer) -> ReadyResponse:
        """Execute the command, or make it a proposal if the caller may only propose."""
        timeline, command, caller = asked.timeline, asked.command, asked.caller
        if not caller.proposes:
            return await answer(asked, await self.commands.execute(timeline, command, caller))
        proposed = await self.proposer.propose(timeline, command, caller)
        if proposed.proposal is None and isinstance(proposed.result, CommandResult):
            return await answer(asked, proposed.result)
        return self.answers.proposed(asked, proposed)

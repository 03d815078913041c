"""The outcomes of an array's commands, as they are answered: a refusal is a problem, or if the
array is all or nothing, a fault."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from events.errors import AccessError, Fault, InvalidInput, OnrecordError, Rejected
from events.statement.validation import MOST_FAULTS
from service.http.problems.problem import body_of
from service.http.problems.translation import problem_of
from service.messages.write_results import CommandOutcomes, Recorded
from service.writing.execution.command import ArrayResult
from service.writing.write_request import ArrayRequest

__all__ = ["outcomes_of", "refusal_of_all"]


def outcomes_of(request: ArrayRequest, result: ArrayResult, instance: str) -> CommandOutcomes:
    """The body of the answer; `instance` is the path of the request."""
    items = tuple(
        Raw(msgspec.json.encode(item))
        if isinstance(item, Recorded)
        else _problem(request, n, item, instance)
        for n, item in enumerate(result.items)
    )
    if request.caller.dry_run:
        return CommandOutcomes(request.timeline, result.revision, items, dry_run=True)
    return CommandOutcomes(request.timeline, result.revision, items)


def refusal_of_all(request: ArrayRequest, result: ArrayResult) -> OnrecordError | None:
    """The error for an array of which nothing was recorded because some commands were refused: the
    missing right, or the faults of all; None if nothing was refused."""
    errors = result.refused
    if not errors:
        return None
    for error in errors.values():
        if isinstance(error, AccessError):
            return error
    faults = [fault for n, error in errors.items() for fault in _faults(request, n, error)][
        :MOST_FAULTS
    ]
    if any(isinstance(error, InvalidInput) for error in errors.values()):
        return InvalidInput(faults)
    return Rejected(faults)


def _problem(request: ArrayRequest, number: int, error: OnrecordError, instance: str) -> Raw:
    if isinstance(error, Rejected | InvalidInput):
        faults = [*_faults(request, number, error)]
        error = Rejected(faults) if isinstance(error, Rejected) else InvalidInput(faults)
    problem = problem_of(error)
    if problem is None:
        raise error
    return Raw(body_of(problem, instance))


def _faults(request: ArrayRequest, number: int, error: OnrecordError) -> Iterator[Fault]:
    """The faults of one command, each at its place in the body."""
    at = f"/{number}/{request.array.kinds[number]}"
    if request.array.items[number] is error:
        yield from error.faults
    elif isinstance(error, Rejected | InvalidInput):
        for fault in error.faults:
            yield fault._replace(path=f"{at}{fault.path}")
    else:
        yield Fault(at, str(error))

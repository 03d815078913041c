"""What the handlers of the calls about access share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from events.errors import Fault
from events.statement import shape
from service.granting.agreement import agreed
from service.granting.open_id import OpenId
from service.granting.registry import Registry
from service.granting.sign_in import SignInDesk
from service.http.answers import HttpRequest, ReadyResponse, true_of
from service.http.bodies import BodyBudget, read_json
from service.http.declared.operation import Operation
from service.tally import TallyRow

__all__ = ["CHANGE_PROBLEMS", "Granting", "access_operation", "read_body", "recorded_answer"]

CHANGE_PROBLEMS: Final = ("log-unavailable", "projection-lagging")
_LIMIT: Final = 64 * 1024
"""Bytes of a body: far more than a key or a grant needs."""

B = TypeVar("B")


class Granting(NamedTuple):
    """What the handlers work with: the registry, and how a change is made known to all workers."""

    registry: Registry
    budget: BodyBudget
    row: TallyRow
    desk: SignInDesk
    identity: OpenId | None = None

    async def everywhere(self, revision: int) -> None:
        """Wait until every worker on this host decides by the change, for a second at most."""
        await agreed(self.row.tally, revision)


def access_operation(method: str, path: str, summary: str, **more: Any) -> Operation:
    return Operation(method, f"/v1/{path}", "Access", summary, **more)


async def read_body(
    request: HttpRequest, budget: BodyBudget, type_: type[B], faults: Callable[[B], list[Fault]]
) -> B:
    """The body of a request, checked. Raises InvalidInput, and what reading a body raises."""
    content = await read_json(request, _LIMIT, budget)
    return shape.decode(content, type_, faults)


def recorded_answer(
    content: object, revision: int, status: int = 201, headers: Mapping[str, str] | None = None
) -> ReadyResponse:
    """The answer to a change that is in the log at `revision` of `_access`."""
    return ReadyResponse(
        msgspec.json.encode(content), status, true_of(revision) | {**(headers or {})}
    )

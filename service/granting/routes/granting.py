"""What the handlers of the calls about access share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from events.errors import Fault
from events.statement import shape
from events.statement.timeline_names import ACCESS_TIMELINE
from service.granting.agreement import agreed
from service.granting.open_id import OpenId
from service.granting.registry import Registry
from service.granting.sign_in import SignIn
from service.http.answers import HttpRequest, ReadyResponse, revision_header
from service.http.bodies import BodyBudget, read_json
from service.http.declared.operation import Operation
from service.http.declared.query import Query
from service.signing.signed_ledger import SignedLedger
from service.tally import TallyRow
from service.writing.operation import DRY_RUN, WAIT

__all__ = [
    "CHANGED",
    "ChangeTerms",
    "Granting",
    "access_operation",
    "change_operation",
    "read_body",
]

CHANGED: Final = ("Onrecord-Revision", "Onrecord-Checkpoint")
"""The headers of the answer to a change."""
_LIMIT: Final = 64 * 1024
"""Bytes of a body: far more than a key or a grant needs."""

B = TypeVar("B")


class Granting(NamedTuple):
    """What the handlers work with: the registry, and what tells all workers of a change."""

    registry: Registry
    budget: BodyBudget
    row: TallyRow
    sign_in: SignIn
    signed_ledger: SignedLedger
    identity: OpenId | None = None

    async def answer(
        self,
        content: object,
        revision: int,
        terms: ChangeTerms,
        *,
        is_new: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> ReadyResponse:
        """The answer to a change that is in the log at `revision` of `_access`. It comes once every
        worker on this host decides by the change, or after a second. The answer to a dry run is the
        same as if the change were recorded. 201 if it is new."""
        told = revision - 1 if terms.dry_run and is_new else revision
        sent = {**revision_header(told), **(headers or {})}
        if not terms.dry_run:
            await agreed(self.row.tally, revision)
        if terms.waits:
            covered = await self.signed_ledger.covered(ACCESS_TIMELINE, revision, now=terms.dry_run)
            sent["Onrecord-Checkpoint"] = covered
        return ReadyResponse(msgspec.json.encode(content), 201 if is_new else 200, sent)


class ChangeTerms(NamedTuple):
    """The options of every write: wait for a signed checkpoint, and dry run."""

    waits: bool
    dry_run: bool

    @classmethod
    def of(cls, query: Query) -> ChangeTerms:
        return cls(query[WAIT] is not None, query[DRY_RUN])


def access_operation(method: str, path: str, summary: str, **more: Any) -> Operation:
    return Operation(method, f"/v1/{path}", "Access", summary, **more)


def change_operation(method: str, path: str, summary: str, **more: Any) -> Operation:
    """The operation of a change of keys or grants, with the parameters of every write."""
    more["parameters"] = (*more.get("parameters", ()), WAIT, DRY_RUN)
    more["problems"] = (*more["problems"], "log-unavailable", "projection-lagging")
    return access_operation(method, path, summary, **more)


async def read_body(
    request: HttpRequest, budget: BodyBudget, type_: type[B], faults: Callable[[B], list[Fault]]
) -> B:
    """The body of a request, checked. Raises InvalidInput, and what reading a body raises."""
    content = await read_json(request, _LIMIT, budget)
    return shape.decode(content, type_, faults)

"""The door: gives every request its visitor, and marks answers that not everybody may see."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from events.errors import AccessError, Lagging, Unknown
from service.access.access import Access
from service.access.guards.denials import Denial, count_denial
from service.access.guards.visitor import Visitor
from service.http.bodies import ARRIVED
from service.http.edge.common_headers import PRIVATE
from service.http.outlet import ENDLESS, OUTLET, Outlet
from service.http.problems.problem import Problem
from service.http.problems.responses import refusal
from service.http.problems.translation import problem_of
from service.http.requests import lines_by_name
from service.tally import TallyRow

__all__ = ["Door"]


class Door:
    """An ASGI application around the one with the routes."""

    def __init__(self, app: ASGIApp, access: Access, row: TallyRow) -> None:
        """Denials are counted in `row`."""
        self._app = app
        self._access = access
        self._row = row

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: Any = scope
        visitor = asked["user"] = Visitor(lines_by_name(asked), self._access, self._count)
        asked[ARRIVED] = visitor.recheck
        answer = _Answer(asked, visitor, send)
        try:
            await self._app(scope, receive, answer)
        except Exception:
            if answer.withdrawn is None:
                raise
            await refusal(scope, answer.withdrawn)(scope, receive, answer)

    def _count(self, denial: Denial) -> None:
        count_denial(self._row, denial)


class _Answer:
    """Sends an answer on, and says in its headers who else may be shown it.

    An answer may have waited for seconds. If the visitor has lost the right meanwhile, it is not
    sent: it is `withdrawn`, and the problem is sent in its place. A long answer, such as an export,
    is cut off before its next part: a client knows an answer that is not whole from the connection.
    An answer without end says itself why it ends.
    """

    __slots__ = ("_reads", "_scope", "_send", "_visitor", "withdrawn")

    def __init__(self, scope: Any, visitor: Visitor, send: Send) -> None:
        self._scope = scope
        self._reads = scope["method"] == "GET"
        self._visitor = visitor
        self._send = send
        self.withdrawn: Problem | None = None

    def __call__(self, message: Any) -> Awaitable[None]:
        visitor = self._visitor
        if message["type"] == "http.response.start" and visitor.known is not None:
            if self._reads and message["status"] < 400:
                self._recheck()
            if not visitor.is_shown_to_all:
                self._scope[PRIVATE] = True
        elif self._reads and message.get("more_body") and ENDLESS not in self._scope:
            self._check_midway()
        return self._send(message)

    def _check_midway(self) -> None:
        """Raises what the guard would raise now if the server cannot cut the answer off."""
        try:
            self._visitor.recheck()
        except (AccessError, Unknown, Lagging):
            outlet: Outlet | None = self._scope.get("extensions", {}).get(OUTLET)
            if outlet is None:
                raise
            outlet.abort()
            self._reads = False

    def _recheck(self) -> None:
        """Raises what the guard would raise now. A recorded write cannot be undone, so its answer
        is always sent."""
        try:
            self._visitor.recheck()
        except (AccessError, Unknown, Lagging) as error:
            self.withdrawn = problem_of(error)
            raise

"""The call that comes by the thousand, answered before the router: one statement, or an array.

A third of what such a request costs is the router's: finding the handler, a connection object,
injection, a response object. The call is the same as `service.write.record_statements`, and every
address that is not plainly its own goes on to the router.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from litestar.types import ASGIApp, Receive, Scope, Send

from service.answers import JSON
from service.problem_answers import judge, refuse
from service.writing import Writing

__all__ = ["Direct"]

_ADDRESS: Final = re.compile(rb"/v1/timelines/([a-z0-9][a-z0-9-]{0,62})/statements")
_TEMPLATE: Final = "/v1/timelines/{t}/statements"
_TYPE: Final = (b"content-type", JSON.encode())


class _Call(NamedTuple):
    """A request as the parts that read it know it."""

    scope: Any
    receive: Receive


class Direct:
    """An ASGI application around the one that has the routes."""

    def __init__(self, app: ASGIApp, writing: Writing) -> None:
        self._app = app
        self._writing = writing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: Any = scope
        found = None
        if asked["method"] == "POST":
            found = _ADDRESS.fullmatch(asked.get("raw_path") or asked["path"].encode())
        if found is None:
            await self._app(scope, receive, send)
            return
        asked["path_template"] = _TEMPLATE
        try:
            body, status, told = await self._writing.recorded(
                _Call(asked, receive), found[1].decode()
            )
        except Exception as error:  # noqa: BLE001 - every error becomes an answer, as at the router
            await refuse(scope, send, judge(scope, error))
            return
        headers = [
            _TYPE,
            (b"content-length", b"%d" % len(body)),
            *((name.lower().encode(), value.encode()) for name, value in told.items()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

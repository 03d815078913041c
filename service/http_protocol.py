"""HTTP/1.1 on a connection: uvicorn's, with a limit to what comes before a request's body."""

from __future__ import annotations

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from events.errors import Fault, InvalidInput
from service.problem import MEDIA_TYPE, body_of
from service.problems import problem_of

__all__ = ["HEAD_LIMIT", "HttpProtocol"]

HEAD_LIMIT: Final = 65_536
"""Bytes of a request's first line and headers together."""


class HttpProtocol(HttpToolsProtocol):
    """One connection. What cannot be read as a request, or has a head that does not end, is
    refused with a problem and the connection closed: the parser itself has no limits."""

    _unread = 0

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has at most {HEAD_LIMIT:,} bytes.")

    def on_headers_complete(self) -> None:
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """The same as a problem; `msg` is a sentence."""
        problem: Any = problem_of(InvalidInput([Fault("", msg)]))
        body = body_of(problem, "/")
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[400], *lines, b"\r\n", body]))
        self.transport.close()

"""Requests that ask for another protocol are read as any other request of HTTP/1.1.

Clients that know HTTP/2 ask for it so (`Upgrade: h2c`), and many do with their first request,
whatever it is. For the parser, all that is behind the head of such a request is that protocol's,
also its body. So a new parser reads it again, without the wish (RFC 9110, 7.8).
"""

from __future__ import annotations

from typing import Any, Final

from httptools import HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["PlainHttp"]

_TUNNEL: Final = b"CONNECT"


class PlainHttp(HttpToolsProtocol):
    """uvicorn's protocol with only one to speak. `feed` takes what a client sends."""

    def feed(self, data: bytes) -> None:
        """Raises the parser's errors."""
        rest = memoryview(data)
        while rest:
            try:
                self.parser.feed_data(rest)
            except HttpParserUpgrade as end:
                rest = rest[end.args[0] :]
                head = self._head()
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                self.parser.feed_data(head)
            else:
                return

    @property
    def is_read_again(self) -> bool:
        """Whether the request whose head was read will be read again."""
        parser: Any = self.parser
        return bool(parser.should_upgrade()) and parser.get_method() != _TUNNEL

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def _head(self) -> bytes:
        """The head that was read, without the wish for another protocol."""
        parser: Any = self.parser
        version = parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (parser.get_method(), self.url, version)]
        lines += [b": ".join(pair) for pair in self.headers if pair[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

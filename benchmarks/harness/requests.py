"""The requests of a caller, as bytes that are ready to send, and their answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from tests.serving import Service, key_headers

__all__ = ["ARRAY", "answer", "ask_as_owner", "ask_with", "asked", "get", "post", "statement"]

ARRAY = 500
"""The number of statements in an array."""


def statement(number: int) -> dict[str, Any]:
    """The statement that `benchmarks.writing.append` appends, in the form of a request."""
    return {
        "id": f"s{number}",
        "kind": "estimate",
        "text": f"Between 11,000 and 12,000 troops are deployed in the region, no. {number}. " * 2,
        "said": {"by": "Oleksandr Syrskyi", "on": "2025-04~"},
        "occurred": f"20{number % 25:02}-10/2025-04~",
        "about": ["North Korea", "Russia"],
        "sources": [{"id": "article", "title": "An article", "quote": "since last October"}],
        "tags": ["troops", f"day-{number % 365}"],
    }


_USUAL: list[str] = ["Host: 127.0.0.1"]
"""The headers of every request."""


def ask_as_owner(service: Service) -> None:
    """Send the owner's key with every request from now on, also with those to a peer."""
    _USUAL[1:] = [f"{name}: {value}" for name, value in key_headers(service.key).items()]


def ask_with(authorization: str) -> None:
    """Send this `Authorization` header with every request from now on."""
    _USUAL[1:] = [f"Authorization: {authorization}"]


def post(path: str, content: Any) -> bytes:
    """A whole request, ready to be sent."""
    body = json.dumps(content).encode()
    more = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([f"POST {path} HTTP/1.1", *_USUAL, *more, "", ""]).encode() + body


def get(path: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", *_USUAL, "", ""]).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and the body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


async def asked(url: str, request: bytes) -> bytes:
    """The body of one answer."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(request)
    _, body = await answer(reader)
    writer.close()
    return body

"""Answers to reading: entity tags, conditional requests, the revision that an answer is true of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from litestar import Request, Response

__all__ = ["JSON", "answer", "etag_of", "holds", "not_modified", "tag_of", "true_of"]

JSON: Final = "application/json"

_TAGS = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*')
_TAG = re.compile(r'"([^"]*)"')


def etag_of(body: bytes) -> str:
    """A tag that is the body's own: 32 hex digits of its SHA-256, quoted."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def tag_of(changed: int) -> str:
    """The tag of a statement: the revision at which anything shown of it last changed."""
    return f'"{changed}"'


def true_of(revision: int) -> dict[str, str]:
    """The header that tells the revision an answer is true of."""
    return {"Onrecord-Revision": str(revision)}


def answer(
    request: Request[Any, Any, Any],
    body: bytes,
    *,
    revision: int | None = None,
    etag: str | None = None,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """200 with the body, or 304 where `If-None-Match` names what the caller has already.

    `revision` None: the answer is of no one timeline.
    """
    tag = etag or etag_of(body)
    sent = {"ETag": tag, **(headers or {})}
    if revision is not None:
        sent |= true_of(revision)
    if holds(request, tag):
        return not_modified(sent)
    return Response(body, headers=sent, media_type=media_type)


def not_modified(headers: Mapping[str, str]) -> Response[bytes]:
    """304 with the headers that the whole answer would have had."""
    return Response(b"", status_code=304, headers=dict(headers))


def holds(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether `If-None-Match` names `tag`: RFC 9110, 13.1.2, compared weakly (8.8.3.2). A list
    that is not well-formed names nothing."""
    text = ",".join(request.headers.getall("If-None-Match", []))
    if text.strip() == "*":
        return True
    if not text or not all(_TAGS.fullmatch(part) for part in _parts(text)):
        return False
    return tag.removeprefix("W/")[1:-1] in _TAG.findall(text)


def _parts(text: str) -> list[str]:
    """The members of a list; a comma within quotes ends none, an empty member counts for none."""
    parts = re.findall(r'(?:"[^"]*"?|[^",])+', text)
    return [part for part in parts if part.strip()]

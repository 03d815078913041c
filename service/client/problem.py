"""What can go wrong for a client.

ClientError
├── Unreachable         no answer came; `sent` says whether the request may have arrived
├── UnreadableAnswer    an answer came that is not this interface's
├── Reset               what was heard is no history of the server's log: start again
├── NotModified         304: what `if_none_match` names is still so
└── Problem             the server said no (RFC 9457), of another kind than these:
    ├── Invalid         400, 413, 415, 422: what was sent is wrong
    ├── NotPermitted    401, 403: the key is missing or lacks a right
    ├── NotFound        404, 410: it is not there, or not any more
    ├── Lost            409, 412: something else was there first
    └── Busy            429, 503: later it may be yes; `retry_after` says when
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from events.errors import Fault, OnrecordError

__all__ = [
    "Busy",
    "ClientError",
    "Invalid",
    "Lost",
    "NotFound",
    "NotModified",
    "NotPermitted",
    "Problem",
    "Reset",
    "Unreachable",
    "UnreadableAnswer",
    "problem_of",
]

_KNOWN = frozenset({"type", "title", "status", "detail", "instance"})


class ClientError(OnrecordError):
    """The root: everything that the client raises on purpose."""


class Unreachable(ClientError):
    """No answer came from the server at `url`. `sent` False: the request certainly did not
    arrive; True: it may have, so a write may be recorded."""

    def __init__(self, url: str, reason: str, *, sent: bool) -> None:
        super().__init__(f"The server at {url} cannot be reached: {reason}.")
        self.url = url
        self.reason = reason
        self.sent = sent


class UnreadableAnswer(ClientError):
    """The answer is not one of this interface: another program, or a proxy, may be there."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"What answered at {url} does not speak as an onrecord server does: {reason}. "
            "Check the address."
        )
        self.url = url


class Reset(ClientError):
    """The position that a subscriber goes on from is none of the server's log, whose identity is
    `log`: it was replaced, or has lost events. Forget what was heard, and start again."""

    def __init__(self, reason: str, log: str) -> None:
        super().__init__(f"{reason} Forget what was heard, and start again.")
        self.reason = reason
        self.log = log


class NotModified(ClientError):
    """What the caller has, as its ETag says, is what the server would answer."""

    def __init__(self, revision: int | None) -> None:
        super().__init__("Nothing has changed since that ETag.")
        self.revision = revision


class Problem(ClientError):
    """The server's refusal, as it told it.

    `slug` is the last part of `type`; `members` are the facts beside the standard ones;
    `retry_after` is in seconds; `body` is the document as it came.
    """

    def __init__(
        self, status: int, document: Mapping[str, Any], body: bytes, retry_after: float | None
    ) -> None:
        self.status = status
        self.slug = str(document.get("type", "about:blank")).rpartition("/")[2]
        self.title = str(document.get("title", f"Status {status}"))
        self.detail = str(document.get("detail", ""))
        self.members = {name: value for name, value in document.items() if name not in _KNOWN}
        self.retry_after = retry_after
        self.body = body
        super().__init__(self.detail or self.title)

    @property
    def faults(self) -> list[Fault]:
        """The items of `errors`, none where the problem has none."""
        items = self.members.get("errors")
        if not isinstance(items, list):
            return []
        return [
            Fault(str(item.get("path", "")), str(item.get("message", "")), item.get("column"))
            for item in items
            if isinstance(item, dict)
        ]


class Invalid(Problem):
    """What was sent is malformed, too large, of an unknown type, or against the rules."""


class NotPermitted(Problem):
    """The key is missing or lacks the right in `members["needs"]`."""


class NotFound(Problem):
    """What the path names is not there, or was redacted."""


class Lost(Problem):
    """Something else is there already, or has moved since."""


class Busy(Problem):
    """The server cannot answer now. A write of unknown outcome may be repeated only with the
    same ids or the same idempotency key."""


_KINDS: dict[int, type[Problem]] = {
    400: Invalid,
    401: NotPermitted,
    403: NotPermitted,
    404: NotFound,
    409: Lost,
    410: NotFound,
    412: Lost,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: Busy,
    503: Busy,
}


def problem_of(status: int, body: bytes, retry_after: str | None) -> Problem | None:
    """The problem that an answer tells, None where its body is no problem document."""
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return None
    if not {"type", "title"} & document.keys():
        return None
    kind = _KINDS.get(status, Problem)
    return kind(status, document, body, _seconds(retry_after))


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; its other form, a date, is never sent by the server."""
    return float(header) if header is not None and header.isascii() and header.isdigit() else None

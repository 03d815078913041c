"""What can go wrong for a client.

ClientError
├── Unreachable         no answer came; `sent` says whether the request may have arrived
│   └── Untrusted       the server's certificate is not one that this client accepts
├── UnreadableAnswer    an answer came that is not in the form of this interface
├── Reset               what was received is not in the server's log: start again
├── NotModified         304: what `if_none_match` names has not changed
├── WriteProposed       202: the write became a proposal, and nothing is recorded yet
└── ServerRefused       the server answered with a problem (RFC 9457), of these kinds or others:
    ├── Invalid         400, 413, 415, 422: what was sent is wrong
    ├── NotPermitted    401, 403: the key is missing or lacks a right
    ├── NotFound        404, 410: it does not exist, or was redacted
    ├── Lost            409, 412: another write came first
    └── Busy            429, 503: try again after `retry_after` seconds
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from events.errors import Fault, OnrecordError
from service.messages.proposals import Proposed, ProposedItem

__all__ = [
    "UNREADABLE",
    "Busy",
    "ClientError",
    "Invalid",
    "Lost",
    "NotFound",
    "NotModified",
    "NotPermitted",
    "Reset",
    "ServerRefused",
    "Unreachable",
    "UnreadableAnswer",
    "Untrusted",
    "WriteProposed",
    "proposed_by",
    "refused_by",
]

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the decoder raises if the bytes are not JSON of the expected shape."""

_KNOWN = frozenset({"type", "title", "status", "detail", "instance"})


class ClientError(OnrecordError):
    """The root of all errors that the client raises on purpose."""


class Unreachable(ClientError):
    """No answer came from the server at `url`. If `sent` is False, the request certainly did not
    arrive; if True, it may have arrived, so a write may be recorded."""

    def __init__(self, url: str, reason: str, *, sent: bool) -> None:
        super().__init__(f"The server at {url} cannot be reached: {reason.rstrip('.')}.")
        self.url = url
        self.reason = reason
        self.sent = sent


class Untrusted(Unreachable):
    """The server at `url` has a certificate that this client does not accept. `advice` says what to
    do."""

    def __init__(self, url: str, reason: str, advice: str) -> None:
        super().__init__(url, f"its certificate is not trusted ({reason.rstrip('.')})", sent=False)
        self.advice = advice


class UnreadableAnswer(ClientError):
    """The answer is not in the form of this interface: another program or a proxy may have sent
    it."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"The answer from {url} is not an onrecord server's: {reason}. Check the address."
        )
        self.url = url


class Reset(ClientError):
    """The position that a subscriber resumes from does not exist in the server's log, whose
    identity is `log`: the log was replaced, or has lost events. Discard what was received, and
    start again."""

    def __init__(self, reason: str, log: str) -> None:
        super().__init__(f"{reason} Discard what was received, and start again.")
        self.reason = reason
        self.log = log


class NotModified(ClientError):
    """The caller has the server's answer already: it still has that ETag."""

    def __init__(self, revision: int | None) -> None:
        super().__init__("Nothing has changed since that ETag.")
        self.revision = revision


class WriteProposed(ClientError):
    """202: the caller may only propose here, so nothing is recorded yet. `proposal` is the id of
    the proposal that an editor decides; a dry run makes none with that id. `items` has the id that
    each command is about, or its refusal; `body` has the bytes of the answer."""

    def __init__(
        self, proposal: str, items: tuple[str | ServerRefused, ...], *, dry_run: bool, body: bytes
    ) -> None:
        super().__init__(f"proposed: {proposal}")
        self.proposal = proposal
        self.items = items
        self.dry_run = dry_run
        self.body = body


class ServerRefused(ClientError):
    """The server answered with a problem document.

    `slug` is the last part of `type`; `members` are the non-standard members; `retry_after` is in
    seconds; `body` has the document's bytes.
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
        """The items of `errors`; empty if the problem has none."""
        items = self.members.get("errors")
        if not isinstance(items, list):
            return []
        return [
            Fault(str(item.get("path", "")), str(item.get("message", "")), item.get("column"))
            for item in items
            if isinstance(item, dict)
        ]


class Invalid(ServerRefused):
    """What was sent is malformed, too large, of an unknown type, or against the rules."""


class NotPermitted(ServerRefused):
    """The key is missing or lacks the right in `members["needs"]`."""


class NotFound(ServerRefused):
    """What the path names does not exist, or was redacted."""


class Lost(ServerRefused):
    """Something else is there already, or has moved since."""


class Busy(ServerRefused):
    """The server cannot answer now. A write of unknown outcome may be repeated only with the
    same ids or the same idempotency key."""


_KINDS: dict[int, type[ServerRefused]] = {
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


def refused_by(status: int, body: bytes, retry_after: str | None) -> ServerRefused | None:
    """The problem that a body describes; None if it is not a problem document."""
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
    except UNREADABLE:
        return None
    if not {"type", "title"} & document.keys():
        return None
    kind = _KINDS.get(status, ServerRefused)
    return kind(status, document, body, _seconds(retry_after))


class _Status(msgspec.Struct):
    status: int | None = None


_status = msgspec.json.Decoder(_Status)


def proposed_by(url: str, body: bytes) -> WriteProposed | UnreadableAnswer:
    """The proposal that the body of a 202 from the server at `url` describes."""
    try:
        made = msgspec.json.decode(body, type=Proposed)
        items = tuple(map(_item, made.items))
    except UNREADABLE as error:
        return UnreadableAnswer(url, str(error))
    return WriteProposed(made.proposal, items, dry_run=made.dry_run is True, body=body)


def _item(item: msgspec.Raw) -> str | ServerRefused:
    status = _status.decode(item).status
    refusal = None if status is None else refused_by(status, bytes(item), None)
    return refusal or msgspec.json.decode(item, type=ProposedItem).id


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds. The server never sends its other form, a date."""
    return float(header) if header is not None and header.isascii() and header.isdigit() else None

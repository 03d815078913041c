"""Errors to HTTP, in one place: which problem tells of which error, and what it says to do.

The statuses stand in `service.problem_kinds`. An error that has no row here is a bug of ours: it
becomes `internal`, with an incident id under which the log has the traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException

from events import errors
from events.errors import Fault
from events.shape import shortened
from service.problem import Problem
from service.requests import Disconnected, NoRoom, TooLarge, UnsupportedMediaType
from service.streaming.live import TooManyStreams

__all__ = ["allow_of", "problem_of"]

_SOON: Final = {"Retry-After": "1"}
_LATER: Final = {"Retry-After": "5"}
_CLOSE: Final = {"Connection": "close"}
_OPERATOR: Final = {"Retry-After": "60"}

_LONGEST: Final = 500
"""Characters of a fault that `detail` repeats."""


def problem_of(error: Exception, *, writing: bool = True) -> Problem | None:
    """The problem that tells of `error`, to who was `writing` or reading; None where it is no
    error of a known family."""
    rows = _TABLE if writing else _TO_READERS
    for cls in type(error).__mro__:
        translate = rows.get(cls)
        if translate is not None:
            return translate(error)
    return None


def allow_of(methods: Iterable[str]) -> str:
    """The value of `Allow` for a path that has these methods: HEAD goes with GET, and OPTIONS
    is answered to browsers' preflights alone."""
    allowed = {method.strip().upper() for method in methods} - {"", "OPTIONS"}
    if "GET" in allowed:
        allowed.add("HEAD")
    return ", ".join(sorted(allowed))


def _faults(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    return [
        {"path": fault.path, "message": fault.message}
        | ({} if fault.column is None else {"column": fault.column})
        for fault in faults
    ]


def _listed(slug: str, faults: tuple[Fault, ...], advice: str) -> Problem:
    first = f"{faults[0].path}: {faults[0].message}".removeprefix(": ")
    if len(faults) > 1:
        first = f"There are {len(faults)} faults, listed in errors."
    elif len(first) > _LONGEST:
        first = "There is a fault, told in errors."
    return Problem(slug, f"{first} {advice}", {"errors": _faults(faults)})


def _invalid(error: errors.InvalidInput) -> Problem:
    return _listed("invalid-request", error.faults, "Correct this and send the request again.")


def _rejected(error: errors.Rejected) -> Problem:
    return _listed("rejected", error.faults, "The rules refuse it: change it or leave it.")


def _unknown(error: errors.Unknown) -> Problem:
    id_ = shortened(error.id)
    words = str(error) if id_ == error.id else str(errors.Unknown(error.kind, id_))
    return Problem(f"{error.kind}-not-found", words, {"id": id_})


def _refused(slug: str, advice: str) -> Callable[[errors.Refused], Problem]:
    return lambda error: Problem(slug, f"{_sentence(error)} {advice}", {"id": error.id})


def _redacted(error: errors.StatementRedacted) -> Problem:
    return Problem(
        "statement-redacted",
        f"{_sentence(error)} It is gone for every date; its id stays taken, so use another one.",
        {"id": error.id, "revision": error.revision},
    )


def _idempotency(error: errors.IdempotencyConflict) -> Problem:
    return Problem(
        "idempotency-conflict",
        f"{_sentence(error)} Repeat exactly what was sent then, or use a new Idempotency-Key.",
        {"id": error.id},
    )


def _moved(error: errors.RevisionConflict) -> Problem:
    return Problem(
        "revision-conflict",
        f"{_sentence(error)} Read it again, decide again, and send the new ETag in If-Match.",
        {"expected": error.expected, "actual": error.actual},
    )


def _lagging(error: errors.Lagging) -> Problem:
    return Problem(
        "projection-lagging",
        f"{_sentence(error)} Ask again in a moment.",
        {"revision": error.revision, "wanted": error.wanted},
        _SOON,
    )


def _stalled(error: errors.Stalled) -> Problem:
    return Problem(
        "projection-lagging",
        f"{_sentence(error)} Whoever runs this service must look at /health/ready; "
        "until then the timeline can be read as it was before.",
        {"revision": error.revision - 1, "wanted": error.wanted},
        _OPERATOR,
    )


def _away(detail: str, headers: Mapping[str, str] = _LATER, revision: int | None = None) -> Problem:
    """The log is away. What its driver says of it (addresses, files) is for our own log alone."""
    return Problem("log-unavailable", detail, {"revision": revision, "wanted": None}, headers)


def _corrupt(error: errors.CorruptEvent) -> Problem:
    detail = (
        f"{_sentence(error)} The log does not hold what was recorded: "
        "whoever runs this service must look at it."
    )
    return _away(detail, _OPERATOR, error.revision)


def _too_long(_: errors.QueryTooLong) -> Problem:
    message = "This question takes too long to answer."
    return Problem(
        "rejected",
        f"{message} Narrow it with more filters or a shorter window.",
        {"errors": _faults([Fault("", message)])},
    )


def _method(error: MethodNotAllowedException) -> Problem:
    allowed = allow_of(((error.headers or {}).get("allow") or "").split(","))
    return Problem(
        "not-allowed",
        f"This path does not have that method. Use {allowed}.",
        {},
        {"Allow": allowed},
    )


def _no_path(_: NotFoundException) -> Problem:
    return Problem("not-found", "There is no such path. /docs lists those that there are.")


def _http(error: HTTPException) -> Problem | None:
    """What the framework refuses by itself, before a handler is asked."""
    if error.status_code != 400:
        return None
    return _invalid(errors.InvalidInput([Fault("", _sentence(error, error.detail))]))


def _too_large(error: TooLarge) -> Problem:
    return Problem("too-large", _sentence(error), {"limit": error.limit}, _CLOSE)


def _no_room(error: NoRoom) -> Problem:
    detail = f"{_sentence(error)} Nothing was written: send it again in a moment."
    return Problem("too-many-requests", detail, {}, _SOON | _CLOSE)


def _no_stream(error: TooManyStreams) -> Problem:
    detail = f"{_sentence(error)} Close those that nobody reads, or come back in a moment."
    return Problem("too-many-requests", detail, {}, _LATER)


def _media_type(error: UnsupportedMediaType) -> Problem:
    return Problem("unsupported-media-type", _sentence(error), {"supported": error.supported})


def _left(error: Disconnected) -> Problem:
    """Nobody hears this; the log has a status to show."""
    return _invalid(errors.InvalidInput([Fault("", _sentence(error))]))


def _sentence(error: Exception, text: str | None = None) -> str:
    words = str(error) if text is None else text
    return words if words.endswith((".", "!", "?")) else f"{words}."


_TABLE: Final[dict[type, Callable[[Any], Problem | None]]] = {
    errors.InvalidInput: _invalid,
    errors.Unknown: _unknown,
    errors.StatementExists: _refused(
        "statement-exists", "Use another id, or correct the statement that has this one."
    ),
    errors.AlreadyRetracted: _refused("already-retracted", "Nothing is left to do."),
    errors.RelationExists: _refused("relation-exists", "Nothing is left to do."),
    errors.SpellingTaken: _refused(
        "spelling-taken", "Use another spelling, or take it from the other actor first."
    ),
    errors.StatementRedacted: _redacted,
    errors.Rejected: _rejected,
    errors.RevisionConflict: _moved,
    errors.IdempotencyConflict: _idempotency,
    errors.LogError: lambda _: _away(
        "The log of events cannot be used as it is now. Repeat it with the same id or "
        "Idempotency-Key in a moment: it is recorded once at most."
    ),
    errors.NoRoomToRemove: lambda _: _away("The log cannot be changed now."),
    errors.LogUnavailable: lambda _: _away(
        "The log of events does not answer right now. Nothing was written: repeat it in a moment."
    ),
    errors.LogReplaced: lambda _: _away(
        "The log is another one than was opened. Nothing was written: an operator must look."
    ),
    errors.OutcomeUnknown: lambda _: _away(
        "The log of events did not answer in time, so nobody knows whether this was written. "
        "Repeat it with the same id or Idempotency-Key: it is recorded once at most."
    ),
    errors.CorruptEvent: _corrupt,
    errors.Lagging: _lagging,
    errors.Stalled: _stalled,
    errors.QueryTooLong: _too_long,
    UnsupportedMediaType: _media_type,
    TooLarge: _too_large,
    NoRoom: _no_room,
    TooManyStreams: _no_stream,
    Disconnected: _left,
    NotFoundException: _no_path,
    MethodNotAllowedException: _method,
    HTTPException: _http,
}

_AWAY: Final = (
    errors.LogError,
    errors.LogUnavailable,
    errors.LogReplaced,
    errors.OutcomeUnknown,
)
_TO_READERS: Final[dict[type, Callable[[Any], Problem | None]]] = _TABLE | dict.fromkeys(
    _AWAY,
    lambda _: _away(
        "The log of events, which this is read from, does not answer right now. Ask again in a "
        "moment; timelines and statements can be read meanwhile."
    ),
)
"""The same, but for what is told otherwise to who only reads."""

"""How errors become problems: the kind of each, and what the caller can do.

The statuses are in `service.http.problems.kinds`. An error without a row here is a bug of the
service: it becomes `internal`, with an incident id under which the log has the traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException

from events import errors
from events.errors import Fault
from events.statement.validation import shortened
from service.http.problems.log_translation import TO_READERS, TO_WRITERS
from service.http.problems.problem import Problem
from service.http.problems.request_translation import OF_REQUESTS, sentence
from service.http.requests import Disconnected

__all__ = ["allow_of", "problem_of"]

_SOON: Final = {"Retry-After": "1"}
_LATER: Final = {"Retry-After": "5"}
_OPERATOR: Final = {"Retry-After": "60"}
_BEARER: Final = {"WWW-Authenticate": "Bearer"}

_NO_PATH: Final = "There is no such path. /docs lists all paths."
_LONGEST: Final = 500
"""The most characters of a fault's text that `detail` repeats."""


def problem_of(error: Exception, *, writing: bool = True) -> Problem | None:
    """The problem for `error`, in words for a caller that was `writing` or reading; None for an
    error of no known class."""
    rows = _TABLE if writing else _TO_READERS
    for cls in type(error).__mro__:
        translate = rows.get(cls)
        if translate is not None:
            return translate(error)
    return None


def allow_of(methods: Iterable[str]) -> str:
    """The value of `Allow` for a path that has these methods. HEAD is added to GET; OPTIONS is left
    out, because only preflights of browsers are answered."""
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
        first = "There is a fault, described in errors."
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
    return lambda error: Problem(slug, f"{sentence(error)} {advice}", {"id": error.id})


def _exists(error: errors.StatementExists) -> Problem:
    advice = "Use other ids, or correct the statements that have these."
    return Problem(
        "statement-exists", f"{sentence(error)} {advice}", {"id": error.id, "ids": error.ids}
    )


def _redacted(error: errors.StatementGone) -> Problem:
    return Problem(
        "statement-redacted",
        f"{sentence(error)} It is gone for every date; its id stays taken, so use another one.",
        {"id": error.id, "revision": error.revision},
    )


def _idempotency(error: errors.IdempotencyConflict) -> Problem:
    return Problem(
        "idempotency-conflict",
        f"{sentence(error)} Repeat exactly what was sent then, or use a new Idempotency-Key.",
        {"id": error.id},
    )


def _moved(error: errors.RevisionConflict) -> Problem:
    return Problem(
        "revision-conflict",
        f"{sentence(error)} Read it again, decide again, and send the new ETag in If-Match.",
        {"expected": error.expected, "actual": error.actual},
    )


def _lagging(error: errors.Lagging) -> Problem:
    return Problem(
        "projection-lagging",
        f"{sentence(error)} Ask again in a moment.",
        {"revision": error.revision, "wanted": error.wanted},
        _SOON,
    )


def _damaged(_: errors.Damaged) -> Problem:
    return Problem(
        "projection-lagging",
        "The data for this answer is damaged, and is being built from the log again: nothing that "
        "was recorded is lost. Ask again in a moment.",
        {"revision": None, "wanted": None},
        _LATER,
    )


def _stalled(error: errors.Stalled) -> Problem:
    return Problem(
        "projection-lagging",
        f"{sentence(error)} The operator of this service must look at /health/ready; "
        "until then the timeline can be read as it was before.",
        {"revision": error.revision - 1, "wanted": error.wanted},
        _OPERATOR,
    )


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


def _no_path(error: NotFoundException) -> Problem:
    """In the words of the error, if it has any of its own: the path exists then."""
    is_named = error.detail not in ("", HTTPStatus.NOT_FOUND.phrase)
    words = sentence(error, error.detail) if is_named else _NO_PATH
    return Problem("not-found", words)


def _unauthenticated(error: errors.Unauthenticated) -> Problem:
    return Problem("unauthenticated", sentence(error), {"needs": error.needs}, _BEARER)


def _forbidden(error: errors.Forbidden) -> Problem:
    return Problem("forbidden", sentence(error), {"needs": error.needs})


def _http(error: HTTPException) -> Problem | None:
    """The problem for a request that the framework refuses before a handler is called."""
    if error.status_code != 400:
        return None
    return _invalid(errors.InvalidInput([Fault("", sentence(error, error.detail))]))


def _left(error: Disconnected) -> Problem:
    """Nobody receives this problem; it gives the log a status to show."""
    return _invalid(errors.InvalidInput([Fault("", sentence(error))]))


_TABLE: Final[dict[type, Callable[[Any], Problem | None]]] = {
    errors.InvalidInput: _invalid,
    errors.Unknown: _unknown,
    errors.StatementExists: _exists,
    errors.AlreadyRetracted: _refused("already-retracted", "Nothing is left to do."),
    errors.NotRetracted: _refused("not-retracted", "Nothing is left to do."),
    errors.RelationExists: _refused("relation-exists", "Nothing is left to do."),
    errors.SpellingTaken: _refused(
        "spelling-taken", "Use another spelling, or take it from the other actor first."
    ),
    errors.KeyExists: _refused("key-exists", "Use another name: a key's name is given once."),
    errors.AlreadyRevoked: _refused("already-revoked", "Nothing is left to do."),
    errors.ProposalDecided: _refused("proposal-decided", "Make another proposal if need be."),
    errors.StatementGone: _redacted,
    errors.Rejected: _rejected,
    errors.RevisionConflict: _moved,
    errors.IdempotencyConflict: _idempotency,
    errors.Unauthenticated: _unauthenticated,
    errors.Forbidden: _forbidden,
    errors.IdentityUnavailable: lambda error: Problem(
        "identity-unavailable", f"{sentence(error)} Sign in again in a moment.", {}, _LATER
    ),
    **TO_WRITERS,
    errors.Damaged: _damaged,
    errors.Lagging: _lagging,
    errors.Stalled: _stalled,
    errors.QueryTooLong: _too_long,
    **OF_REQUESTS,
    Disconnected: _left,
    NotFoundException: _no_path,
    MethodNotAllowedException: _method,
    HTTPException: _http,
}

_TO_READERS: Final = {**_TABLE, **TO_READERS}
"""The same, but with other words about the log for callers that only read."""

"""How errors of the log become problems: why it cannot be used, whether anything was written, and
when to try again.

Callers receive the server's own reason. Additions of the driver (addresses, files) go only to the
service's own log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from events import errors
from events.log.refusals import refusal_of, words_for_callers
from service.http.problems.problem import Problem

__all__ = ["TO_READERS", "TO_WRITERS"]

_LATER: Final = {"Retry-After": "5"}
_OPERATOR: Final = {"Retry-After": "60"}

_ANOTHER: Final = "The log is another one than was opened"
_SEEN_TO: Final = "once the operator of this service has corrected that"

_Table = Mapping[type, Callable[[Any], Problem]]


def _away(detail: str, headers: Mapping[str, str] = _LATER, revision: int | None = None) -> Problem:
    return Problem("log-unavailable", detail, {"revision": revision, "wanted": None}, headers)


def _refused(error: errors.LogRefused) -> Problem:
    passes = refusal_of(error).passes
    return _away(
        f"The log's server refuses: {words_for_callers(error)}. Nothing was written: repeat it "
        f"{'in a moment' if passes else _SEEN_TO}.",
        _LATER if passes else _OPERATOR,
    )


def _unfit(error: errors.UnfitServer) -> Problem:
    return _away(
        "The log's server is not fit to keep what is recorded. "
        f"{error} Nothing was written: repeat it {_SEEN_TO}.",
        _OPERATOR,
    )


def _corrupt(error: errors.CorruptEvent) -> Problem:
    detail = (
        f"{error} The log does not hold what was recorded: "
        "the operator of this service must look at it."
    )
    return _away(detail, _OPERATOR, error.revision)


TO_WRITERS: Final[_Table] = {
    errors.LogError: lambda _: _away(
        "The log of events cannot be used as it is now. Repeat it with the same id or "
        "Idempotency-Key in a moment: it is recorded once at most."
    ),
    errors.NoSpaceToRemove: lambda _: _away("The log cannot be changed now."),
    errors.LogUnavailable: lambda _: _away(
        "The log of events does not answer right now. Nothing was written: repeat it in a moment."
    ),
    errors.LogRefused: _refused,
    errors.UnfitServer: _unfit,
    errors.LogReplaced: lambda _: _away(
        f"{_ANOTHER}. Nothing was written: an operator must look.", _OPERATOR
    ),
    errors.OutcomeUnknown: lambda _: _away(
        "The log of events did not answer in time, so it is not known whether this was written. "
        "Repeat it with the same id or Idempotency-Key: it is recorded once at most."
    ),
    errors.CorruptEvent: _corrupt,
}


def _unread(
    why: str, headers: Mapping[str, str] = _LATER, when: str = "Ask again in a moment"
) -> Problem:
    return _away(f"{why}. {when}; timelines and statements can be read meanwhile.", headers)


def _silent(_: errors.LogError) -> Problem:
    return _unread("The log of events, which this is read from, does not answer right now")


TO_READERS: Final[_Table] = {
    errors.LogError: _silent,
    errors.LogUnavailable: _silent,
    errors.OutcomeUnknown: _silent,
    errors.LogRefused: lambda error: _unread(
        f"The server of the log, which this is read from, refuses: {words_for_callers(error)}"
    ),
    errors.LogReplaced: lambda _: _unread(_ANOTHER, _OPERATOR, "An operator must look"),
}
"""The problems of errors of the log whose words differ for callers that only read."""

"""Translates the driver's errors: the server has answered with an error, or it has not answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis.exceptions import RedisClusterException, RedisError, ResponseError

from events.errors import LogError, LogRefused, LogUnavailable

__all__ = ["ErrorReply", "checked", "translated", "translating"]


class ErrorReply(LogRefused):
    """The server answered with an error. Only the caller of a script knows whether it is the
    script's own error."""


@contextmanager
def translating(failed: type[LogError]) -> Iterator[None]:
    """Translate the driver's errors: to `ErrorReply` if the server answered with an error, else to
    `failed`."""
    try:
        yield
    except (RedisError, RedisClusterException, OSError) as error:
        answer = _answer(error)
        if answer is not None:
            raise ErrorReply(answer) from error
        reason = str(error) or "it took too long"
        raise failed(f"The Redis server does not answer: {reason}") from error


def translated(answer: Any) -> Any:
    """The answer, or one of our errors if the driver has put its own error in the answer's
    place."""
    if not isinstance(answer, Exception):
        return answer
    try:
        with translating(LogUnavailable):
            raise answer
    except LogError as error:
        return error


def checked(answers: Sequence[Any]) -> Sequence[Any]:
    """The answers; if there are errors among them, raises the first one."""
    for answer in answers:
        if isinstance(answer, LogError):
            raise answer
    return answers


def _answer(error: BaseException) -> str | None:
    """The error as the server wrote it, or None if it did not answer.

    The driver removes codes that it knows, treats some answers (LOADING, NOAUTH) as failures of the
    connection, and wraps those that come while it connects to a Unix socket. A cluster that lacks
    slots has answered, too.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RedisError) and cause.status_code is not None:
            return f"{cause.status_code} {cause}"
        if isinstance(cause, ResponseError):
            return str(cause)
        if isinstance(cause, RedisClusterException) and "not covered" in str(cause):
            return f"CLUSTERDOWN {cause}"
        cause = cause.__cause__
    return None

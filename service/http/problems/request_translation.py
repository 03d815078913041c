"""The problems of requests that violate a rule of HTTP itself, or a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from service.http.problems.problem import Problem
from service.http.requests import (
    TooLarge,
    TooManyBodies,
    TooManyRequests,
    TooManyStreams,
    UnsupportedMediaType,
)

__all__ = ["OF_REQUESTS", "sentence"]

_SOON: Final = {"Retry-After": "1"}
_LATER: Final = {"Retry-After": "5"}
_CLOSE: Final = {"Connection": "close"}


def sentence(error: Exception, text: str | None = None) -> str:
    """What the error says, or the text, with a full stop."""
    words = str(error) if text is None else text
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _too_large(error: TooLarge) -> Problem:
    return Problem("too-large", sentence(error), {"limit": error.limit}, _CLOSE)


def _too_many_bodies(error: TooManyBodies) -> Problem:
    detail = f"{sentence(error)} Nothing was written: send it again in a moment."
    return Problem("too-many-requests", detail, {}, _SOON | _CLOSE)


def _too_many_requests(error: TooManyRequests) -> Problem:
    pause = "a second" if error.wait == 1 else f"{error.wait} seconds"
    detail = f"{sentence(error)} Nothing was done: ask again after {pause}."
    return Problem("too-many-requests", detail, {}, {"Retry-After": str(error.wait)})


def _no_stream(error: TooManyStreams) -> Problem:
    detail = f"{sentence(error)} Close unused ones, or try again in a moment."
    return Problem("too-many-requests", detail, {}, _LATER | _CLOSE)


def _media_type(error: UnsupportedMediaType) -> Problem:
    return Problem("unsupported-media-type", sentence(error), {"supported": error.supported})


OF_REQUESTS: Final[Mapping[type, Callable[[Any], Problem | None]]] = {
    UnsupportedMediaType: _media_type,
    TooLarge: _too_large,
    TooManyBodies: _too_many_bodies,
    TooManyRequests: _too_many_requests,
    TooManyStreams: _no_stream,
}
"""The problem of each of these errors."""

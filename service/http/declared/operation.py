"""An operation: one method of one path, with its parameters and answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from litestar import delete, get, post, put
from litestar.handlers import HTTPRouteHandler

from service.http.declared.parameter import Parameter, Schema
from service.http.declared.query import DeclaredQuery

__all__ = [
    "NOTHING",
    "OWN",
    "Answer",
    "Body",
    "Content",
    "Operation",
    "operation_of",
    "route",
    "unchanging",
]

NOTHING: Final = "nothing"
"""The need of an operation that ignores credentials."""
OWN: Final = "own"
"""The need of an operation whose handler shows each caller what that caller may see."""

Content = Mapping[str, "Schema | type | str"]
"""Media types, each with a schema, a type to encode, or the name of a schema."""


class Body(NamedTuple):
    """The body of a request, JSON unless `media_type` says otherwise; `examples` by name. `others`
    are the schemas of other media types that it may have."""

    schema: Schema | type
    examples: Mapping[str, object] = {}
    others: Mapping[str, Schema] = {}
    media_type: str = "application/json"


class Answer(NamedTuple):
    """An answer: its media types with their schemas, and the names of its headers."""

    description: str
    content: Content
    headers: tuple[str, ...] = ()


class Operation(NamedTuple):
    """One method of one path. `parameters` are all its parameters. `problems` are the slugs of its
    problems, in addition to those of every operation. `name` is the name of its handler.
    `cacheable`: an answer about one revision depends on the read model alone, so it may be cached.
    `needs` is the required right (on the timeline `{t}`, if the path has one), or NOTHING, or OWN.
    `personal`: callers with the same right may get different answers."""

    method: str
    path: str
    tag: str
    summary: str
    description: str = ""
    parameters: tuple[Parameter[Any], ...] = ()
    body: Body | None = None
    answers: Mapping[int, Answer] = {}
    problems: tuple[str, ...] = ()
    name: str = ""
    cacheable: bool = False
    needs: str = ""
    personal: bool = False


_METHODS: Final[Mapping[str, Any]] = {"GET": get, "POST": post, "PUT": put, "DELETE": delete}
_WITH_SLASHES: Final = frozenset({"tile", "file"})
"""Parts of a path that may contain slashes."""


def route(operation: Operation) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Make a function the handler of the operation, and name the operation after it. Raises
    ValueError if the operation does not say what it needs."""
    if not operation.needs:
        raise ValueError(f"{operation.method} {operation.path}: say which right it needs")
    path = re.sub(r"\{([a-z]+)\}", _typed, operation.path)
    status = 201 if 201 in operation.answers else 200
    queried = DeclaredQuery(each for each in operation.parameters if each.place == "query")

    def handle(function: Callable[..., Any]) -> HTTPRouteHandler:
        name = function.__name__
        opt = {"operation": operation._replace(name=name), "query": queried}
        make = _METHODS[operation.method](path, name=name, opt=opt, status_code=status)
        handler: HTTPRouteHandler = make(function)
        return handler

    return handle


def operation_of(handler: HTTPRouteHandler) -> Operation:
    """The operation whose handler `route` made this."""
    operation: Operation = handler.opt["operation"]
    return operation


def unchanging(words: str, content: Content, *headers: str) -> dict[int, Answer]:
    """200 with the content, and 304 if the caller has it already: see `answers.answer`."""
    return {
        200: Answer(words, content, ("ETag", *headers)),
        304: Answer("What the caller has is still true.", {}, ("ETag", *headers)),
    }


def _typed(found: re.Match[str]) -> str:
    return f"{{{found[1]}:{'path' if found[1] in _WITH_SLASHES else 'str'}}}"

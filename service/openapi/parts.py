"""What an operation is made of, as the tables of this package write it down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

__all__ = ["Answer", "Body", "Operation", "Parameter", "Schema"]

Schema = dict[str, Any]


class Parameter(NamedTuple):
    """A parameter of a path (always required), a query string or a header. One whose schema is
    an array may be repeated."""

    name: str
    where: Literal["path", "query", "header"]
    description: str
    schema: Schema
    example: object = None
    required: bool = False


class Body(NamedTuple):
    """What is sent, as JSON; `examples` by their names."""

    schema: Schema
    examples: Mapping[str, object] = {}


class Answer(NamedTuple):
    """An answer: its media types with their schemas, and the names of its headers."""

    description: str
    content: Mapping[str, Schema]
    headers: tuple[str, ...] = ()


class Operation(NamedTuple):
    """One method of one path. `name` is its handler's; `problems` are the slugs that it
    may answer beside those that every operation may."""

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    answers: Mapping[int, Answer] = {}
    problems: tuple[str, ...] = ()

"""A parameter of a route: how its text is parsed, and how the document describes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from service.http.query_string import MOST_VALUES, bounded, whole_number, word

__all__ = [
    "ANY_TEXT",
    "NONE_MATCH",
    "Parameter",
    "ParameterType",
    "Schema",
    "choice",
    "default",
    "in_path",
    "integer",
    "of_header",
    "optional",
    "required",
    "several",
    "switch",
    "text",
]

T = TypeVar("T")

Schema = dict[str, Any]
"""A JSON Schema in the dialect of OpenAPI 3.1."""


class ParameterType(NamedTuple, Generic[T]):
    """What the text of a parameter means: `read` parses it and raises ValueError or DateError with
    a sentence; `schema` describes it to programs. The texts of a `closed` type say nothing about
    what is recorded, and their values never change: these may be remembered."""

    read: Callable[[str], T]
    schema: Schema
    closed: bool = False


class Parameter(NamedTuple, Generic[T]):
    """A parameter whose value is a T. `absent` is the value if it is not given; `demand` is the
    message if a required one is not given. `alone` is the message about any parameter that is given
    together with this one and is not in `beside`."""

    name: str
    place: Literal["path", "query", "header"]
    description: str
    type_: ParameterType[Any]
    absent: T
    example: object = None
    repeated: bool = False
    demand: str | None = None
    alone: str | None = None
    beside: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """The schema of the parameter's value."""
        if self.repeated:
            return {"type": "array", "items": self.type_.schema, "maxItems": MOST_VALUES}
        return self.type_.schema


def optional(
    name: str, words: str, type_: ParameterType[T], example: object = None
) -> Parameter[T | None]:
    """A query parameter that is None where it is not given."""
    return Parameter(name, "query", words, type_, None, example)


def default(
    name: str, words: str, type_: ParameterType[T], absent: T, example: object = None
) -> Parameter[T]:
    """A query parameter with a default, which the document shows."""
    shown = "true" if absent is True else "false" if absent is False else absent
    shaped = type_._replace(schema={**type_.schema, "default": shown})
    return Parameter(name, "query", words, shaped, absent, example)


def required(
    name: str, words: str, type_: ParameterType[T], example: object, demand: str
) -> Parameter[T]:
    """A query parameter without which the request is refused, with the message `demand`."""
    absent: Any = None  # unused, since the request was refused
    return Parameter(name, "query", words, type_, absent, example, demand=demand)


def several(
    name: str, words: str, type_: ParameterType[T], example: object
) -> Parameter[tuple[T, ...]]:
    """A query parameter that may be repeated."""
    return Parameter(name, "query", f"{words} Repeated: or.", type_, (), [example], repeated=True)


def in_path(name: str, words: str, schema: Schema, example: object) -> Parameter[str]:
    """A part of the path. The router takes any text; if it names nothing, the answer is 404."""
    return Parameter(name, "path", words, ParameterType(str, schema), "", example)


def of_header(
    name: str, words: str, type_: ParameterType[T], example: object = None
) -> Parameter[T | None]:
    """A header of the request; None if it is not sent."""
    return Parameter(name, "header", words, type_, None, example)


ANY_TEXT: Final = ParameterType[str](str, {"type": "string"})


def text(longest: int) -> ParameterType[str]:
    """A text of 1 to `longest` characters."""
    return ParameterType(bounded(longest), {"type": "string", "minLength": 1, "maxLength": longest})


def integer(low: int, high: int) -> ParameterType[int]:
    """A whole number from `low` to `high`, both included."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return ParameterType(whole_number(low, high), schema, closed=True)


def choice(*words: str) -> ParameterType[str]:
    """One of `words`."""
    return ParameterType(word(*words), {"enum": list(words)}, closed=True)


def _switched(given: str) -> bool:
    return word("true", "false")(given) == "true"


switch: Final = ParameterType[bool](_switched, {"enum": ["true", "false"]}, closed=True)

NONE_MATCH: Final = of_header(
    "If-None-Match", "The ETag of an answer that the caller has.", ANY_TEXT
)
"""The header that `service.http.answers` compares with an answer's tag."""

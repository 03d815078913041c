"""JSON to typed values, with every complaint as a fault at a JSON Pointer.

What a caller wrote is repeated in a fault up to a length: a fault is never larger than what it
is about. Source of the pointer's form: RFC 6901.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec import inspect

from events.errors import Fault, InvalidInput

__all__ = ["convert", "decode", "escape", "fault_of", "shortened"]

T = TypeVar("T")

_AT = re.compile(r" - at `(?:key` in `)?\$(?P<path>(?:\.\w+|\[(?:\d+|\.\.\.)\])*)`\Z")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_FIELD = re.compile(r"(Object (?:contains unknown|missing required) field )`(.*)`\Z", re.DOTALL)
_ENUM = re.compile(r"Invalid enum value (.*)\Z", re.DOTALL)
_ESCAPE = re.compile(
    rb"\\(?:[^u]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]|(u[dD][89a-fA-F]))", re.DOTALL
)
"""An escape in JSON; the group is there where it is half of a surrogate pair."""

_CUT_SHORT: Final = "Input data was truncated"
"""What `msgspec` says where the text ends too early, or the first half of a pair stands alone."""
_LONGEST: Final = 100
"""Characters of a name or value that a fault repeats."""


def decode(body: bytes, type_: type[T]) -> T:
    """`body` as `type_`; `InvalidInput` where it is not JSON, or not of that shape."""
    try:
        decoded: T = _decoder(cast("Any", type_)).decode(body)
        return decoded
    except msgspec.ValidationError as error:
        raise InvalidInput([fault_of(error, type_)]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = _reason(error, body)
        raise InvalidInput([Fault("", f"The body is not JSON: {reason}.")]) from error


@lru_cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    """Made once a type: to make it costs as much as to decode a statement."""
    return msgspec.json.Decoder(type_)


def convert(value: Any, type_: type[T]) -> T:
    """Builtins as `type_`; `InvalidInput` where they are not of that shape."""
    try:
        return msgspec.convert(value, type=type_)
    except msgspec.ValidationError as error:
        raise InvalidInput([fault_of(error, type_)]) from error


def fault_of(error: msgspec.ValidationError, type_: Any) -> Fault:
    """The one complaint of a failed validation against `type_`, at its JSON Pointer; above a
    member whose name nobody tells, at the object that has it."""
    text = str(error)
    at = _AT.search(text)
    message = text[: at.start()] if at else text
    path = at["path"].partition("[...]")[0] if at else ""
    steps = [a or b for a, b in _STEP.findall(path)]
    if field := _FIELD.search(message):
        message = f"{field[1]}`{shortened(field[2])}`"
        steps.append(field[2])
    elif enum := _ENUM.search(message):
        words = ", ".join(_words_at(inspect.type_info(type_), steps))
        message = f"{shortened(enum[1])} is not one of {words}"
    pointer = "".join(f"/{escape(shortened(step))}" for step in steps)
    return Fault(pointer, f"{message}." if not message.endswith(".") else message)


def escape(step: str) -> str:
    """One reference token of a JSON Pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def shortened(text: str) -> str:
    """The text; of a long one its beginning, with a sign that it goes on."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _words_at(type_: inspect.Type, steps: list[str]) -> list[str]:
    """The words that `type_` admits at the end of the path."""
    if isinstance(type_, inspect.UnionType):
        return [word for one in type_.types for word in _words_at(one, steps)]
    if isinstance(type_, inspect.Metadata):
        return _words_at(type_.type, steps)
    if isinstance(type_, inspect.LiteralType) and not steps:
        return [str(value) for value in type_.values]
    if isinstance(type_, inspect.ListType | inspect.VarTupleType) and steps:
        return _words_at(type_.item_type, steps[1:])
    if isinstance(type_, inspect.StructType) and steps:
        below = [f.type for f in type_.fields if f.encode_name == steps[0]]
        return [word for one in below for word in _words_at(one, steps[1:])]
    return []


def _reason(error: Exception, body: bytes) -> str:
    """What is wrong with the JSON, in one line."""
    if isinstance(error, RecursionError):
        return "it nests too deeply"
    reason = str(error).splitlines()[0].rstrip(".")
    if reason == _CUT_SHORT and any(escape[1] for escape in _ESCAPE.finditer(body)):
        return "it has half of a UTF-16 surrogate pair, such as \\ud800 alone"
    return reason

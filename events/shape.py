"""JSON to typed values, with every complaint as a fault at a JSON Pointer.

Source of the pointer's form: RFC 6901.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from events.errors import Fault, InvalidInput

__all__ = ["convert", "decode", "escape", "fault_of"]

T = TypeVar("T")

_AT = re.compile(r" - at `(?:key` in `)?\$(?P<path>.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_FIELD = re.compile(r"(?:unknown|required) field `([^`]*)`")


def decode(body: bytes, type_: type[T]) -> T:
    """`body` as `type_`; `InvalidInput` where it is not JSON, or not of that shape."""
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.ValidationError as error:
        raise InvalidInput([fault_of(error)]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput([Fault("", f"The body is not JSON: {_first_line(error)}.")]) from error


def convert(value: Any, type_: type[T]) -> T:
    """Builtins as `type_`; `InvalidInput` where they are not of that shape."""
    try:
        return msgspec.convert(value, type=type_)
    except msgspec.ValidationError as error:
        raise InvalidInput([fault_of(error)]) from error


def fault_of(error: msgspec.ValidationError) -> Fault:
    """The one complaint of a failed validation, at its JSON Pointer."""
    text = str(error)
    at = _AT.search(text)
    message = text[: at.start()] if at else text
    steps = [a or b for a, b in _STEP.findall(at["path"])] if at else []
    field = _FIELD.search(message)
    if field:
        steps.append(field[1])
    pointer = "".join(f"/{escape(step)}" for step in steps)
    return Fault(pointer, f"{message}." if not message.endswith(".") else message)


def escape(step: str) -> str:
    """One reference token of a JSON Pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else "it nests too deeply"

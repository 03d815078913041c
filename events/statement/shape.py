"""Decodes JSON into typed values. Everything that is wrong becomes a fault with a JSON Pointer.

Faults repeat the caller's text only up to a length, so a fault is never larger than what it is
about. JSON Pointers are defined in RFC 6901.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import msgspec

from events.errors import Fault, InvalidInput
from events.statement.validation import MOST_FAULTS, shortened, unescape, validate

__all__ = ["QUOTED", "decode", "decode_shape", "faults_of_value", "refuse"]

T = TypeVar("T")

_ESCAPE = re.compile(
    rb"\\(?:[^u]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]|(u[dD][89a-fA-F]))", re.DOTALL
)
"""An escape in JSON; the group matches if the escape is one half of a surrogate pair."""

QUOTED: Final = " Given: "
"""What the message of a fault says before the value that it is about."""
_CUT_SHORT: Final = "Input data was truncated"
"""What `msgspec` says if the text ends too early, or with the first half of a surrogate pair."""


def _none(_: Any) -> list[Fault]:
    return []


def decode(body: bytes, type_: type[T], rules: Callable[[T], Iterable[Fault]] = _none) -> T:
    """Decode `body` as `type_` and check it by the `rules`.

    Raises InvalidInput with all faults, `MOST_FAULTS` at most, in the order of the body; with a
    single fault for the whole body if it is not JSON.
    """
    decoded = decode_shape(body, type_, rules)
    refuse(list(rules(decoded)), body)
    return decoded


def decode_shape(body: bytes, type_: type[T], rules: Callable[[T], Iterable[Fault]]) -> T:
    """What `decode` returns, before the rules are applied: the caller does that, and calls `refuse`
    with what they find. Only a wrong shape is refused here, with the faults by the rules."""
    try:
        decoded: T = _decoder(cast("Any", type_)).decode(body)
    except msgspec.ValidationError as error:
        given = _builtins(body)
        faults = faults_of_value(given, type_, rules)
        raise _invalid(faults or [Fault("", f"{error}.")], given) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(error, body) from error
    return decoded


def refuse(faults: list[Fault], body: bytes) -> None:
    """Raise InvalidInput if there are faults of the body, which is JSON."""
    if faults:
        raise _invalid(faults, _builtins(body))


def faults_of_value(
    value: Any, type_: type[T], rules: Callable[[T], Iterable[Fault]] = _none
) -> list[Fault]:
    """All faults of decoded JSON, by its type and by the `rules`, `MOST_FAULTS` at most."""
    found = validate(value, type_)
    if not found.faults:
        return []
    paths = [fault.path for fault in found.faults]
    mended: T = msgspec.convert(found.mended, type=type_)
    others = [fault for fault in rules(mended) if not _follows(fault, paths)]
    return sorted([*found.faults, *others], key=_place)[:MOST_FAULTS]


@lru_cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    """Cached, because making a decoder costs as much as decoding a statement."""
    return msgspec.json.Decoder(type_)


def _invalid(faults: list[Fault], given: Any) -> InvalidInput:
    return InvalidInput([_quoting(fault, given) for fault in faults[:MOST_FAULTS]])


def _builtins(body: bytes) -> Any:
    """The body as plain values of any shape. Raises InvalidInput if the body is not JSON: `msgspec`
    may have met a value of the wrong type before the place where the syntax breaks."""
    try:
        return _decoder(Any).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(error, body) from error


def _not_json(error: Exception, body: bytes) -> InvalidInput:
    return InvalidInput([Fault("", f"The body is not JSON: {_reason(error, body)}.")])


def _follows(fault: Fault, paths: Iterable[str]) -> bool:
    """Whether the fault is about a value that only replaces a faulty one."""
    for path in paths:
        parent, _, name = path.rpartition("/")
        # Members are compared by name; the number of an item does not occur in a sentence.
        named = not name.isdecimal() and name in fault.message.split()
        beside = named and fault.path.rpartition("/")[0] == parent
        within = f"{fault.path}/".startswith(f"{path}/")
        if beside or within or f"{path}/".startswith(f"{fault.path}/"):
            return True
    return False


def _place(fault: Fault) -> list[tuple[int, str]]:
    """Where a fault comes among the others: items by number, members by name."""
    steps = fault.path.split("/")[1:]
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in steps]


def _quoting(fault: Fault, given: Any) -> Fault:
    """Add the faulty value to the fault's sentence, unless it is there already. If the value is a
    text that is short for an object, such as an actor, the path ends there."""
    steps = fault.path.split("/")[1:]
    for number, step in enumerate(steps):
        name = unescape(step)
        if isinstance(given, dict):
            given = given.get(name)
        elif isinstance(given, list) and name.isdecimal() and int(name) < len(given):
            given = given[int(name)]
        elif isinstance(given, str):
            fault = fault._replace(path="".join(f"/{step}" for step in steps[:number]))
            break
        else:
            return fault
    if not isinstance(given, str) or not given or shortened(given) in fault.message:
        return fault
    return fault._replace(message=f"{fault.message}{QUOTED}{shortened(given)!r}.")


def _reason(error: Exception, body: bytes) -> str:
    """What is wrong with the JSON, in one line."""
    if isinstance(error, RecursionError):
        return "it nests too deeply"
    if not body.strip():
        return "it is empty"
    reason = str(error).splitlines()[0].rstrip(".")
    if reason == _CUT_SHORT and any(escape[1] for escape in _ESCAPE.finditer(body)):
        return "it has half of a UTF-16 surrogate pair, such as \\ud800 alone"
    return "it ends too early" if reason == _CUT_SHORT else reason

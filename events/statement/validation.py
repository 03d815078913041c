"""Finds every fault of a value that does not fit a type, not only the first one.

`msgspec` decodes and checks at once and stops at the first fault. If it finds one, the value is
checked again here, against the same types.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec import inspect

from events.errors import Fault

__all__ = ["MOST_FAULTS", "Validation", "escape", "shortened", "unescape", "validate"]

MOST_FAULTS: Final = 100
"""The most faults that are reported for one request."""

_LONGEST: Final = 100
"""The most characters of a name or value that a fault repeats."""

_Collection = inspect.ListType | inspect.VarTupleType
_Number = inspect.IntType | inspect.FloatType


class Validation(NamedTuple):
    """The faults of a value in the order of its members, and the value with each fault replaced by
    something valid, so that further rules can be checked."""

    faults: list[Fault]
    mended: Any


def validate(value: Any, type_: Any) -> Validation:
    """Check `value`, which is decoded JSON, against `type_`; `MOST_FAULTS` faults at most."""
    walk = _Walk()
    mended = walk.visit(value, _info(type_), ())
    return Validation(walk.faults, mended)


def escape(step: str) -> str:
    """One reference token of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """The member's name that one reference token of a JSON Pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def shortened(text: str) -> str:
    """The text, or the beginning of a long text with a sign that it is cut."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@lru_cache
def _info(type_: Any) -> inspect.Type:
    return inspect.type_info(type_)


class _Walk:
    """A walk through a value along its type. `at` is the path as steps, empty at the top."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def visit(self, value: Any, type_: inspect.Type, at: Sequence[str]) -> Any:
        """Note the faults of the value, and return it with them replaced."""
        rule = None
        if isinstance(type_, inspect.Metadata):
            rule = (type_.extra_json_schema or {}).get("description")
            type_ = type_.type
        if isinstance(type_, inspect.UnionType):
            fitting = [one for one in type_.types if _is_of(value, one)]
            if not fitting:
                return self._wrong(at, _is_no(at, value, type_), type_)
            return self.visit(value, fitting[0], at)
        if not _is_of(value, type_):
            return self._wrong(at, _is_no(at, value, type_), type_)
        return self._within(value, type_, at, rule)

    def _within(self, value: Any, type_: inspect.Type, at: Sequence[str], rule: str | None) -> Any:
        if isinstance(type_, inspect.StructType):
            return self._members(value, type_, at)
        if isinstance(type_, _Collection):
            return self._items(value, type_, at)
        if isinstance(type_, inspect.DictType):
            return self._entries(value, type_, at)
        complaint = None
        if isinstance(type_, inspect.StrType):
            complaint = _length(at, value, type_, rule)
        elif isinstance(type_, inspect.LiteralType) and value not in type_.values:
            words = ", ".join(map(str, type_.values))
            complaint = f"{shortened(repr(value))} is not one of {words}."
        elif isinstance(type_, _Number):
            complaint = _range(at, value, type_)
        return value if complaint is None else self._wrong(at, complaint, type_)

    def _members(self, value: dict[str, Any], type_: inspect.StructType, at: Sequence[str]) -> Any:
        known = {field.encode_name: field for field in type_.fields}
        mended = {}
        for name, field in known.items():
            if name in value:
                mended[name] = self.visit(value[name], field.type, (*at, name))
            elif field.required:
                null = "; it may be null" if _is_of(None, field.type) else ""
                mended[name] = self._wrong((*at, name), f"{name} is required{null}.", field.type)
        if type_.forbid_unknown_fields:
            for name in value.keys() - known.keys():
                fields = ", ".join(known)
                said = f"There is no field {shortened(name)!r} here; there are {fields}."
                self._note((*at, name), said)
        return mended

    def _entries(self, value: dict[str, Any], type_: inspect.DictType, at: Sequence[str]) -> Any:
        most = type_.max_length
        if most is not None and len(value) > most:
            said = f"{_name(at)} has at most {most:,} members; this has {len(value):,}."
            return self._wrong(at, said, type_)
        mended = {}
        for name, item in value.items():
            if isinstance(type_.key_type, inspect.StrType):
                complaint = _length(("a member's name",), name, type_.key_type, None)
                if complaint is not None:
                    self._note((*at, name), complaint)
                    continue
            mended[name] = self.visit(item, type_.value_type, (*at, name))
        return mended

    def _items(self, value: list[Any], type_: _Collection, at: Sequence[str]) -> Any:
        most = type_.max_length
        if most is not None and len(value) > most:
            said = f"{_name(at)} has at most {most:,} items; this has {len(value):,}."
            return self._wrong(at, said, type_)
        mended = []
        for number, item in enumerate(value):
            if len(self.faults) >= MOST_FAULTS:
                break
            mended.append(self.visit(item, type_.item_type, (*at, str(number))))
        return mended

    def _wrong(self, at: Sequence[str], message: str, type_: inspect.Type) -> Any:
        self._note(at, message)
        return _sample(type_)

    def _note(self, at: Sequence[str], message: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            pointer = "".join(f"/{escape(shortened(step))}" for step in at)
            self.faults.append(Fault(pointer, message[:1].upper() + message[1:]))


_KINDS: Final[tuple[tuple[Any, type | tuple[type, ...], str], ...]] = (
    (inspect.NoneType, type(None), "null"),
    (inspect.BoolType, bool, "true or false"),
    (inspect.IntType, int, "a whole number"),
    (inspect.FloatType, (int, float), "a number"),
    (inspect.StrType, str, "text"),
    (inspect.LiteralType, (str, int), "text"),
    (_Collection, list, "an array"),
    (inspect.StructType | inspect.DictType, dict, "an object"),
)
"""Types, their classes in decoded JSON, and their names in messages."""


def _is_of(value: Any, type_: inspect.Type) -> bool:
    """Whether the value is of the type's kind, whatever its content."""
    if isinstance(type_, inspect.Metadata):
        return _is_of(value, type_.type)
    if isinstance(type_, inspect.UnionType):
        return any(_is_of(value, one) for one in type_.types)
    for kind, builtin, _ in _KINDS:
        if isinstance(type_, kind):
            is_flag = isinstance(value, bool) and kind is not inspect.BoolType
            return isinstance(value, builtin) and not is_flag
    return True


def _called(type_: inspect.Type) -> str:
    if isinstance(type_, inspect.Metadata):
        return _called(type_.type)
    if isinstance(type_, inspect.UnionType):
        return " or ".join(dict.fromkeys(map(_called, type_.types)))
    return next((name for kind, _, name in _KINDS if isinstance(type_, kind)), "something else")


def _is_no(at: Sequence[str], value: Any, type_: inspect.Type) -> str:
    if isinstance(value, dict | list):
        given = "an object" if isinstance(value, dict) else "an array"
    elif value is None or isinstance(value, bool):
        given = {None: "null", True: "true", False: "false"}[value]
    else:
        given = f"{'text' if isinstance(value, str) else 'the number'} {shortened(repr(value))}"
    return f"{_name(at)} is {_called(type_)}, not {given}."


def _length(at: Sequence[str], value: str, type_: inspect.StrType, rule: str | None) -> str | None:
    least, most = type_.min_length or 0, type_.max_length
    if least <= len(value) and (most is None or len(value) <= most):
        return None
    wanted = (
        f"{least:,} characters or more" if most is None else f"{least:,} to {most:,} characters"
    )
    sentence = rule if rule and rule.endswith(".") else f"{_name(at)} is {wanted}."
    return f"{sentence} This has {len(value):,}{f': {shortened(value)!r}' if value else ''}."


def _range(at: Sequence[str], value: float, type_: _Number) -> str | None:
    least, most = type_.ge, type_.le
    if (least is None or value >= least) and (most is None or value <= most):
        return None
    return f"{_name(at)} is from {least} to {most}, not {value}."


def _name(at: Sequence[str]) -> str:
    """What the value at a path is called in a sentence."""
    names = [step for step in at if not step.isdecimal()]
    if not names:
        return "an item" if at else "the body"
    return names[-1] if not at[-1].isdecimal() else f"an item of {names[-1]}"


def _sample(type_: inspect.Type) -> Any:
    """Some value of the type; null if the type allows it."""
    if isinstance(type_, inspect.Metadata):
        return _sample(type_.type)
    if _is_of(None, type_):
        return None
    if isinstance(type_, inspect.UnionType):
        return _sample(type_.types[0])
    if isinstance(type_, inspect.StructType):
        return {f.encode_name: _sample(f.type) for f in type_.fields if f.required}
    if isinstance(type_, inspect.LiteralType):
        return type_.values[0]
    if isinstance(type_, inspect.StrType):
        return "x" * max(type_.min_length or 0, 1)
    if isinstance(type_, _Number):
        return type_.ge if type_.ge is not None else 0
    return [] if isinstance(type_, _Collection) else {}

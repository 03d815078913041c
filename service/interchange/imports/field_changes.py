"""What a row changes in its statement, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any, Final

import msgspec

from events.statement.statement import Statement
from events.statement.validation import escape
from service.messages.imports import FieldChange

__all__ = ["field_changes"]

_SHOWN: Final = 200
_BEFORE: Final = 30
"""How many unchanged characters a shown text begins with."""


def field_changes(before: Statement, after: Statement) -> list[FieldChange]:
    """The fields in which two statements differ. A list is one field, unless both have the same
    number of objects; a long text is shown from a little before the first difference."""
    return [*_changes("", _as_json(before), _as_json(after))]


def _as_json(statement: Statement) -> Any:
    return msgspec.json.decode(msgspec.json.encode(statement))


def _changes(at: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield from _changes(f"{at}/{escape(name)}", before.get(name), after.get(name))
    elif _are_alike(before, after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _changes(f"{at}/{number}", old, new)
    else:
        start = _start(before, after)
        yield FieldChange(path=at, before=_shown(before, start), after=_shown(after, start))


def _are_alike(before: Any, after: Any) -> bool:
    """Whether both are lists with the same number of objects."""
    if not (isinstance(before, list) and isinstance(after, list) and len(before) == len(after)):
        return False
    return all(isinstance(item, Mapping) for item in (*before, *after))


def _start(before: Any, after: Any) -> int:
    """The index at which the shown parts of two texts begin."""
    if not (isinstance(before, str) and isinstance(after, str)):
        return 0
    pairs = zip(before, after, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return alike - _BEFORE if alike > 2 * _BEFORE and max(len(before), len(after)) > _SHOWN else 0


def _shown(value: Any, start: int = 0) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    begun, end = "…" if start else "", "…" if len(value) > start + _SHOWN else ""
    return f"{begun}{value[start : start + _SHOWN]}{end}"

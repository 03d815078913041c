"""Checks the statement of a row by the rules of statements, and finds the columns to blame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from events.errors import Fault
from events.statement.faults import faults_of
from events.statement.shape import QUOTED, faults_of_value
from events.statement.statement import Statement
from events.statement.wording import DECIMAL, LINK
from service.interchange.mappings.evaluation import RowFault

__all__ = ["blamed", "faults_of_row"]

_ADVICE: Final = "Mend the cell, or what the mapping makes of it."
_LINK_ADVICE: Final = (
    "Leave one whole address in the cell, with http:// or https:// and no remark. Several are cut "
    "by `split`; what is no address can be the `title` of a source."
)
_NUMBER_ADVICE: Final = (
    "Name the sign between thousands, or before decimals, as groupChar or decimalChar of the "
    "field; cut off what is around the number by `split` and `take`; or correct the cell."
)
_COUNTED: Final = " This has "
"""Separates the rule for a text's length from its actual length."""
_PLACED: Final = re.compile(r" at character ([0-9,]+)(?=[ :])")
_HIDDEN: Final = "U+"
"""The beginning of the message about an invisible character."""
_HIDDEN_ADVICE: Final = "In a name, `clean` takes it out; elsewhere mend the cell."
_ADVICE_BY_RULE: Final = {LINK.rule: _LINK_ADVICE, DECIMAL.rule: _NUMBER_ADVICE}
_SHOWN: Final = 200


def faults_of_row(
    statement: Mapping[str, Any], trail: Mapping[str, tuple[str, ...]]
) -> list[RowFault]:
    """Why the rules refuse a statement; empty if they accept it."""
    return list(blamed(_faults(statement), statement, trail))


def _faults(statement: Mapping[str, Any]) -> list[Fault]:
    try:
        typed = msgspec.convert(statement, Statement)
    except msgspec.ValidationError:
        return faults_of_value(statement, Statement, faults_of)
    return faults_of(typed)


def blamed(
    faults: Iterable[Fault], statement: Mapping[str, Any], trail: Mapping[str, tuple[str, ...]]
) -> Iterator[RowFault]:
    """The faults of fields as faults of the columns that the fields were made of. The value is kept
    apart from the reason, so that equal reasons of many rows count as one."""
    for fault in faults:
        columns = _columns(fault.path, trail)
        value = _value(fault.path, statement)
        at = f"{fault.path}: " if not columns and fault.path else ""
        rule, where = _rule(fault.message) if value else (fault.message, "")
        usual = _HIDDEN_ADVICE if rule.startswith(_HIDDEN) else _ADVICE
        advice = where + _ADVICE_BY_RULE.get(rule, usual)
        yield RowFault(next(iter(columns), None), value, f"{at}{rule}", advice)


def _rule(message: str) -> tuple[str, str]:
    """The part of a message that is true of every value, and a sentence about the place of the
    fault in this one. The sentence is empty if the message does not tell the place."""
    rule = message.partition(QUOTED)[0].partition(_COUNTED)[0]
    found = _PLACED.search(rule)
    if found is None:
        return rule, ""
    return rule[: found.start()] + rule[found.end() :], f"Here it is character {found[1]}. "


def _columns(path: str, trail: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of the field at a pointer, or of the field that contains it, or of its parts."""
    at = path
    while at:
        if at in trail:
            return trail[at]
        at = at.rpartition("/")[0]
    below = (columns for name, columns in trail.items() if name.startswith(f"{path}/") and path)
    return next(below, ())


def _value(path: str, statement: Mapping[str, Any]) -> str:
    value: Any = statement
    for step in path.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return ""
    return str(value)[:_SHOWN] if isinstance(value, str | int | float) else ""

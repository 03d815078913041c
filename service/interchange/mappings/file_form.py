"""What a mapping says about the form of its file: format, encoding, dialect and columns."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from events.errors import Fault
from service.interchange.mappings.operations.number_form import NumberForm
from service.interchange.tables.dialect import FORMS, Dialect

__all__ = ["read_dialect", "read_number_forms"]

_GROUPS: Final = ("csv", "excel", "ods", "json")
"""The groups that version 1 of the standard has in a dialect, one for each format."""
_OF_NAMES: Final = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape"})
"""Codecs for host names and source text, which no file uses."""


def read_dialect(resource: Mapping[str, Any], at: str, faults: list[Fault]) -> Dialect:
    """The dialect of a resource, whose members are in one group (version 2 of the standard) or in a
    group for each format (version 1). `at` points to the resource; faults are added to `faults`."""
    reading = _Reading(faults)
    form = reading.member(resource, "format", at, _form)
    encoding = reading.member(resource, "encoding", at, _encoding)
    found: dict[str, Any] = {}
    for given, below in _dialects(resource, at, faults):
        for name, field, fault_of in _MEMBERS:
            value = reading.member(given, name, below, fault_of)
            if value is not None:
                found[field] = value
    if found.get("quote") == found.get("delimiter") is not None:
        faults.append(Fault(f"{at}/dialect", "The delimiter and the quote are the same."))
    return Dialect(format=form, encoding=encoding, **found)


class _Reading:
    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults

    def member(
        self, given: Mapping[str, Any], name: str, at: str, fault_of: Callable[[Any], str | None]
    ) -> Any:
        """A member that may be left out; None if it is wrong."""
        value = given.get(name)
        if value is None:
            return None
        if message := fault_of(value):
            self._faults.append(Fault(f"{at}/{name}", message))
            return None
        return value


def _dialects(
    resource: Mapping[str, Any], at: str, faults: list[Fault]
) -> Iterator[tuple[Mapping[str, Any], str]]:
    given = resource.get("dialect", {})
    if not isinstance(given, dict):
        faults.append(Fault(f"{at}/dialect", "dialect is an object."))
        return
    yield given, f"{at}/dialect"
    for group in _GROUPS:
        inner = given.get(group, {})
        if isinstance(inner, dict):
            yield inner, f"{at}/dialect/{group}"
        else:
            faults.append(Fault(f"{at}/dialect/{group}", f"{group} is an object."))


def _form(value: Any) -> str | None:
    if isinstance(value, str) and value in FORMS:
        return None
    return f"There is no format {str(value)[:40]!r}. There are {', '.join(FORMS)}."


def _encoding(value: Any) -> str | None:
    try:
        is_of_files = codecs.lookup(value).name not in _OF_NAMES
        "".encode(value)  # refuses codecs that are not text encodings
    except (LookupError, ValueError, TypeError):
        is_of_files = False
    if not is_of_files:
        advice = "Name one such as utf-8 or windows-1252, or leave it out to have it found."
        return f"There is no encoding {str(value)[:40]!r}. {advice}"
    return None


def _sign(value: Any) -> str | None:
    if isinstance(value, str) and len(value) == 1 and value not in "\r\n\0":
        return None
    return f"This is one character, and no line break; {str(value)[:40]!r} is not."


def _sheet(value: Any) -> str | None:
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if is_number or (isinstance(value, str) and value):
        return None
    return "A sheet is a name, or a number from 1."


def _property(value: Any) -> str | None:
    return None if isinstance(value, str) and value else "This is the name of a member."


def _header(value: Any) -> str | None:
    return None if isinstance(value, bool) else "This is true or false."


_MEMBERS: Final = (
    ("delimiter", "delimiter", _sign),
    ("quoteChar", "quote", _sign),
    ("sheetName", "sheet", _sheet),
    ("sheetNumber", "sheet", _sheet),
    ("sheet", "sheet", _sheet),
    ("property", "property", _property),
    ("header", "header", _header),
)
"""The members of a dialect by the standard's names, with our fields and their rules."""


def read_number_forms(
    fields: Sequence[tuple[Mapping[str, Any], str]], faults: list[Fault]
) -> dict[str, NumberForm]:
    """How each field writes its numbers, by its name. `fields` have the pointers to them."""
    reading = _Reading(faults)
    found: dict[str, NumberForm] = {}
    for field, at in fields:
        decimal = reading.member(field, "decimalChar", at, _sign) or "."
        group = reading.member(field, "groupChar", at, _group) or ""
        if group == decimal:
            message = "The sign between groups is that before decimals."
            faults.append(Fault(f"{at}/groupChar", message))
        found[str(field["name"])] = NumberForm(decimal, group)
    return found


def _group(value: Any) -> str | None:
    return None if value == "" else _sign(value)

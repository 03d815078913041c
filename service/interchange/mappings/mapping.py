"""The mapping: a Frictionless Data Package descriptor (or one of its resources) with `onrecord`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from events.errors import Fault, InvalidInput
from events.statement.shape import decode
from service.interchange.mappings.constants import expressions_at, faults_of_constants
from service.interchange.mappings.expression import Expression
from service.interchange.mappings.fields import GroupField, expressions_in
from service.interchange.mappings.file_form import read_dialect, read_number_forms
from service.interchange.mappings.operations.number_form import NumberForm
from service.interchange.mappings.outline import read_outline
from service.interchange.tables.dialect import Dialect

__all__ = ["RowMapping", "check_columns_of", "mapping_of", "read_mapping"]

_NAME: Final = re.compile(r"[a-z0-9._-]{1,64}")
_ONE: Final = "A mapping is a Data Package with exactly one resource that has the key onrecord."
_ONLY: Final = ("statement", "ignore")


class RowMapping(Struct, frozen=True, kw_only=True, dict=True):
    """A checked mapping. `name` is the dataset of its statements; `key` has the columns that
    identify a row, empty if its content does."""

    name: str
    dialect: Dialect
    fields: tuple[str, ...]
    missing: frozenset[str]
    key: tuple[str, ...]
    numbers: Mapping[str, NumberForm]
    outline: GroupField
    ignored: frozenset[str]
    descriptor: Mapping[str, Any]

    @cached_property
    def columns(self) -> frozenset[str]:
        """Every column that a statement is made of, or that identifies a row."""
        used = (column for each in expressions_in(self.outline) for column in each.columns)
        return frozenset((*used, *self.key))


def read_mapping(content: bytes) -> RowMapping:
    """The mapping in a JSON file. Raises InvalidInput with everything that is wrong with it."""
    return mapping_of(decode(content.removeprefix(b"\xef\xbb\xbf"), dict[str, Any]))


def mapping_of(descriptor: Mapping[str, Any]) -> RowMapping:
    """The mapping in a descriptor. Frictionless' own members that do not matter here are ignored.
    Raises InvalidInput with everything that is wrong."""
    faults: list[Fault] = []
    found = _resource(descriptor)
    if found is None:
        raise InvalidInput([Fault("/resources", _ONE), *_faults_of_name(descriptor.get("name"))])
    resource, at = found
    name = descriptor.get("name", resource.get("name"))
    faults += _faults_of_name(name)
    given = _object(resource, "onrecord", at, faults)
    _only(given, f"{at}/onrecord", faults)
    outline = read_outline(given.get("statement"), f"{at}/onrecord/statement", faults)
    faults += faults_of_constants(given.get("statement"), f"{at}/onrecord/statement")
    schema = _object(resource, "schema", at, faults)
    fields = _fields(schema, f"{at}/schema", faults)
    names = tuple(str(field["name"]) for field, _ in fields)
    dialect = replace(read_dialect(resource, at, faults), names=names)
    mapping = RowMapping(
        name=str(name),
        dialect=dialect,
        fields=names,
        missing=frozenset(("", *_texts_of(schema, "missingValues", f"{at}/schema", faults))),
        key=_texts_of(schema, "primaryKey", f"{at}/schema", faults),
        numbers=read_number_forms(fields, faults),
        outline=outline,
        ignored=frozenset(_texts_of(given, "ignore", f"{at}/onrecord", faults)),
        descriptor=descriptor,
    )
    if faults:
        raise InvalidInput(faults)
    return mapping


def _faults_of_name(name: Any) -> list[Fault]:
    if isinstance(name, str) and _NAME.fullmatch(name):
        return []
    rule = "A mapping's name is 1 to 64 of a-z, 0-9, '.', '_' and '-'; rows are known by it."
    return [Fault("/name", rule)]


def _resource(descriptor: Mapping[str, Any]) -> tuple[Mapping[str, Any], str] | None:
    if "onrecord" in descriptor:
        return descriptor, ""
    resources = descriptor.get("resources")
    listed = resources if isinstance(resources, list) else []
    with_ours = [
        (resource, f"/resources/{number}")
        for number, resource in enumerate(listed)
        if isinstance(resource, dict) and "onrecord" in resource
    ]
    return with_ours[0] if len(with_ours) == 1 else None


def _object(given: Mapping[str, Any], name: str, at: str, faults: list[Fault]) -> Mapping[str, Any]:
    found = given.get(name, {})
    if isinstance(found, dict):
        return found
    faults.append(Fault(f"{at}/{name}", f"{name} is an object."))
    return {}


def _only(given: Mapping[str, Any], at: str, faults: list[Fault]) -> None:
    faults += [
        Fault(f"{at}/{name}", f"onrecord has {' and '.join(_ONLY)}, and no {name!r}.")
        for name in given
        if name not in _ONLY
    ]


def _texts_of(given: Mapping[str, Any], name: str, at: str, faults: list[Fault]) -> tuple[str, ...]:
    found = given.get(name, ())
    listed = [found] if isinstance(found, str) else found
    try:
        return msgspec.convert(listed, tuple[str, ...])
    except msgspec.ValidationError:
        faults.append(Fault(f"{at}/{name}", f"{name} is a list of texts."))
        return ()


def _fields(
    schema: Mapping[str, Any], at: str, faults: list[Fault]
) -> list[tuple[Mapping[str, Any], str]]:
    """The fields with a name, each with its pointer."""
    fields = schema.get("fields", [])
    if not isinstance(fields, list):
        faults.append(Fault(f"{at}/fields", "fields is a list of objects."))
        return []
    found: list[tuple[Mapping[str, Any], str]] = []
    for number, field in enumerate(fields):
        if isinstance(field, dict) and isinstance(field.get("name"), str) and field["name"]:
            found.append((field, f"{at}/fields/{number}"))
        else:
            faults.append(Fault(f"{at}/fields/{number}", "A field is an object with a name."))
    return found


class AbsentColumns(InvalidInput):
    """A file lacks columns that its mapping names: each is a fault at the first
    expression that reads it."""

    def __init__(self, pointers: Mapping[str, str], there: Collection[str]) -> None:
        """`pointers` are pointers by the absent column; `there` are the columns of the file."""
        self.columns = tuple(pointers)
        super().__init__([Fault(at, _absent(name, there)) for name, at in pointers.items()])


def check_columns_of(mapping: RowMapping, there: Collection[str]) -> None:
    """Raise AbsentColumns unless the columns of a file are all that the mapping reads, and all of
    its key."""
    resource, at = _resource(mapping.descriptor) or ({}, "")
    pointers: dict[str, str] = {}
    statement = resource["onrecord"]["statement"]
    for pointer, _, expression in expressions_at(statement, f"{at}/onrecord/statement"):
        read = msgspec.convert(expression, Expression)
        source = "template" if read.column is UNSET else "column"
        for column in read.columns:
            pointers.setdefault(column, f"{pointer}/{source}")
    for column in mapping.key:
        pointers.setdefault(column, f"{at}/schema/primaryKey")
    absent = {column: pointer for column, pointer in pointers.items() if column not in there}
    if absent:
        raise AbsentColumns(absent, there)


def _absent(column: str, there: Collection[str]) -> str:
    near = get_close_matches(column, there, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(there)[:300]}."
    return f"The file has no column {column[:100]!r}, which the mapping names. {advice}"

"""The mapping: a Frictionless Data Package descriptor (or one of its resources) with `onrecord`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import Struct

from events.errors import Fault, InvalidInput
from events.statement.shape import decode
from service.interchange.mappings.fields import GroupField, places_in
from service.interchange.mappings.operations.number_form import NumberForm
from service.interchange.mappings.outline import read_outline
from service.interchange.tables.dialect import Dialect

__all__ = ["RowMapping", "mapping_of", "read_mapping"]

_NAME: Final = re.compile(r"[a-z0-9._-]{1,64}")
_ONLY: Final = ("statement", "ignore")


class RowMapping(Struct, frozen=True, kw_only=True, dict=True):
    """A mapping that has been checked. `name` is the dataset of its statements; `key` has the
    columns that a row is known by, none if it is known by its content."""

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
        """Every column that a statement is made of, or a row is known by."""
        used = (column for place in places_in(self.outline) for column in place.columns)
        return frozenset((*used, *self.key))


def read_mapping(content: bytes) -> RowMapping:
    """The mapping in a JSON file. Raises InvalidInput with everything that is wrong with it."""
    return mapping_of(decode(content.removeprefix(b"\xef\xbb\xbf"), dict[str, Any]))


def mapping_of(descriptor: Mapping[str, Any]) -> RowMapping:
    """The mapping that a descriptor describes. Members that are Frictionless' own and do not matter
    here are passed over. Raises InvalidInput with everything that is wrong with it."""
    faults: list[Fault] = []
    resource, at = _resource(descriptor)
    name = descriptor.get("name", resource.get("name"))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        rule = "A mapping's name is 1 to 64 of a-z, 0-9, '.', '_' and '-'; rows are known by it."
        faults.append(Fault("/name", rule))
    given = _object(resource, "onrecord", at, faults)
    _only(given, f"{at}/onrecord", faults)
    outline = read_outline(given.get("statement"), f"{at}/onrecord/statement", faults)
    schema = _object(resource, "schema", at, faults)
    dialect = _dialect(resource, at, faults)
    mapping = RowMapping(
        name=str(name),
        dialect=dialect,
        fields=tuple(str(field["name"]) for field in _fields(schema)),
        missing=frozenset(("", *_texts_of(schema, "missingValues", f"{at}/schema", faults))),
        key=_texts_of(schema, "primaryKey", f"{at}/schema", faults),
        numbers={str(field["name"]): _form(field) for field in _fields(schema)},
        outline=outline,
        ignored=frozenset(_texts_of(given, "ignore", f"{at}/onrecord", faults)),
        descriptor=descriptor,
    )
    if faults:
        raise InvalidInput(faults)
    return mapping


def _resource(descriptor: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    if "onrecord" in descriptor:
        return descriptor, ""
    resources = descriptor.get("resources")
    listed = resources if isinstance(resources, list) else []
    with_ours = [
        (resource, f"/resources/{number}")
        for number, resource in enumerate(listed)
        if isinstance(resource, dict) and "onrecord" in resource
    ]
    if len(with_ours) == 1:
        return with_ours[0]
    message = "A mapping is a Data Package with exactly one resource that has the key onrecord."
    raise InvalidInput([Fault("/resources", message)])


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


def _fields(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    fields = schema.get("fields")
    listed = fields if isinstance(fields, list) else []
    return [field for field in listed if isinstance(field, dict) and field.get("name")]


def _form(field: Mapping[str, Any]) -> NumberForm:
    return NumberForm(str(field.get("decimalChar", ".")), str(field.get("groupChar", "")))


def _dialect(resource: Mapping[str, Any], at: str, faults: list[Fault]) -> Dialect:
    """The members of the dialect, whether they stand in one group (version 2 of the standard) or
    in a group for each format (version 1)."""
    given = dict(_object(resource, "dialect", at, faults))
    for group in ("csv", "excel", "ods", "json"):
        given |= _object(given, group, f"{at}/dialect", faults)
    named = {
        "format": resource.get("format"),
        "encoding": resource.get("encoding"),
        "delimiter": given.get("delimiter"),
        "quote": given.get("quoteChar"),
        "sheet": given.get("sheet", given.get("sheetNumber", given.get("sheetName"))),
        "property": given.get("property"),
    }
    try:
        return msgspec.convert({n: v for n, v in named.items() if v is not None}, Dialect)
    except msgspec.ValidationError as error:
        faults.append(Fault(f"{at}/dialect", f"{error}."))
        return Dialect()

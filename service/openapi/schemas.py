"""The schemas of bodies and answers, made from the types that the program itself uses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from projections import answers
from service.http.declared.operation import Operation
from service.http.declared.parameter import Schema
from service.http.problems.kinds import KINDS, ProblemKind
from service.messages.events import MissingEvent, RedactedEvent, WholeEvent

__all__ = ["components", "ref", "resolved"]


_FAULT: Final[Schema] = {
    "title": "Fault",
    "description": "One thing that is wrong: a JSON Pointer into the body or `?name`, and what is "
    "wrong.",
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "message": {"type": "string"},
        "column": {"type": "integer"},
    },
    "required": ["path", "message"],
}
"""`events.errors.Fault`, as problems show it."""

_LINES: Final = (WholeEvent, RedactedEvent, MissingEvent, answers.ShownStatement)
"""Types of answers that operations send as ready bytes, so that no declared type refers to them."""

_EVENT: Final = {"$ref": "#/components/schemas/Event"}


def ref(of: type | str) -> Schema:
    """A reference to the schema of a type, or to a schema by name."""
    return {"$ref": f"#/components/schemas/{of if isinstance(of, str) else of.__name__}"}


def resolved(of: Schema | type | str) -> Schema:
    """The schema that an operation declares, with references in place of types."""
    shown: Schema = _resolved(of) if isinstance(of, dict) else ref(of)
    return shown


def _resolved(of: Any) -> Any:
    if isinstance(of, dict):
        return {name: _resolved(member) for name, member in of.items()}
    if isinstance(of, list):
        return [_resolved(member) for member in of]
    return ref(of) if isinstance(of, type) else of


def _types_in(of: Any) -> Iterator[type]:
    if isinstance(of, type):
        yield of
    elif isinstance(of, dict | list):
        for member in of.values() if isinstance(of, dict) else of:
            yield from _types_in(member)


def components(operations: Sequence[Operation]) -> dict[str, Schema]:
    """Every schema of the operations' bodies and answers, by name."""
    sent_types = list(_types_in([o.body.schema for o in operations if o.body is not None]))
    shown = [dict(each.content) for o in operations for each in o.answers.values()]
    types = dict.fromkeys([*sent_types, *_types_in(shown), *_LINES])
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schemas: dict[str, Schema] = msgspec.json.decode(msgspec.json.encode(found))
    sent = _names_below(schemas, [type_.__name__ for type_ in sent_types])
    for name, schema in schemas.items():
        if name not in sent and schema.get("type") == "object":
            schema["required"] = [each for each in schema["properties"] if each != "dry_run"]
            for member in schema["properties"].values():
                member.pop("default", None)
    schemas["Event"] = {"anyOf": [ref(WholeEvent), ref(RedactedEvent), ref(MissingEvent)]}
    for name in ("EventsPage", "HistoryPage"):
        schemas[name]["properties"]["items"]["items"] = _EVENT
    schemas["StatementsPage"]["properties"]["items"]["items"] = ref(answers.ShownStatement)
    schemas["Diff"]["properties"]["recorded"]["items"] = ref(answers.ShownStatement)
    schemas["StatementsPage"]["required"].remove("total")
    schemas["Buckets"]["required"].remove("vague")
    schemas["StatementsPage"]["properties"]["total"] = {"type": "integer", "minimum": 0}
    schemas["Fault"] = _FAULT
    schemas |= {f"Problem.{slug}": _problem(slug, kind) for slug, kind in KINDS.items()}
    return schemas


def _names_below(schemas: dict[str, Schema], names: list[str]) -> set[str]:
    """These names, and all names that their schemas refer to."""
    seen: set[str] = set()
    waiting = [name for name in names if name in schemas]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            text = json.dumps(schemas[name])
            waiting += [part.partition('"')[0] for part in text.split("/schemas/")[1:]]
    return seen


_MEMBERS: Final[dict[str, Schema]] = {
    "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}, "minItems": 1},
    "id": {"type": "string"},
    "ids": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "incident": {"type": "string"},
    "needs": {"type": "string"},
    "supported": {"type": "array", "items": {"type": "string"}},
    **{n: {"type": "integer"} for n in ("revision", "wanted", "limit", "expected", "actual")},
}


_NULLABLE: Final = {
    "unauthenticated": ("needs",),
    "forbidden": ("needs",),
    "revision-conflict": ("expected",),
    "log-unavailable": ("revision", "wanted"),
    "projection-lagging": ("revision", "wanted"),
}
"""Members that are null if they are not known."""


def _problem(slug: str, kind: ProblemKind) -> Schema:
    usual: dict[str, Schema] = {
        "type": {"const": f"/problems/{slug}"},
        "title": {"const": kind.title},
        "status": {"const": kind.status},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
    }
    members = {name: _MEMBERS[name] for name in kind.members}
    for name in _NULLABLE.get(slug, ()):
        members[name] = {"type": [_MEMBERS[name]["type"], "null"]}
    return {
        "title": f"Problem.{slug}",
        "description": kind.explanation,
        "type": "object",
        "properties": usual | members,
        "required": [*usual, *members],
    }

"""The schemas of what is sent and answered, made from the types that the program itself uses."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from events.statement import Statement
from projections import queries
from service import bodies, health
from service.alarms import AuditHealth
from service.digests import Digest
from service.moment import AsOf
from service.openapi.parts import Schema
from service.problem_kinds import KINDS, Kind
from service.proofs import ConsistencyProof, InclusionProof
from service.read import ActorsPage, SourcesPage, TimelinesPage
from service.read_diff import Diff

__all__ = ["components", "ref"]


class StatementsPage(Struct):
    """One page of statements. All pages of one list are of the same `revision`."""

    timeline: str
    revision: int
    as_of: AsOf | None
    items: list[queries.ShownStatement]
    next: str | None
    total: int | None = None


class _Header(Struct, kw_only=True):
    timeline: str
    revision: int
    recorded_at: str
    id: str
    type: str
    version: int
    subject: str
    author: str
    digest: str
    seal: str


class WholeEvent(_Header, kw_only=True):
    """An event with its data. `salt` is 16 bytes in hex; `digest` is over salt and data."""

    salt: str
    data: dict[str, Any]


class RedactedEvent(_Header, kw_only=True):
    """An event whose salt and data were removed by the redaction at revision `redacted`."""

    redacted: int


class MissingEvent(_Header, kw_only=True):
    """An event whose data is gone without a redaction: somebody removed it."""

    missing: bool


class EventsPage(Struct):
    """Events in their order. `next_after` is null at the end, `head` the last revision."""

    items: list[Raw]
    next_after: int | None
    head: int


class HistoryPage(Struct):
    """The events that touched a statement, in their order."""

    items: list[Raw]
    next: str | None


class Fault(Struct):
    """One thing that is wrong: a JSON Pointer into the body or `?name`, and what is wrong."""

    path: str
    message: str
    column: int


_SENT: Final = (
    Statement,
    bodies.TimelineBody,
    bodies.Correction,
    bodies.Retraction,
    bodies.Redaction,
    bodies.Relating,
    bodies.Grade,
    bodies.SourceGrade,
    bodies.ActorBody,
)
_SHOWN: Final = (
    TimelinesPage,
    StatementsPage,
    queries.Buckets,
    queries.Facets,
    ActorsPage,
    SourcesPage,
    Diff,
    Digest,
    WholeEvent,
    RedactedEvent,
    MissingEvent,
    EventsPage,
    HistoryPage,
    Fault,
    bodies.Recorded,
    bodies.RecordedStatements,
    health.Live,
    health.Health,
    AuditHealth,
    InclusionProof,
    ConsistencyProof,
)

_NAMES: Final[dict[type, str]] = {
    queries.SourceItem: "ShownSource",
    queries.SourceGrade: "ShownSourceGrade",
    bodies.SourceGrade: "SourceGrading",
}
"""Names of schemas where two types have the same, or another one reads better."""

_EVENT: Final = {"$ref": "#/components/schemas/Event"}


def ref(of: type | str) -> Schema:
    """A reference to the schema of a type, or to one by its name."""
    return {"$ref": f"#/components/schemas/{of if isinstance(of, str) else _name(of)}"}


def components() -> dict[str, Schema]:
    """Every schema by its name."""
    _, found = msgspec.json.schema_components(
        [*_SENT, *_SHOWN], ref_template="#/components/schemas/{name}"
    )
    schemas = _renamed(found)
    sent = _names_below(schemas, [_name(type_) for type_ in _SENT])
    for name, schema in schemas.items():
        if name not in sent and schema.get("type") == "object":
            schema["required"] = list(schema["properties"])
            for member in schema["properties"].values():
                member.pop("default", None)
    schemas["Event"] = {"anyOf": [ref(WholeEvent), ref(RedactedEvent), ref(MissingEvent)]}
    for name in ("EventsPage", "HistoryPage"):
        schemas[name]["properties"]["items"]["items"] = _EVENT
    schemas["Diff"]["properties"]["recorded"]["items"] = ref(queries.ShownStatement)
    schemas["StatementsPage"]["required"].remove("total")
    schemas["StatementsPage"]["properties"]["total"] = {"type": "integer", "minimum": 0}
    schemas["Fault"]["required"].remove("column")
    schemas |= {f"Problem.{slug}": _problem(slug, kind) for slug, kind in KINDS.items()}
    return schemas


def _name(of: type) -> str:
    return _NAMES.get(of, of.__name__)


def _renamed(found: dict[str, Any]) -> dict[str, Schema]:
    """The same under the names of `_NAMES`: msgspec writes the module before a name that two
    types share."""
    text = json.dumps(found)
    for type_, name in _NAMES.items():
        text = text.replace(f'"{type_.__module__}.{type_.__qualname__}"', f'"{name}"')
        text = text.replace(f'/{type_.__module__}.{type_.__qualname__}"', f'/{name}"')
    renamed: dict[str, Schema] = json.loads(text)
    for name, schema in renamed.items():
        schema["title"] = name
    return renamed


def _names_below(schemas: dict[str, Schema], names: list[str]) -> set[str]:
    """The names, and all that their schemas refer to."""
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
    "incident": {"type": "string"},
    "needs": {"type": "string"},
    "supported": {"type": "array", "items": {"type": "string"}},
    **{n: {"type": "integer"} for n in ("revision", "wanted", "limit", "expected", "actual")},
}


_NULLABLE: Final = {
    "revision-conflict": ("expected",),
    "log-unavailable": ("revision", "wanted"),
}
"""Members that are null where nobody knows them."""


def _problem(slug: str, kind: Kind) -> Schema:
    usual: dict[str, Schema] = {
        "type": {"const": f"/problems/{slug}"},
        "title": {"const": kind.title},
        "status": {"const": kind.status},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
    }
    members = {name: _MEMBERS[name] for name in kind.members}
    for name in _NULLABLE.get(slug, ()):
        members[name] = {"type": ["integer", "null"]}
    return {
        "title": f"Problem.{slug}",
        "description": kind.explanation,
        "type": "object",
        "properties": usual | members,
        "required": [*usual, *members],
    }

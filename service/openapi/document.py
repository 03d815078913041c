"""The OpenAPI 3.1 document of the declared operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import msgspec

from service.access.sessions import SESSION_COOKIE
from service.http.answers import JSON
from service.http.declared.operation import NOTHING, OWN, Answer, Operation
from service.http.declared.parameter import Parameter, Schema
from service.http.problems.kinds import KINDS
from service.http.problems.problem import MEDIA_TYPE
from service.openapi.headers import COMMON_HEADERS, headers_of
from service.openapi.page import page
from service.openapi.schemas import components, ref, resolved

__all__ = ["Document"]

_ALWAYS: Final = ("invalid-request", "not-allowed", "too-many-requests", "internal")
"""Problems of every request: a wrong query parameter, a method that the path does not have, a
caller that asks too often, a bug."""

_TAGS: Final = (
    "Reading",
    "Following",
    "Auditing",
    "Exporting",
    "Writing",
    "Proposals",
    "Access",
    "Operations",
)
_DENIED: Final = ("unauthenticated", "forbidden")
_DENIALS: Final[Mapping[str, tuple[str, ...]]] = {
    NOTHING: (),
    OWN: ("unauthenticated",),
    "read": ("unauthenticated",),
}
"""Problems of an operation, by what it needs; all others may have those in `_DENIED`."""
_SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key: `onr_…`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "What POST /v1/session sets.",
    },
}
_CREDENTIALS: Final = [{name: list[str]()} for name in _SCHEMES]

_PREFIXES: Final = 8
"""The most cached documents, one for each path prefix."""


class Document:
    """The document of some operations. Receivers must not change what it returns."""

    def __init__(self, operations: Iterable[Operation], root_path: str = "") -> None:
        """`root_path` is the prefix of the paths."""
        self._operations = tuple(operations)
        self._root_path = root_path
        self.below = lru_cache(_PREFIXES)(self._below)
        """The same document for a service under a path prefix."""

    def _below(self, root_path: str) -> Document:
        return self if root_path == self._root_path else Document(self._operations, root_path)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The whole document."""
        paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for operation in self._operations:
            paths[operation.path][operation.method.lower()] = _operation(operation)
            if operation.method == "GET":
                paths[operation.path]["head"] = _head(operation)
        content = {
            "openapi": "3.1.0",
            "info": {
                "title": "onrecord",
                "version": _version(),
                "summary": "Who said what, when, on the record.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": self._root_path or "/"}],
            "tags": [{"name": name} for name in _TAGS],
            "paths": dict(paths),
            "components": {
                "schemas": components(self._operations),
                "headers": COMMON_HEADERS,
                "securitySchemes": _SCHEMES,
            },
        }
        return _with_types_below(self._root_path, content) if self._root_path else content

    @cached_property
    def json(self) -> bytes:
        """The document as JSON."""
        return msgspec.json.encode(self.content)

    @cached_property
    def page(self) -> bytes:
        """The document as HTML."""
        return page(self.content)


def _with_types_below(root_path: str, content: dict[str, Any]) -> dict[str, Any]:
    """The document with the types of problems under the prefix."""
    text = msgspec.json.encode(content)
    for slug in KINDS:
        type_ = f'/problems/{slug}"'
        text = text.replace(f'"{type_}'.encode(), f'"{root_path}{type_}'.encode())
    shown: dict[str, Any] = msgspec.json.decode(text)
    return shown


def _version() -> str:
    """The installed release; a checkout that is not installed has none."""
    try:
        return version("onrecord")
    except PackageNotFoundError:
        return "0"


def _operation(operation: Operation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": _security(operation),
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": _responses(operation),
    }
    if operation.description:
        shown["description"] = operation.description
    if operation.body is not None:
        examples = {name: {"value": value} for name, value in operation.body.examples.items()}
        content = {"schema": resolved(operation.body.schema), "examples": examples}
        others = {media: {"schema": schema} for media, schema in operation.body.others.items()}
        media_type = operation.body.media_type
        shown["requestBody"] = {"required": True, "content": {media_type: content, **others}}
    return shown


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """The credentials of the operation. They are optional for reading, which everyone is usually
    granted. If everyone is granted more, the other operations need none either."""
    if operation.needs == NOTHING:
        return []
    return [{}, *_CREDENTIALS] if operation.needs in ("read", OWN) else [*_CREDENTIALS]


def _head(operation: Operation) -> dict[str, Any]:
    """The same operation for HEAD: answered without a body."""
    shown = _operation(operation)
    shown["operationId"] += "_head"
    shown["summary"] += " (headers only)"
    for response in shown["responses"].values():
        response.pop("content", None)
    return shown


def _parameter(parameter: Parameter[Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.demand is not None or parameter.place == "path",
        "schema": parameter.schema,
    }
    if parameter.example is not None:
        shown["example"] = parameter.example
    return shown


def _responses(operation: Operation) -> dict[str, Any]:
    guarded = operation.needs != NOTHING
    responses = {
        str(status): _answer(_as_sent(operation.method, status, answer), guarded=guarded)
        for status, answer in operation.answers.items()
    }
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    problems = {*_ALWAYS, *_DENIALS.get(operation.needs, _DENIED), *operation.problems}
    if operation.method != "GET":
        problems.add("forbidden")  # for a page of another site
    if "{" in operation.path:
        problems.add("not-found")  # if a part is empty, or has an encoded slash
    if "{t}" in operation.path:
        problems.add("timeline-not-found")  # also of one that the caller may not read
    for slug in sorted(problems, key=list(KINDS).index):
        by_status[KINDS[slug].status].append(slug)
    for status, slugs in by_status.items():
        shown = _problems(slugs, guarded=guarded)
        if status in operation.answers:  # a page for people, a problem for programs
            shown["content"] |= _answer(operation.answers[status], guarded=guarded)["content"]
        responses[str(status)] = shown
    return dict(sorted(responses.items()))


def _as_sent(method: str, status: int, answer: Answer) -> Answer:
    """The answer, with the additional header of one that is sent as gzip (`edge.packed`)."""
    if method != "GET" or status != 200 or JSON not in answer.content:
        return answer
    return answer._replace(headers=("Content-Encoding", *answer.headers))


def _answer(answer: Answer, *, guarded: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": answer.description}
    if answer.content:
        shown["content"] = {media: {"schema": resolved(of)} for media, of in answer.content.items()}
    return shown | headers_of(answer.headers, guarded=guarded)


def _problems(slugs: list[str], *, guarded: bool) -> dict[str, Any]:
    """The problems of one status."""
    names = [f"Problem.{slug}" for slug in slugs]
    schema: Schema = ref(names[0])
    if len(names) > 1:
        mapping = {f"/problems/{s}": ref(n)["$ref"] for s, n in zip(slugs, names, strict=True)}
        discriminator = {"propertyName": "type", "mapping": mapping}
        schema = {"oneOf": [ref(name) for name in names], "discriminator": discriminator}
    return {
        "description": "; or: ".join(KINDS[slug].title for slug in slugs) + ".",
        "content": {MEDIA_TYPE: {"schema": schema}},
    } | headers_of({header for slug in slugs for header in KINDS[slug].headers}, guarded=guarded)

"""The OpenAPI 3.1 document, built from the table of operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from service.openapi.operations import OPERATIONS
from service.openapi.parts import Answer, Operation, Parameter, Schema
from service.openapi.schemas import components, ref
from service.problem import MEDIA_TYPE
from service.problem_kinds import KINDS

__all__ = ["document"]

_ALWAYS: Final = ("invalid-request", "not-allowed", "internal")
"""Problems that any request may meet: a wrong query parameter, a method that the path lacks."""

_HEADERS: Final[dict[str, Schema]] = {
    "Allow": {"type": "string"},
    "Cache-Control": {"type": "string"},
    "Connection": {"const": "close"},
    "Content-Security-Policy": {"type": "string"},
    "ETag": {"type": "string", "pattern": '^(W/)?"[^"]*"$'},
    "Onrecord-Checkpoint": {"type": "string", "pattern": "^([0-9]+|pending)$"},
    "Onrecord-Log": {"type": "string"},
    "Onrecord-Revision": {"type": "string", "pattern": "^[0-9]+$"},
    "Referrer-Policy": {"const": "no-referrer"},
    "Retry-After": {"type": "string", "pattern": "^[0-9]+$"},
    "Vary": {"type": "string"},
    "X-Accel-Buffering": {"const": "no"},
    "X-Content-Type-Options": {"const": "nosniff"},
}
_WHERE_ASKED: Final = ("Onrecord-Checkpoint",)
"""Headers that an answer has only where the request asks for them."""
_MEANINGS: Final = {
    "Allow": "The methods that the path has.",
    "Cache-Control": "How long the answer may be kept.",
    "Connection": "The connection ends with this answer.",
    "Content-Security-Policy": "What the page may load, and who may show it within another.",
    "ETag": "The tag of this state of what is shown.",
    "Onrecord-Checkpoint": "Where `wait` asked for it: the size of the checkpoint, or pending.",
    "Onrecord-Log": "The identity of the log, which `log` takes.",
    "Onrecord-Revision": "The timeline's revision that the answer is true of.",
    "Referrer-Policy": "Links from the page do not tell where they were followed.",
    "Retry-After": "Seconds to wait.",
    "Vary": "The request's headers that choose the answer.",
    "X-Accel-Buffering": "No proxy holds the answer back.",
    "X-Content-Type-Options": "The media type is the one that is told.",
}


@cache
def document() -> dict[str, Any]:
    """The whole document. Not to be changed by its receiver."""
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for operation in OPERATIONS:
        paths[operation.path][operation.method.lower()] = _operation(operation)
        if operation.method == "GET":
            paths[operation.path]["head"] = _head(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "onrecord",
            "version": _version(),
            "summary": "Who said what, when, on the record.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [
            {"name": name} for name in ("Reading", "Following", "Auditing", "Writing", "Operations")
        ],
        "paths": dict(paths),
        "components": {"schemas": components()},
    }


def _version() -> str:
    """The installed release's; a plain checkout has none."""
    try:
        return version("onrecord")
    except PackageNotFoundError:
        return "0"


def _operation(operation: Operation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": _responses(operation),
    }
    if operation.description:
        shown["description"] = operation.description
    if operation.body is not None:
        examples = {name: {"value": value} for name, value in operation.body.examples.items()}
        content = {"schema": operation.body.schema, "examples": examples}
        shown["requestBody"] = {"required": True, "content": {"application/json": content}}
    return shown


def _head(operation: Operation) -> dict[str, Any]:
    """The same question, answered without a body."""
    shown = _operation(operation)
    shown["operationId"] += "_head"
    shown["summary"] += " (headers only)"
    for response in shown["responses"].values():
        response.pop("content", None)
    return shown


def _parameter(parameter: Parameter) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.required or parameter.where == "path",
        "schema": parameter.schema,
    }
    if parameter.example is not None:
        shown["example"] = parameter.example
    return shown


def _responses(operation: Operation) -> dict[str, Any]:
    responses = {str(status): _answer(answer) for status, answer in operation.answers.items()}
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    problems = {*_ALWAYS, *operation.problems}
    if "{" in operation.path:
        problems.add("not-found")  # where a part is empty, or has an encoded slash
    for slug in sorted(problems, key=list(KINDS).index):
        by_status[KINDS[slug].status].append(slug)
    responses |= {str(status): _problems(slugs) for status, slugs in by_status.items()}
    return dict(sorted(responses.items()))


def _answer(answer: Answer) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": answer.description}
    if answer.content:
        shown["content"] = {media: {"schema": schema} for media, schema in answer.content.items()}
    return shown | _headers(answer.headers)


def _problems(slugs: list[str]) -> dict[str, Any]:
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
    } | _headers({header for slug in slugs for header in KINDS[slug].headers})


def _headers(names: Iterable[str]) -> dict[str, Any]:
    shown = {
        name: {
            "description": _MEANINGS[name],
            "required": name not in _WHERE_ASKED,
            "schema": _HEADERS[name],
        }
        for name in sorted(names)
    }
    return {"headers": shown} if shown else {}

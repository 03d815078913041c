"""The calls about the mapping that the next file of a dataset begins with."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import msgspec
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from events.errors import Fault, InvalidInput
from events.statement import shape
from service.http.answers import JSON, HttpRequest, ReadyResponse
from service.http.bodies import read_json
from service.http.declared.operation import Answer, Body, Operation, route
from service.http.declared.parameter import in_path, optional, switch
from service.http.declared.query import parsed_query
from service.interchange.imports.serving.import_order import check_timeline
from service.interchange.imports.serving.routes import Imports
from service.interchange.imports.serving.stored_mappings import StoredMapping
from service.interchange.imports.serving.upload import MOST_OF_MAPPING
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.limits import without_mark
from service.messages.imports import DatasetMapping
from service.reading.parameters import T
from service.writing.operation import BODY_PROBLEMS

__all__ = ["HANDLERS"]

_RULE: Final = "A dataset's name is 1 to 64 of a-z, 0-9, '.', '_' and '-'."
_NAME: Final = re.compile(r"[a-z0-9._-]{1,64}")
_DATASET: Final = in_path(
    "dataset",
    f"The dataset, as its mapping or its file is called, without the ending of a file. {_RULE}",
    {"type": "string", "pattern": f"^{_NAME.pattern}$"},
    "general-staff",
)
_DRY_RUN: Final = optional("dry_run", "`true`: it is checked, and not stored.", switch)
_NONE: Final = (
    "No mapping of that dataset is stored here: none was imported by one, or it is redacted."
)


@route(
    Operation(
        "GET",
        "/v1/timelines/{t}/mappings/{dataset}",
        "Writing",
        "The mapping by which a dataset was imported last",
        "By which a further file of it can be read. It is kept until something of the timeline is "
        "redacted.",
        parameters=(T, _DATASET),
        answers={200: Answer("The mapping, and the day of the import.", {JSON: DatasetMapping})},
        problems=("timeline-not-found", "not-found"),
        needs="write",
        personal=True,
    )
)
async def get_stored_mapping(
    request: HttpRequest,
    t: FromPath[str],
    dataset: FromPath[str],
    imports: NamedDependency[Imports],
) -> ReadyResponse:
    """The stored mapping of a dataset."""
    parsed_query(request)
    stored = imports.runner.folders.mappings.find(t, dataset)
    if stored is None:
        await imports.read_side.begin()
        check_timeline(imports.read_side, t)
        raise NotFoundException(_NONE)
    return _shown(dataset, stored)


@route(
    Operation(
        "PUT",
        "/v1/timelines/{t}/mappings/{dataset}",
        "Writing",
        "Store the mapping of a dataset",
        "As an import by HTTP does itself: for who has recorded rows by commands.",
        parameters=(T, _DATASET, _DRY_RUN),
        body=Body({"type": "object", "description": "A mapping."}),
        answers={200: Answer("The mapping as it is stored.", {JSON: DatasetMapping})},
        problems=(*BODY_PROBLEMS, "timeline-not-found"),
        needs="write",
        personal=True,
    )
)
async def store_mapping(
    request: HttpRequest,
    t: FromPath[str],
    dataset: FromPath[str],
    imports: NamedDependency[Imports],
) -> ReadyResponse:
    """Stores a mapping for the next file of a dataset."""
    dry_run = bool(parsed_query(request)[_DRY_RUN])
    if not _NAME.fullmatch(dataset):
        raise InvalidInput([Fault("", _RULE)])
    await imports.read_side.begin()
    check_timeline(imports.read_side, t)
    content = await read_json(request, MOST_OF_MAPPING, imports.budget)
    descriptor = shape.decode(without_mark(content), dict[str, Any])
    name = mapping_of(descriptor).name
    stored = StoredMapping(timeline=t, day=imports.runner.today, mapping=descriptor)
    if not dry_run:
        mappings = imports.runner.folders.mappings
        await asyncio.to_thread(mappings.store, stored, {dataset, name})
    return _shown(dataset, stored)


def _shown(dataset: str, stored: StoredMapping) -> ReadyResponse:
    shown = DatasetMapping(dataset=dataset, day=stored.day, mapping=stored.mapping)
    return ReadyResponse(msgspec.json.encode(shown), 200, {"Cache-Control": "no-store"})


HANDLERS: Final = (get_stored_mapping, store_mapping)

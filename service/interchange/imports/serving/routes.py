"""The call that orders an import."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, NamedTuple, get_args

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.errors import Fault, InvalidInput
from events.statement import shape
from service.access.guards.visitor import Visitor, visitor_of
from service.clock import IdMaker
from service.http.answers import JSON, HttpRequest, ReadyResponse
from service.http.bodies import BodyBudget
from service.http.declared.operation import Answer, Body, Operation, route
from service.http.declared.parameter import optional, switch
from service.http.declared.query import parsed_query
from service.http.limits.caller import counted_as
from service.interchange.formats.known import FORMATS, open_mapped
from service.interchange.imports.import_file import recognized
from service.interchange.imports.importing import MissingRows
from service.interchange.imports.serving.import_folder import ImportFolder
from service.interchange.imports.serving.import_order import ImportOrder, check_timeline
from service.interchange.imports.serving.runner import ImportRunner
from service.interchange.imports.serving.upload import FORM, Upload, receive_form
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.limits import TableRefused, without_mark
from service.reading.parameters import T
from service.reading.read_side import ReadSide
from service.writing.operation import BODY_PROBLEMS

__all__ = ["HANDLERS", "STATES", "Imports"]

_DRY_RUN: Final = optional(
    "dry_run", "`true`: nothing is recorded, and the report says what would be.", switch
)
STATES: Final = ["waiting", "running", "done", "failed"]
"""The states of an import."""
_ORDERED: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "import": {"type": "string", "format": "uuid"},
        "state": {"enum": STATES},
        "dry_run": {"type": "boolean"},
    },
    "required": ["import", "state", "dry_run"],
}
_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "The file, up to 1 GiB."},
        "mapping": {"type": "string", "description": "A mapping, as JSON."},
        "format": {"enum": list(FORMATS)},
        "missing": {"enum": list(get_args(MissingRows))},
        "guess": {
            "enum": ["true"],
            "description": "A dry run makes a new mapping, whatever the last import was read by.",
        },
    },
    "required": ["file"],
}
_CHOOSE: Final = "Send a mapping, or the name of a known format; a dry run writes a first mapping."


class Imports(NamedTuple):
    """What the handlers work with."""

    runner: ImportRunner
    read_side: ReadSide
    ids: IdMaker
    budget: BodyBudget


@route(
    Operation(
        "POST",
        "/v1/timelines/{t}/imports",
        "Writing",
        "Import a file",
        "The file is received and then imported in the background; `GET` of the import says how "
        "far it is. With `dry_run=true` nothing is recorded. A file of a known format needs "
        "neither `mapping` nor `format`.",
        parameters=(T, _DRY_RUN),
        body=Body(_FORM, media_type=FORM),
        answers={202: Answer("The file was received.", {JSON: _ORDERED})},
        problems=(*BODY_PROBLEMS, "timeline-not-found"),
        needs="write",
        personal=True,
    )
)
async def order_import(
    request: HttpRequest, t: FromPath[str], imports: NamedDependency[Imports]
) -> ReadyResponse:
    """Receives a file, and imports it in the background."""
    dry_run = bool(parsed_query(request)[_DRY_RUN])
    await imports.read_side.begin()
    check_timeline(imports.read_side, t)
    with imports.runner.receiving(counted_as(request.scope)):
        folder = await asyncio.to_thread(imports.runner.folders.make, imports.ids())
        with folder.held():
            try:
                order = await _received(request, t, folder, dry_run=dry_run)
            except BaseException:
                folder.remove()
                raise
            folder.write_order(order)
        imports.runner.start(folder)
    ordered = {"import": folder.id, "state": "waiting", "dry_run": dry_run}
    return ReadyResponse(msgspec.json.encode(ordered), 202, {"Cache-Control": "no-store"})


async def _received(
    request: HttpRequest, timeline: str, folder: ImportFolder, *, dry_run: bool
) -> ImportOrder:
    """The order, once the file is in the folder."""
    upload = await receive_form(request, folder)
    order = ImportOrder(
        timeline=timeline,
        principal=visitor_of(request.scope).principal,
        name=upload.name,
        dry_run=dry_run,
        client=request.scope["client"][0] if request.scope["client"] else "",
        as_before=_begins_as_before(upload, visitor_of(request.scope), timeline),
        **_by(upload),
    )
    await asyncio.to_thread(_check_known, upload, order)
    return order


def _by(upload: Upload) -> dict[str, Any]:
    """How the file is imported. Raises InvalidInput with everything that is wrong."""
    fields = upload.fields
    found: dict[str, Any] = {}
    if "mapping" in fields and "format" in fields:
        raise InvalidInput([Fault("/format", "Send a mapping or a format, and not both.")])
    if "mapping" in fields:
        try:
            content = without_mark(fields["mapping"].encode())
            descriptor = shape.decode(content, dict[str, Any])
        except InvalidInput as error:
            message = "A mapping is one object in JSON, as its file has it; this is not."
            raise InvalidInput([Fault("/mapping", message)]) from error
        mapping_of(descriptor)
        found["mapping"] = descriptor
    if "format" in fields:
        if fields["format"] not in FORMATS:
            message = f"There is no format {fields['format'][:60]!r}: {', '.join(FORMATS)}."
            raise InvalidInput([Fault("/format", message)])
        found["format"] = fields["format"]
    if "missing" in fields:
        if fields["missing"] not in get_args(MissingRows):
            message = f"missing is one of {', '.join(get_args(MissingRows))}."
            raise InvalidInput([Fault("/missing", message)])
        found["missing"] = fields["missing"]
    return found


def _begins_as_before(upload: Upload, visitor: Visitor, timeline: str) -> bool:
    """Whether a stored mapping may be used: it is shown only to callers who may write. Raises
    InvalidInput."""
    if upload.fields.get("guess", "true") != "true":
        raise InvalidInput([Fault("/guess", "guess is true, or left out.")])
    return "guess" not in upload.fields and visitor.may("write", timeline)


def _check_known(upload: Upload, order: ImportOrder) -> None:
    """Raise InvalidInput if the meaning of the file's columns is unknown, or if the mapping names
    columns that the file lacks. A file that cannot be read is reported by the import itself."""
    if upload.path is None or order.format is not None:
        return
    if order.mapping is not None:
        with suppress(TableRefused), open_mapped(upload.path, mapping_of(order.mapping)):
            return
    if order.dry_run or order.mapping is not None:
        return
    try:
        found = recognized(upload.path)
    except TableRefused as error:
        raise InvalidInput([Fault("/file", str(error))]) from error
    if found is None:
        raise InvalidInput([Fault("/mapping", _CHOOSE)])


HANDLERS: Final = (order_import,)

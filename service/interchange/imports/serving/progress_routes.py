"""The calls about an import that was ordered: how far it is, and the rows that it has refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from service.access.guards.visitor import Visitor, visitor_of
from service.http.answers import JSON, HttpRequest, ReadyResponse
from service.http.declared.operation import Answer, Operation, route
from service.http.declared.parameter import in_path
from service.http.declared.query import parsed_query
from service.interchange.guessing.dataset_name import REFUSED, dataset_name
from service.interchange.imports.serving.import_folder import ImportFolder
from service.interchange.imports.serving.import_order import check_timeline
from service.interchange.imports.serving.routes import STATES, Imports
from service.messages.imports import SentReport
from service.reading.parameters import T

__all__ = ["HANDLERS"]

_CSV: Final = "text/csv"
_PIECE: Final = 1 << 18
_IMPORT: Final = in_path(
    "id",
    "The import's id, from the call that ordered it.",
    {"type": "string", "format": "uuid"},
    "0190163d-8694-739b-aea5-966c26f8ad91",
)
_STATUS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "import": {"type": "string", "format": "uuid"},
        "state": {"enum": STATES},
        "report": {"anyOf": [SentReport, {"type": "null"}]},
        "problem": {"type": "string"},
        "refused_rows": {"type": "integer", "minimum": 0},
    },
    "required": ["import", "state", "report", "refused_rows"],
}
_NO_IMPORT: Final = "There is no such import on this timeline. Reports are kept for a week."
_NONE: Final = (
    "No refused rows of this import are kept here: it has refused none, is not over, or ten later "
    "ones have. Import the file again to have them."
)


@route(
    Operation(
        "GET",
        "/v1/timelines/{t}/imports/{id}",
        "Writing",
        "How far an import is",
        "`report` has what was recorded so far, which rows change what, which are missing, the "
        "losses and the reasons of refused rows; it is kept for a week, or until something of the "
        "timeline is redacted. `refused_rows`: how many `…/refused` has. It is shown to who has "
        "ordered it, and to those who may review.",
        parameters=(T, _IMPORT),
        answers={200: Answer("The import.", {JSON: _STATUS})},
        problems=("timeline-not-found", "not-found"),
        needs="write",
        personal=True,
    )
)
async def get_import(
    request: HttpRequest, t: FromPath[str], imports: NamedDependency[Imports]
) -> ReadyResponse:
    """The progress of an import, whichever worker runs it."""
    parsed_query(request)
    folder = await _shown_folder(request, t, imports)
    status = folder.status
    if not folder.is_over:
        imports.runner.start(folder)
    shown: dict[str, Any] = {
        "import": folder.id,
        "state": status.state,
        "report": status.report,
        "refused_rows": status.refused_rows,
    }
    shown |= {"problem": status.problem} if status.problem else {}
    return ReadyResponse(msgspec.json.encode(shown), 200, {"Cache-Control": "no-store"})


async def _shown_folder(request: HttpRequest, timeline: str, imports: Imports) -> ImportFolder:
    """The folder of the import that is asked about. Raises Unknown and NotFoundException."""
    folder = imports.runner.folders.find(timeline, request.path_params["id"])
    if folder is None or not _is_shown(folder, timeline, visitor_of(request.scope)):
        await imports.read_side.begin()
        check_timeline(imports.read_side, timeline)
        raise NotFoundException(_NO_IMPORT)
    return folder


def _is_shown(folder: ImportFolder, timeline: str, visitor: Visitor) -> bool:
    """Whether the visitor may see the import, whose report has rows that may only be proposed."""
    order = folder.order
    is_own = order is not None and order.principal.name == visitor.principal.name
    return is_own or visitor.may("review", timeline)


@route(
    Operation(
        "GET",
        "/v1/timelines/{t}/imports/{id}/refused",
        "Writing",
        "The rows that an import has refused",
        "A table with the original cells of each row, and `_line`, `_column` and `_reason`; once "
        "corrected, it can be imported alone. It has the first rows, up to 16 MiB: `refused_rows` "
        "of the import says how many. It is kept as long as the report, of the last ten imports of "
        "the timeline that have refused rows.",
        parameters=(T, _IMPORT),
        answers={200: Answer("The rows.", {_CSV: {}}, ("Content-Disposition",))},
        problems=("timeline-not-found", "not-found"),
        needs="write",
        personal=True,
    )
)
async def get_refused_rows(
    request: HttpRequest, t: FromPath[str], imports: NamedDependency[Imports]
) -> Response[Any]:
    """The file of refused rows of an import that is over."""
    parsed_query(request)
    folder = await _shown_folder(request, t, imports)
    order, is_kept = folder.order, folder.is_over and folder.status.refused_rows > 0
    file = await asyncio.to_thread(_opened, folder.refused_path) if is_kept else None
    if file is None or order is None:
        raise NotFoundException(_NONE)
    name = f"{dataset_name(order.name)}{REFUSED}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    if "head" in request.scope:
        file.close()
        return Stream((), headers=headers, media_type=_CSV)
    return Stream(_pieces(file), headers=headers, media_type=_CSV)


def _opened(path: Path) -> IO[bytes] | None:
    try:
        return path.open("rb")
    except FileNotFoundError:  # a redaction or a later import has removed it
        return None


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


HANDLERS: Final = (get_import, get_refused_rows)

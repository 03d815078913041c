"""The page that people look at: its documents, and the files that they load.

All of it is this service's own: the policy lets a browser load nothing from elsewhere, run no
script that stands in a document, and make markup of no text. What stands behind `?` is read by
the page, by the names that the interface has; a link that somebody lengthened still opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from events.wording import TIMELINE
from service.answers import answer
from service.query_string import no_parameters

__all__ = ["FILES", "HANDLERS"]

_FOLDER: Final = files("service") / "page"
_TYPES: Final[Mapping[str, str]] = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}
FILES: Final = tuple(
    sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.rpartition(".")[2] in _TYPES)
)
"""What the documents load, by name."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)


@get("/", name="show_timelines_page")
async def show_timelines_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """All timelines, to be looked at."""
    return _document(request, "index.html")


@get("/t/{t:str}", name="show_timeline_page")
async def show_timeline_page(request: Request[Any, Any, Any], t: FromPath[str]) -> Response[bytes]:
    """One timeline, to be looked at. The page itself says where there is none of that name."""
    return _document(request, "timeline.html", t)


@get("/embed/{t:str}", name="show_embedded_page")
async def show_embedded_page(request: Request[Any, Any, Any], t: FromPath[str]) -> Response[bytes]:
    """The same without its frame: any site may show it in a frame of its own."""
    return _document(request, "timeline.html", t, ancestors="*")


@get("/page/{file:str}", name="show_page_file")
async def show_page_file(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """A file that the page loads."""
    no_parameters(request.scope["query_string"])
    if file not in FILES:
        raise NotFoundException
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    media_type = _TYPES[file.rpartition(".")[2]]
    return answer(request, _content(file), media_type=media_type, headers=headers)


def _document(
    request: Request[Any, Any, Any], file: str, timeline: str = "", ancestors: str = "'none'"
) -> Response[bytes]:
    if timeline and not TIMELINE.admits(timeline):
        raise NotFoundException
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY + ancestors,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return answer(request, _content(file), media_type="text/html", headers=headers)


@cache
def _content(file: str) -> bytes:
    return (_FOLDER / file).read_bytes()


HANDLERS: Final = (show_timelines_page, show_timeline_page, show_embedded_page, show_page_file)

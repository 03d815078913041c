"""The page's files: the documents, and what they load.

A document names its styles and its first module by their paths in the folder. In their place it is
served with one style and one script. Their names have a hash of their content, so that a browser
caches them for ever and loads new ones when the content has changed.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from service.page.script import script_of

__all__ = ["DOCUMENTS", "FILES", "content", "document", "media_type", "zipped"]

_FOLDER: Final = files("service") / "page"
_TYPES: Final[Mapping[str, str]] = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}
DOCUMENTS: Final = ("index", "missing", "sign-in", "timeline")
_ELSEWHERE: Final = {"sign-in": "account"}
"""Documents that are not in `documents/`, each with its folder."""
_STYLE: Final = re.compile(r'<link rel="stylesheet" href="/page/([^"]+)">\n')
_MODULE: Final = re.compile(r'(<script type="module" src="/page/)([^"]+)(">)')


def _files(folder: Traversable, path: str = "") -> Iterator[str]:
    """The paths, relative to the page's folder, of the files with the types above."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        elif entry.name.rpartition(".")[2] in _TYPES:
            yield path + entry.name


def _source(path: str) -> str:
    return (_FOLDER / path).read_text("utf-8")


def _made() -> tuple[dict[str, str], dict[str, bytes]]:
    """The documents by name, and the files that they load by path."""
    documents: dict[str, str] = {}
    loaded: dict[str, bytes] = {}

    def put(name: str, ending: str, text: str) -> str:
        body = text.encode()
        path = f"{name}.{sha256(body).hexdigest()[:16]}.{ending}"
        loaded[path] = body
        return path

    for name in DOCUMENTS:
        text = _source(f"{_ELSEWHERE.get(name, 'documents')}/{name}.html")
        style = put(name, "css", "\n".join(map(_source, _STYLE.findall(text))))
        text = _STYLE.sub(f'<link rel="stylesheet" href="/page/{style}">\n', text, count=1)
        text = text[: text.index(style)] + _STYLE.sub("", text[text.index(style) :])
        module = _MODULE.search(text)
        if module is not None:
            script = put(name, "js", script_of(module[2], _source))
            text = _MODULE.sub(rf"\g<1>{script}\g<3>", text)
        documents[name] = text
    return documents, loaded


_DOCUMENTS, _LOADED = _made()
FILES: Final = (*sorted(_files(_FOLDER)), *_LOADED)
"""The files served under `/page/`: those that the documents load, and their sources for readers.
Documents, Python modules and types are not among them."""


def document(name: str) -> str:
    """One of DOCUMENTS, as text."""
    return _DOCUMENTS[name]


@cache
def content(path: str) -> tuple[bytes, bool]:
    """The bytes of one of FILES, and whether they never change."""
    if path in _LOADED:
        return _LOADED[path], True
    return (_FOLDER / path).read_bytes(), False


@lru_cache(256)
def zipped(body: bytes) -> bytes:
    """The body as gzip."""
    return gzip.compress(body, mtime=0)


def media_type(path: str) -> str:
    """The media type of one of FILES."""
    return _TYPES[path.rpartition(".")[2]]

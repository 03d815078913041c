"""Feeds: Atom and JSON Feed. Each entry is a row, and both have the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from ijson.common import ObjectBuilder

from service.interchange.formats.own_statement import OWN_STATEMENT, own_statement_cell
from service.interchange.mappings.operations.exact_text import ExactText
from service.interchange.mappings.operations.html_text import text_of_html
from service.interchange.tables.documents.json_events import NoJson, json_events
from service.interchange.tables.documents.json_rows import json_objects
from service.interchange.tables.encoding import utf8_file
from service.interchange.tables.limits import BoundedFile, BoundedJson, TableRefused
from service.interchange.tables.row import Cell, TableRow, cell_text, cells_of, object_rows

__all__ = ["atom_rows", "json_feed_rows"]

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ENTRY: Final = f"{_ATOM}entry"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_OURS: Final = "{urn:uuid:6d5c6f04-8f76-5b2a-8dd1-6c65c802e53a}statement"


class _Feed(NamedTuple):
    """Facts of the feed, for each entry that does not override them. Links are relative to
    `base`."""

    title: str = ""
    language: str = ""
    base: str = ""
    authors: tuple[str, ...] = ()


def atom_rows(path: Path) -> Iterator[TableRow]:
    """The entries of an Atom feed, or of a document that is a single entry. Entities, and any other
    references of a document, are refused. Raises `TableRefused`."""
    feed = _feed_of(path)
    entries = (element for _, element in _elements(path) if element.tag == _ENTRY)
    for number, entry in enumerate(entries, start=1):
        yield TableRow(number, _entry(entry, feed))


def _elements(path: Path) -> Iterator[tuple[Element, Element]]:
    """The root with each of its children in turn, or with itself if it is an entry."""
    try:
        with path.open("rb") as file:
            bounded = BoundedFile(file, "An entry of the feed")
            depth, root = 0, None
            for event, element in iterparse(bounded, events=["start", "end"]):
                depth += 1 if event == "start" else -1
                root = element if root is None else root
                if event == "end" and depth == (0 if root.tag == _ENTRY else 1):
                    bounded.took()
                    yield root, element
                    del root[:]
    except DefusedXmlException as error:
        reason = "The feed declares entities or another document, and nothing of them is opened."
        raise TableRefused(reason, "Save it again without a DOCTYPE.") from error
    except (ParseError, ValueError) as error:
        reason = f"The feed cannot be read: {str(error)[:200]}."
        raise TableRefused(reason, "Mend it, or save it again.") from error


def _feed_of(path: Path) -> _Feed:
    """What the feed says of itself, which may come after its entries."""
    feed, links = _Feed(), dict[str, str]()
    for root, element in _elements(path):
        feed = feed._replace(
            language=root.get(f"{_XML}lang", ""), base=root.get(f"{_XML}base", feed.base)
        )
        if element.tag == f"{_ATOM}title":
            feed = feed._replace(title=text_of_html(_marked(element)))
        elif element.tag == f"{_ATOM}author":
            feed = feed._replace(authors=(*feed.authors, *_texts(element, ":name")))
        elif element.tag == f"{_ATOM}link":
            links.setdefault(element.get("rel", "alternate"), element.get("href", ""))
    address = links.get("self") or links.get("alternate", "")
    return feed._replace(base=urljoin(address, feed.base))


def _entry(entry: Element, feed: _Feed) -> dict[str, Cell]:
    authors = _texts(entry, ":author/:name") or _texts(entry, ":source/:author/:name")
    authors = authors or list(feed.authors)
    base = urljoin(feed.base, entry.get(f"{_XML}base", ""))
    links: dict[str, str] = {}
    for link in entry.iterfind(f"{_ATOM}link"):
        address = urljoin(urljoin(base, link.get(f"{_XML}base", "")), link.get("href", ""))
        links.setdefault(link.get("rel", "alternate"), address)
    published, updated = (" ".join(_texts(entry, name)) for name in (":published", ":updated"))
    title, content, summary = (
        next(map(_marked, entry.iterfind(f"{_ATOM}{name}")), "")
        for name in ("title", "content", "summary")
    )
    return {
        "id": " ".join(_texts(entry, ":id")),
        "title": title,
        "content": content or summary,
        "title and content": _joined(title, content or summary),
        "speaker": authors[0] if authors else "",
        "further speakers": tuple(authors[1:]),
        "published": published or updated,
        "said on": published or updated,
        "updated": updated,
        "link": links.get("related") or links.get("alternate", ""),
        "tags": tuple(c.get("term", "") for c in entry.iterfind(f"{_ATOM}category")),
        "language": entry.get(f"{_XML}lang", feed.language),
        "feed": feed.title,
        OWN_STATEMENT: entry.findtext(_OURS, ""),
    }


def _texts(element: Element, path: str) -> list[str]:
    return [_text(found) for found in element.iterfind(path.replace(":", _ATOM))]


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _marked(element: Element) -> str:
    """A text of the feed: with markup if its type says so, else an exact text; empty for anything
    else, such as a picture."""
    match element.get("type", "text"):
        case "xhtml":
            for each in element.iter():
                each.tag = each.tag.rpartition("}")[2]
            element.tail = None
            return tostring(element, encoding="unicode", method="html")
        case "html" | "text/html":
            return _text(element)
        case "text" | "text/plain":
            return _exact(_text(element))
        case _:
            return ""


def _exact(text: str) -> str:
    return ExactText(text) if text else ""


def _joined(*given: str) -> str:
    """Texts below each other; if some have markup, plain ones are escaped."""
    parts = [part for part in given if part]
    if all(isinstance(part, ExactText) for part in parts):
        return _exact("\n\n".join(parts))
    escaped = (escape(p, quote=False) if isinstance(p, ExactText) else p for p in parts)
    return "\n\n".join(escaped)


def json_feed_rows(path: Path) -> Iterator[TableRow]:
    """The items of a JSON Feed. Raises `TableRefused`."""
    head = cells_of(_head(path))
    language = cell_text(head.get("language", ""))
    feed = _Feed(cell_text(head.get("title", "")), language, authors=_authors(head))
    return object_rows(json_objects(path, "items"), lambda item: _item(item, feed))


def _head(path: Path) -> Mapping[str, Any]:
    """What a feed says of itself, before or after its items."""
    builder, depth, is_items = ObjectBuilder(), 0, False
    with utf8_file(path) as file:
        bounded = BoundedJson(file, "What the feed says of itself")
        try:
            for event, value in json_events(bounded):
                depth += event.startswith("start_") - event.startswith("end_")
                if event == "map_key" and depth == 1:
                    is_items = value == "items"
                if is_items:
                    bounded.took()
                else:
                    builder.event(event, value)
        except NoJson:
            return {}  # reading the items reports what is wrong
    return builder.value if isinstance(builder.value, dict) else {}


def _authors(cells: dict[str, Cell]) -> tuple[str, ...]:
    """The names of the authors (version 1.1), or of the author (version 1)."""
    names = cells.pop("authors.name", ()) or cells.pop("author.name", ())
    return (names,) if isinstance(names, str) else names


def _item(item: Mapping[str, Any], feed: _Feed) -> dict[str, Cell]:
    """The cells of an item."""
    plain = {name: value for name, value in item.items() if name != "_onrecord"}
    cells = cells_of(plain)
    listed = _authors(cells) or feed.authors
    marked, text = (cell_text(cells.pop(f"content_{of}", "")) for of in ("html", "text"))
    title = _exact(text_of_html(cell_text(cells.get("title", ""))))
    published = cells.pop("date_published", "")
    return cells | {
        "title and content": _joined(title, marked or _exact(text)),
        "speaker": listed[0] if listed else "",
        "further speakers": tuple(listed[1:]),
        "said on": published,
        "published": published,
        "updated": cells.pop("date_modified", ""),
        "link": cells.pop("external_url", "") or cells.pop("url", ""),
        "language": cells.get("language") or feed.language,
        "feed": feed.title,
        OWN_STATEMENT: own_statement_cell(item.get("_onrecord")),
    }

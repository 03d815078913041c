"""Feeds: Atom and JSON Feed. Each entry is a row, and both have the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from events.statement.wording import STATEMENT_ID
from service.interchange.tables.json_rows import json_objects, object_rows
from service.interchange.tables.limits import BoundedFile, TableRefused
from service.interchange.tables.row import Cell, TableRow, cell_text, cells_of

__all__ = ["atom_rows", "json_feed_rows"]

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def atom_rows(path: Path) -> Iterator[TableRow]:
    """The entries of an Atom feed. Entities, and whatever else a document could refer to, are
    refused. Raises `TableRefused`."""
    try:
        with path.open("rb") as file:
            bounded = BoundedFile(file, "An entry of the feed")
            title, language, number, root = "", "", 0, None
            for event, element in iterparse(bounded, events=["start", "end"]):
                if root is None:
                    root, language = element, element.get(_LANGUAGE, "")
                elif event == "end" and element.tag == f"{_ATOM}entry":
                    bounded.took()
                    number += 1
                    yield TableRow(number, _entry(element, title, language))
                    root.clear()
                elif event == "end" and element.tag == f"{_ATOM}title" and not number:
                    title = title or _text(element)
    except DefusedXmlException as error:
        reason = "The feed declares entities or another document, and nothing of them is opened."
        raise TableRefused(reason, "Save it again without a DOCTYPE.") from error
    except (ParseError, ValueError) as error:
        reason = f"The feed cannot be read: {str(error)[:200]}."
        raise TableRefused(reason, "Mend it, or save it again.") from error


def _entry(entry: Element, feed: str, language: str) -> dict[str, Cell]:
    def all_of(name: str) -> list[str]:
        return [_text(found) for found in entry.iterfind(name.replace(":", _ATOM))]

    authors = all_of(":author/:name")
    found_links = entry.iterfind(f"{_ATOM}link")
    links = {link.get("rel", "alternate"): link.get("href", "") for link in found_links}
    published, updated = (" ".join(all_of(name)) for name in (":published", ":updated"))
    title = " ".join(all_of(":title"))
    content = " ".join(all_of(":content") or all_of(":summary"))
    return {
        "id": " ".join(all_of(":id")),
        "title": title,
        "content": content,
        "our text": "\n\n".join(filter(None, (title, content))),
        "speaker": authors[0] if authors else "",
        "further speakers": tuple(authors[1:]),
        "published": published or updated,
        "said on": published or updated,
        "updated": updated,
        "link": links.get("related") or links.get("alternate", ""),
        "tags": tuple(c.get("term", "") for c in entry.iterfind(f"{_ATOM}category")),
        "language": entry.get(_LANGUAGE, language),
        "feed": feed,
    }


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def json_feed_rows(path: Path) -> Iterator[TableRow]:
    """The items of a JSON Feed. Raises `TableRefused`."""
    return object_rows(json_objects(path, "items"), _item)


def _item(item: Mapping[str, Any]) -> dict[str, Cell]:
    """The cells of an item; what our own exports say under `_onrecord` is more exact than the words
    around it."""
    ours = _object(item, "_onrecord")
    plain = {name: value for name, value in item.items() if name != "_onrecord"}
    cells = cells_of(plain)
    authors = cells.pop("authors.name", cells.pop("author.name", ()))
    listed = [authors] if isinstance(authors, str) else list(authors)
    content = cells.pop("content_html", "") or cells.get("content_text", "")
    cells.pop("content_text", "")
    parts = [cells.get("title", ""), content]
    published = cells.pop("date_published", "")
    cells |= {
        "our text": str(ours.get("text") or "\n\n".join(filter(None, map(cell_text, parts)))),
        "our kind": str(ours.get("kind") or ""),
        "our occurred": str(ours.get("occurred") or ""),
        "speaker": listed[0] if listed else "",
        "further speakers": tuple(listed[1:]),
        "said on": str(_object(ours, "said").get("on") or "") if ours else published,
        "published": published,
        "updated": cells.pop("date_modified", ""),
        "link": cells.pop("external_url", "") or cells.pop("url", ""),
    }
    identifier = str(ours.get("id") or "")
    cells["our id"] = identifier if STATEMENT_ID.admits(identifier) else ""
    return cells


def _object(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = item.get(name)
    return found if isinstance(found, Mapping) else {}

"""Atom (RFC 4287): an entry for each statement, under a permanent id. The whole statement is in an
extension element (6.4.1), as Atom has no elements for most of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from service.interchange.writers import jsonfeed
from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.prose import headline_of, paragraphs_of, speaker_names

__all__ = ["LOSSES", "write_atom"]

_NAMESPACE: Final = "urn:uuid:6d5c6f04-8f76-5b2a-8dd1-6c65c802e53a"
"""The vocabulary of the element `statement`, which has a whole statement as JSON; the reader of
feeds knows it by this name."""
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can have (XML 1.0, 2.2)."""

LOSSES: Final = jsonfeed.LOSSES


def write_atom(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """The feed, with its entries in the order of the statements."""
    yield "".join(_feed(preamble)).encode()
    for batch in batches:
        yield "".join([_entry(preamble, each) for each in batch]).encode()
    yield b"</feed>\n"


def _feed(preamble: Preamble) -> Iterator[str]:
    shown = preamble.timeline
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:onrecord="{_NAMESPACE}" '
    yield f"xml:lang={quoteattr(shown.language)}>\n"
    yield _element("id", preamble.urn)
    yield _element("title", shown.title)
    if shown.description:
        yield _element("subtitle", shown.description)
    yield _element("updated", shown.updated_at)
    # An entry without a known speaker has the author of the feed, which is the service that
    # recorded it.
    yield f"<author>{_element('name', shown.title)}</author>\n"
    if preamble.feed is not None:
        yield f'<link rel="self" type="application/atom+xml" href={quoteattr(preamble.feed)}/>\n'
    yield f'<link rel="alternate" type="text/html" href={quoteattr(preamble.page)}/>\n'
    yield "<generator>onrecord</generator>\n"


def _entry(preamble: Preamble, each: ExportedStatement) -> str:
    shown = each.decode()
    parts = [
        f"<entry xml:lang={quoteattr(shown.language)}>\n",
        _element("id", preamble.urn_of(shown.id)),
        _element("title", headline_of(shown)),
        _element("updated", each.changed_at),
        _element("published", shown.recorded_at),
        *(f"<author>{_element('name', name)}</author>\n" for name in speaker_names(shown)),
        _link("alternate", preamble.page_of(shown.id)),
        *(_link("related", source.url) for source in shown.sources if source.url),
        *(f"<category term={quoteattr(tag)}/>\n" for tag in shown.tags),
        f'<category scheme="{preamble.address}/docs#standing" term="{shown.standing}"/>\n',
        f'<content type="text">{_text(chr(10) * 2, paragraphs_of(shown))}</content>\n',
        f"<onrecord:statement>{_json(each.recorded())}</onrecord:statement>\n",
        "</entry>\n",
    ]
    return "".join(parts)


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text('', [text])}</{name}>\n"


def _link(relation: str, address: str) -> str:
    return f'<link rel="{relation}" href={quoteattr(address)}/>\n'


def _text(between: str, texts: list[str]) -> str:
    text = between.join(texts)
    # Printable characters are valid in XML, and are recognized faster.
    valid = text if text.isprintable() else _NO_XML.sub("�", text)
    return escape(valid).replace("\r", "&#13;")


def _json(json: bytes) -> str:
    """JSON in XML: a character that XML cannot have stays itself by its number."""
    text = json.decode()
    if not text.isprintable():
        text = _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return escape(text)

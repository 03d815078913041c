"""Feeds: what stands in a feed for all its entries counts for each, and plain text is no markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.interchange.formats.known import open_mapped
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer


def _statements(path: Path, name: str) -> list[dict[str, Any]]:
    with open_mapped(path, name) as (mapping, table):
        found = [Composer(mapping).compose(row) for row in table.rows]
    for composed in found:
        assert [*composed.faults, *faults_of_row(composed.statement, composed.trail)] == []
    return [composed.statement for composed in found]


def _of_atom(folder: Path, entries: str, head: str = "", begin: str = "") -> list[dict[str, Any]]:
    path = folder / "f.atom"
    path.write_text(
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk" {begin}><title>Desk</title>'
        f"{entries}{head}</feed>"
    )
    return _statements(path, "atom")


def _of_items(folder: Path, items: list[dict[str, Any]], **head: Any) -> list[dict[str, Any]]:
    path = folder / "f.json"
    version = "https://jsonfeed.org/version/1.1"
    path.write_text(json.dumps({"version": version, "items": items, "title": "Desk", **head}))
    return _statements(path, "jsonfeed")


def test_an_entry_has_its_own_author_or_that_of_its_source_or_feed(tmp_path: Path) -> None:
    """RFC 4287, 4.1.2 and 4.2.1: whichever is nearest, though the feed names its own at the end."""
    author = "<author><name>{}</name></author>".format
    found = _of_atom(
        tmp_path,
        f"<entry><title>a</title>{author('A')}<source>{author('S')}</source></entry>"
        f"<entry><title>b</title><source>{author('S')}</source></entry>"
        "<entry><title>c</title></entry>",
        author("F") + author("G"),
    )
    assert [statement["said"]["by"] for statement in found] == ["A", "S", "F"]
    assert found[2]["said"]["with"] == ["G"]


def test_links_are_relative_to_the_nearest_base(tmp_path: Path) -> None:
    """`xml:base` of feed, entry and link, and else the address of the feed itself."""
    entries = (
        '<entry><title>a</title><link href="1"/></entry>'
        '<entry xml:base="deep/"><title>b</title><link href="2"/></entry>'
        '<entry><title>c</title><link href="https://other.example/3"/></entry>'
    )
    self = '<link rel="self" href="https://a.example/feeds/f.atom"/>'
    for head, begin in ((self, ""), ("", 'xml:base="https://a.example/feeds/"')):
        found = _of_atom(tmp_path, entries, head, begin)
        assert [statement["sources"][0]["url"] for statement in found] == [
            "https://a.example/feeds/1",
            "https://a.example/feeds/deep/2",
            "https://other.example/3",
        ]


def test_texts_of_an_entry_are_read_by_their_type(tmp_path: Path) -> None:
    """Markup of `html` and `xhtml` is taken away, and what is plain stays as it is."""
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>One <em>a</em></p><p>Two</p></div>'
    found = _of_atom(
        tmp_path,
        f'<entry><title>x</title><content type="xhtml">{div}</content></entry>'
        '<entry><title type="html">&lt;i>x&lt;/i></title><content>a &lt;b>  c</content></entry>'
        "<entry><title>&lt;i>x&amp;amp;</title><summary>y</summary></entry>",
    )
    texts = [statement["text"] for statement in found]
    assert texts == ["x\n\nOne a\n\nTwo", "x\n\na <b> c", "<i>x&amp;\n\ny"]


def test_a_document_may_be_one_entry(tmp_path: Path) -> None:
    """RFC 4287, 2: an Atom Entry Document."""
    path = tmp_path / "e.atom"
    path.write_text('<entry xmlns="http://www.w3.org/2005/Atom"><title>a</title></entry>')
    assert [statement["text"] for statement in _statements(path, "atom")] == ["a"]


def test_an_item_has_what_its_feed_says_for_all(tmp_path: Path) -> None:
    """JSON Feed 1 and 1.1: authors and language of the feed, unless the item has its own."""
    item = {"id": "1", "content_text": "x", "url": "https://a.example/1"}
    own = item | {"id": "2", "language": "en", "authors": [{"name": "A"}, {"name": "B"}]}
    found = _of_items(tmp_path, [item, own], language="de", authors=[{"name": "F"}])
    assert [statement["said"]["by"] for statement in found] == ["F", "A"]
    assert [statement["language"] for statement in found] == ["de", "en"]
    assert [statement["sources"][0]["publisher"] for statement in found] == ["Desk", "Desk"]
    (old,) = _of_items(tmp_path, [item], author={"name": "G"})
    assert old["said"]["by"] == "G"


def test_a_plain_text_of_an_item_is_no_markup(tmp_path: Path) -> None:
    """`content_text` comes as it is."""
    text = "a <b> &amp; c\n\n  d"
    found = _of_items(
        tmp_path,
        [
            {"id": "1", "content_text": text, "title": "T &amp; U"},
            {"id": "2", "content_html": "<p>x</p>", "title": "1 < 2"},
        ],
    )
    texts = [statement["text"] for statement in found]
    assert texts == [f"T & U\n\n{text}", "1 < 2\n\nx"]

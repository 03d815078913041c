"""Atom, by the rules of RFC 4287 that feed validators check."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.atom import write_atom
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import PREAMBLE, as_exported, exported, written

_ATOM = "{http://www.w3.org/2005/Atom}"
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_ONE = ("id", "title", "updated")


def _only(parent: Element, name: str) -> str:
    """The text of the one child of that name."""
    [child] = parent.findall(_ATOM + name)
    return child.text or ""


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_a_feed_is_valid(shown: list[dict[str, Any]]) -> None:
    """Whatever the texts, it is well-formed XML; feed and entries have exactly one id, title and
    time of change, an author, links with an address, and at most one content."""
    feed = fromstring(written(write_atom, as_exported(shown), []))
    assert feed.tag == f"{_ATOM}feed"
    assert feed.find(f"{_ATOM}author/{_ATOM}name") is not None
    entries = feed.findall(f"{_ATOM}entry")
    assert len(entries) == len(shown)
    for part in (feed, *entries):
        assert all(_only(part, name).strip() for name in _ONE)
        assert _TIME.fullmatch(_only(part, "updated"))
        assert all(link.get("href") for link in part.findall(f"{_ATOM}link"))
        assert len(part.findall(f"{_ATOM}link[@rel='alternate']")) == 1
    for entry, each in zip(entries, shown, strict=True):
        plain = re.sub("[\x07\ufffe]", "�", each["text"])
        assert _only(entry, "content").startswith(plain)
        names = [name.text for name in entry.findall(f"{_ATOM}author/{_ATOM}name")]
        said = each["said"]
        assert names == [*filter(None, [said["by"]]), *said["with"]]


def test_a_correction_changes_the_time_and_not_the_id() -> None:
    """A reader knows an entry again by its id, and sees by its time that it has changed."""
    later = "2026-11-25T06:00:00Z"
    one, two = (
        fromstring(written(write_atom, [entry])).find(f"{_ATOM}entry")
        for entry in (exported(), exported(text="It snowed.", changed_at=later))
    )
    assert one is not None
    assert two is not None
    assert _only(one, "id") == _only(two, "id")
    assert _only(one, "updated") < _only(two, "updated") == later


def test_a_feed_says_where_it_is() -> None:
    """The link `self` is that of a feed; a file that was exported has none."""
    preamble = PREAMBLE._replace(feed="https://record.example/v1/timelines/kursk/feed.atom")
    link = fromstring(written(write_atom, preamble=preamble)).find(f"{_ATOM}link[@rel='self']")
    assert link is not None
    assert link.get("href") == preamble.feed
    assert fromstring(written(write_atom)).find(f"{_ATOM}link[@rel='self']") is None

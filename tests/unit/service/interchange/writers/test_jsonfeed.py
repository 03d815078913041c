"""JSON Feed, by the rules of its version 1.1."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.jsonfeed import write_jsonfeed
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import PREAMBLE, as_exported, exported, written


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_a_feed_is_valid(shown: list[dict[str, Any]]) -> None:
    """Whatever the statements, the feed and its items have what the version demands, and no member
    that it does not know but the extension."""
    feed = json.loads(written(write_jsonfeed, as_exported(shown), []))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == PREAMBLE.timeline.title
    assert len(feed["items"]) == len(shown)
    for item, each in zip(feed["items"], shown, strict=True):
        assert item["id"].startswith("urn:uuid:")
        assert item["content_text"].startswith(each["text"])
        assert {*item} <= {
            *("id", "url", "external_url", "title", "content_text", "date_published"),
            *("date_modified", "authors", "tags", "language", "_onrecord"),
        }
        assert all(author["name"] for author in item.get("authors", []))


def test_an_id_depends_on_the_log_and_the_statement_alone() -> None:
    """A corrected statement at another address is the same item; that of another log is not."""
    moved = PREAMBLE._replace(address="https://elsewhere.example")
    other = PREAMBLE._replace(log="00000000-0000-4000-8000-000000000001")
    files = [
        written(write_jsonfeed, [exported(text=text)], preamble=preamble)
        for text, preamble in (("One.", PREAMBLE), ("Two.", moved), ("One.", other))
    ]
    one, two, three = (json.loads(file)["items"][0]["id"] for file in files)
    assert one == two != three


def test_a_feed_says_where_it_is() -> None:
    """A feed names its own address; a file that was exported has none."""
    feed = PREAMBLE._replace(feed="https://record.example/v1/timelines/kursk/feed.json")
    assert json.loads(written(write_jsonfeed, preamble=feed))["feed_url"] == feed.feed
    assert "feed_url" not in json.loads(written(write_jsonfeed))

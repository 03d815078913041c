"""A search: each statement that was found shows where what was sought is."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, search, statements, visit
from tests.serving import said

SOURCE = {"id": "s", "title": "Die Straße nach Łódź", "quote": "Nothing was heard."}
TWICE = {"id": "t", "title": "Zwei Seiten", "locator": "page 1"}
BOTH = [TWICE, TWICE | {"id": "u", "locator": "page 2"}]
"""Two parts of one article, say, have one title."""
SAID: list[dict[str, object]] = [
    said("text", text="Élysée: eleven thousand troops, 11,000 of them near Kim Jong-un."),
    said("source", text="One.", sources=[SOURCE]),
    said("tag", text="Two.", tags=["missing-troops"], by="Zoë Łoś", about=[{"actor": "Kim"}]),
    said("both", text="Three.", sources=BOTH),
    said("han", text="金正恩访问俄罗斯。", language="zh"),
    said("hangul", text="북한군이 러시아에서 싸웠다.", language="ko"),
    said("arabic", text="قالَ إنّ القُوّات", language="ar"),
]


@pytest.fixture
def spread(api: httpx.Client, fresh: str) -> str:
    """A timeline whose statements have words in one part or another."""
    answer = api.post(f"/v1/timelines/{fresh}/statements", json=SAID)
    assert answer.status_code == 201, answer.text
    return fresh


@pytest.mark.parametrize("frame", ["t", "embed"])
def test_a_search_says_where_a_statement_has_it(page: Page, frame: str) -> None:
    """`troops` is in the title of the article, so every statement is found: where its own words do
    not have it, a line says that the title does."""
    visit(page, f"/{frame}/kursk?q=troops")
    rows = page.get_by_test_id("statement")
    expect(rows).to_have_count(22)
    line = re.compile("^Found in: .*source “Untitled article on North Korean troops")
    own, elsewhere = 0, 0
    for row in rows.all():
        marks = row.locator(".row-text mark, blockquote mark")
        words = set(marks.all_inner_texts())
        assert words <= {"troops"}
        own += bool(words)
        found = row.get_by_test_id("found-in")
        expect(found).to_have_count(0 if words else 1)
        if not words:
            elsewhere += 1
            expect(found).to_have_text(line)
            expect(found.locator("mark").first).to_have_text("troops")
    assert own > 3
    assert elsewhere > 3
    follow(page, "?tag=control")
    expect(rows).to_have_count(3)
    expect(page.locator("mark, [data-testid=found-in]")).to_have_count(0)


FOUND: list[tuple[str, dict[str, list[str]]]] = [
    ("elysee THOUSAND", {"text": ["Élysée", "thousand"]}),
    ("thousand nowhere", {}),
    ('"eleven thousand"', {"text": ["eleven thousand"]}),
    ("thou*", {"text": ["thousand"]}),
    ("11,000", {"text": ["11,000"]}),
    ("kim -two", {"text": ["Kim"]}),
    ("troops", {"text": ["troops"], "tag": ["troops"]}),
    ("strasse lodz", {"source": ["Straße", "Łódź"]}),
    ("nothing lodz", {"source": ["Łódź", "Nothing"]}),
    ("zoe", {"tag": ["Zoë"]}),
    ("访问", {"han": ["访问"]}),
    ("러시아", {"hangul": ["러시아에서"]}),
    ("ان القوات", {"arabic": ["إنّ", "القُوّات"]}),
]
"""What is sought, and the words that are marked in the statements that have it."""


def test_what_was_found_is_marked(page: Page, spread: str) -> None:
    """As the service folds words: whatever it finds, the reader sees where."""
    visit(page, f"/t/{spread}")
    expect(page.get_by_test_id("statement")).to_have_count(len(SAID))
    for sought, marks in FOUND:
        search(page, sought)
        expect(statements(page)).to_have_count(len(marks))
        for id_, words in marks.items():
            row = page.locator(f'[data-testid="statement"][data-statement-id="{id_}"]')
            expect(row.locator("mark")).to_have_text(words)
    field = page.get_by_test_id("search")
    expect(field).to_be_focused()
    page.go_back()  # what is in the field was not being written any more
    expect(field).to_have_value(FOUND[-2][0])
    each_place_is_named_once(page)


def each_place_is_named_once(page: Page) -> None:
    """What is excluded is not marked, though another search beside it has found a statement that
    has it. A tag, a speaker, whom it is about, a title of two parts: each once, with what was found
    in it."""
    line = page.get_by_test_id("found-in")
    follow(page, "?q=kim+-troops&q=two")
    expect(statements(page)).to_have_count(1)
    expect(line).to_have_text("Found in: about “Kim”")
    expect(page.locator("mark")).to_have_text(["Two", "Kim"])
    follow(page, "?q=los+troops+kim+two")
    expect(line).to_have_text("Found in: speaker “Zoë Łoś”, about “Kim”, tag “missing-troops”")
    expect(line.locator("mark")).to_have_text(["Łoś", "Kim", "troops"])
    follow(page, "?q=zwei")
    expect(statements(page)).to_have_count(1)
    expect(line).to_have_text("Found in: source “Zwei Seiten”")

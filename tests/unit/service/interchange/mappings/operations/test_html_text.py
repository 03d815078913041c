"""Text out of HTML."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.interchange.mappings.operations.html_text import text_of_html
from tests.rows import each_row

_SIGNS = st.sampled_from(
    [
        "<",
        ">",
        "<p>",
        "</p>",
        "<!--",
        "-->",
        '"',
        "'",
        "&amp;",
        "a",
        "<br/>",
        "<script>",
        "</script>",
    ]
)


@each_row(
    ("given_html", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("a < b and c > d", "a < b and c > d"),
        ('<a title="x > y" href=z>link</a>', "link"),
        ("x<script>if (a < b) { alert('</p>') }</script>y", "xy"),
        ("x<!-- <p>not</p> -->y", "xy"),
        ("<b>unfinished <i", "unfinished <i"),
        ("plain", "plain"),
        ("<td>a</td><td>b</td>", "a b"),
        ("İ<script>x</script>İ", "İİ"),
    ],
)
def test_what_is_read_on_the_page_stays(given_html: str, text: str) -> None:
    """Tags, comments and scripts go; words, paragraphs and signs that are no markup stay."""
    assert text_of_html(given_html) == text


@given(st.lists(_SIGNS).map("".join))
def test_any_mixture_of_signs_has_a_text(markup: str) -> None:
    """Whatever the signs are, the answer is a text, and never an error."""
    assert isinstance(text_of_html(markup), str)


@pytest.mark.parametrize("part", ["<a ", "<!--", "<p '", '<x "', "<script>", "</", "<a b='"])
def test_unfinished_markup_takes_no_longer_than_text(part: str) -> None:
    """A megabyte of markup without an end is read in time that grows with its length."""
    began = time.monotonic()
    text_of_html(part * (1_000_000 // len(part)))
    assert time.monotonic() - began < 20
